/** One message as a bubble: its sender, quoted reply, text, files, time and buttons. */
import { link, renderText } from './entities.js';

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });

/**
 * @param {object} message as `PageMessage` in page-view.ts has it
 * @param {{mine: boolean, showSender: boolean}} options
 */
export function renderMessage(message, { mine, showSender }) {
  if (message.service) return serviceLine(message.service, message.id);
  const article = document.createElement('article');
  article.id = messageElementId(message.id);
  article.className = `message ${mine ? 'mine' : 'theirs'}`;
  article.dataset.messageId = String(message.id);
  article.setAttribute(
    'aria-label',
    `${mine ? 'You' : message.from.name}, ${time.format(message.date * 1000)}`,
  );
  const bubble = element('div', 'bubble');
  if (showSender) bubble.append(sender(message.from));
  if (message.replyTo) bubble.append(replyQuote(message.replyTo));
  if (message.file) bubble.append(fileCard(message.file, message.download));
  const text = element('div', 'text');
  text.dir = 'auto';
  text.append(renderText(message.text, message.entities));
  bubble.append(text, ' ', meta(message));
  article.append(bubble);
  if (message.reactions.length > 0) article.append(reactions(message.reactions));
  if (message.buttons.length > 0) article.append(keyboard(message));
  return article;
}

export const messageElementId = (id) => `message-${id}`;

/** The line between two days. */
export function dayLine(date) {
  return serviceLine(isSameDay(date, Date.now() / 1000) ? 'Today' : day.format(date * 1000));
}

export const isSameDay = (a, b) => day.format(a * 1000) === day.format(b * 1000);

export function formatTime(date) {
  return isSameDay(date, Date.now() / 1000) ? time.format(date * 1000) : day.format(date * 1000);
}

function element(name, className, text) {
  const created = document.createElement(name);
  created.className = className;
  if (text !== undefined) created.textContent = text;
  return created;
}

function serviceLine(text, id) {
  const line = element('p', 'service', text);
  if (id !== undefined) line.id = messageElementId(id);
  return line;
}

function sender({ name, id, isBot }) {
  const line = element('p', `sender ${isBot ? 'from-bot' : `colour-${Math.abs(id) % 6}`}`, name);
  if (isBot) line.append(' ', element('span', 'badge', 'bot'));
  return line;
}

function replyQuote({ id, name, text }) {
  const quote = element('a', 'reply');
  quote.href = `#${messageElementId(id)}`;
  quote.append(element('span', 'reply-name', name), element('span', 'reply-text', text || 'Message'));
  return quote;
}

/** A picture is shown; anything else is downloaded under its name. */
function fileCard({ name, size }, download) {
  if (download?.picture) return pictureLink(download);
  const card = element(download ? 'a' : 'div', 'file');
  if (download) Object.assign(card, { href: download.path, download: name });
  card.append(element('span', 'file-icon'), element('span', 'file-name', name));
  if (size !== null) card.append(element('span', 'file-size', `${Math.ceil(size / 1024)} KB`));
  return card;
}

function pictureLink({ path, picture }) {
  const anchor = element('a', 'picture');
  Object.assign(anchor, { href: path, target: '_blank' });
  const image = element('img', '');
  Object.assign(image, { src: path, alt: 'Picture', width: picture.width, height: picture.height });
  // Files are kept in memory only, chats are not.
  image.addEventListener('error', () => anchor.replaceWith(fileCard({ name: 'Picture', size: null }, null)));
  anchor.append(image);
  return anchor;
}

function meta(message) {
  const line = element('span', 'meta');
  if (message.editDate !== null) line.append('edited ');
  const clock = element('time', '', time.format(message.date * 1000));
  clock.dateTime = new Date(message.date * 1000).toISOString();
  line.append(clock);
  return line;
}

function reactions(emojis) {
  const row = element('div', 'reactions');
  row.setAttribute('aria-label', 'Reactions');
  for (const emoji of emojis) row.append(element('span', 'reaction', emoji));
  return row;
}

/** Telegram's inline keyboard: a tap is handled by page.js through the `press` event. */
function keyboard({ id, buttons }) {
  const grid = element('div', 'keyboard');
  for (const row of buttons) {
    const line = element('div', 'keyboard-row');
    line.append(...row.map((button) => keyboardButton(id, button)));
    grid.append(line);
  }
  return grid;
}

function keyboardButton(messageId, { text, data, url }) {
  if (url !== null) {
    const anchor = link(document.createTextNode(`${text} ↗`), url);
    anchor.classList.add('key');
    return anchor;
  }
  const button = element('button', 'key', text);
  button.type = 'button';
  button.disabled = data === null;
  button.addEventListener('click', () => {
    button.dispatchEvent(new CustomEvent('press', { bubbles: true, detail: { messageId, data, button } }));
  });
  return button;
}
