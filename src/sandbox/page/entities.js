/** A message's text with its entities, as DOM nodes. All text goes in as text: nothing a bot sends is ever parsed as HTML. */

const ELEMENTS = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  blockquote: 'blockquote',
};

/** What the page itself may be asked to open; anything else stays text. */
const SAFE_PROTOCOLS = new Set(['http:', 'https:', 'mailto:', 'tel:', 'tg:']);

/**
 * @param {string} text
 * @param {{type: string, offset: number, length: number}[]} entities offsets in UTF-16 units, as Telegram and JavaScript count
 * @returns {DocumentFragment}
 */
export function renderText(text, entities = []) {
  const sorted = entities
    .filter((entity) => entity.length > 0)
    .toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  return renderRange(text, 0, text.length, sorted);
}

/** The entities that begin within the range, outermost first; one that reaches beyond its parent is cut there. */
function renderRange(text, start, end, entities) {
  const fragment = document.createDocumentFragment();
  let position = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const from = Math.max(entity.offset, position);
    const to = Math.min(entity.offset + entity.length, end);
    const inner = [];
    for (index += 1; index < entities.length && entities[index].offset < to; index += 1)
      inner.push(entities[index]);
    if (from >= to) continue;
    fragment.append(text.slice(position, from), elementFor(entity, text, from, to, inner));
    position = to;
    // A line break after a block is the block's own end.
    if (isBlock(entity) && text[position] === '\n') position += 1;
  }
  fragment.append(text.slice(position, end));
  return fragment;
}

const isBlock = ({ type }) => type === 'pre' || type === 'blockquote' || type === 'expandable_blockquote';

function elementFor(entity, text, from, to, inner) {
  const content = renderRange(text, from, to, inner);
  const covered = text.slice(from, to);
  switch (entity.type) {
    case 'pre':
      return codeBlock(content, covered, entity.language);
    case 'spoiler':
      return spoiler(content);
    case 'expandable_blockquote':
      return expandableQuote(content, covered);
    case 'text_link':
      return link(content, entity.url);
    case 'url':
      return link(content, /^[a-z][a-z0-9+.-]*:/i.test(covered) ? covered : `https://${covered}`);
    case 'email':
      return link(content, `mailto:${covered}`);
    case 'phone_number':
      return link(content, `tel:${covered}`);
    case 'bot_command':
      return commandButton(content, covered);
    case 'mention':
    case 'hashtag':
    case 'cashtag':
    case 'text_mention':
      return wrap('span', content, 'mention');
    default:
      return wrap(ELEMENTS[entity.type] ?? 'span', content);
  }
}

function wrap(name, content, className) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(content);
  return element;
}

/** A link that opens elsewhere and learns nothing of us; just the text when the address is not safe to open. */
export function link(content, href) {
  const url = URL.canParse(href) ? new URL(href) : null;
  if (!url || !SAFE_PROTOCOLS.has(url.protocol)) return wrap('span', content);
  const anchor = wrap('a', content);
  anchor.href = url.href;
  anchor.title = url.href;
  anchor.target = '_blank';
  anchor.rel = 'noopener noreferrer nofollow';
  return anchor;
}

function codeBlock(content, covered, language) {
  const figure = document.createElement('figure');
  figure.className = 'code-block';
  const head = document.createElement('figcaption');
  head.append(language || 'code');
  const copy = document.createElement('button');
  copy.type = 'button';
  copy.textContent = 'Copy';
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(covered);
    copy.textContent = 'Copied';
  });
  head.append(copy);
  const code = wrap('code', content);
  if (language) code.dataset.language = language;
  const pre = wrap('pre', code);
  // It scrolls sideways: then the keyboard has to reach it.
  pre.tabIndex = 0;
  figure.append(head, pre);
  return figure;
}

function spoiler(content) {
  const hidden = document.createElement('span');
  hidden.className = 'spoiler';
  hidden.tabIndex = 0;
  hidden.setAttribute('role', 'button');
  hidden.setAttribute('aria-label', 'Hidden text: press to show');
  const inner = wrap('span', content);
  inner.setAttribute('aria-hidden', 'true');
  hidden.append(inner);
  const show = () => {
    hidden.classList.add('shown');
    hidden.removeAttribute('role');
    hidden.removeAttribute('aria-label');
    inner.removeAttribute('aria-hidden');
  };
  hidden.addEventListener('click', show);
  hidden.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      show();
    }
  });
  return hidden;
}

const QUOTE_LINES = 3;

function expandableQuote(content, covered) {
  const quote = wrap('blockquote', content, 'expandable');
  if (covered.split('\n').length <= QUOTE_LINES && covered.length < 160) return quote;
  const toggle = document.createElement('button');
  toggle.type = 'button';
  const update = () => {
    const open = quote.classList.contains('open');
    toggle.textContent = open ? 'Show less' : 'Show more';
    toggle.setAttribute('aria-expanded', String(open));
  };
  toggle.addEventListener('click', () => {
    quote.classList.toggle('open');
    update();
  });
  update();
  const holder = wrap('div', quote, 'expandable-holder');
  holder.append(toggle);
  return holder;
}

/** Tapping a command in a message sends it; page.js listens for the event. */
function commandButton(content, command) {
  const button = wrap('button', content, 'command');
  button.type = 'button';
  button.addEventListener('click', () => {
    button.dispatchEvent(new CustomEvent('send-command', { bubbles: true, detail: command }));
  });
  return button;
}
