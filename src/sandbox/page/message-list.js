/** The open conversation's messages: keeps what did not change, so that focus, selection and screen readers are left in peace. */
import { dayLine, isSameDay, renderMessage } from './message.js';

const NEAR_END_PX = 100;

export class MessageList {
  #log;
  #scroller;
  #toEnd;
  #toEndCount;
  /** key → {source, element} */
  #shown = new Map();
  #conversationKey = null;
  #missed = 0;

  constructor({ log, scroller, toEnd, toEndCount }) {
    this.#log = log;
    this.#scroller = scroller;
    this.#toEnd = toEnd;
    this.#toEndCount = toEndCount;
    toEnd.addEventListener('click', () => this.scrollToEnd());
    scroller.addEventListener('scroll', () => this.#showWayToEnd());
    log.addEventListener('click', (event) => this.#followReply(event));
    new ResizeObserver(() => this.#keepAtEnd()).observe(scroller);
  }

  /**
   * @param conversation the open one
   * @param {{messages: object[], drafts: object[], speaker: number, empty: () => Node}} view
   */
  show(conversation, { messages, drafts, speaker, empty }) {
    const isNew = conversation.key !== this.#conversationKey;
    if (isNew) this.#reset(conversation.key);
    const wasAtEnd = this.#isAtEnd;
    const before = this.#shown.size;
    this.#place(itemsFor(conversation, { messages, drafts, speaker, empty }));
    this.#log.removeAttribute('aria-busy');
    if (isNew || wasAtEnd) this.scrollToEnd();
    else this.#missed += Math.max(0, this.#shown.size - before);
    this.#showWayToEnd();
  }

  scrollToEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#atEnd = true;
  }

  #atEnd = true;

  get #isAtEnd() {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  /** The keyboard of a phone, or a growing input, takes room away: the newest message stays in sight. */
  #keepAtEnd() {
    if (this.#atEnd) this.scrollToEnd();
  }

  #reset(key) {
    this.#conversationKey = key;
    this.#shown.clear();
    this.#missed = 0;
    // The messages of a chat that was just opened are not announced one by one.
    this.#log.setAttribute('aria-busy', 'true');
    this.#log.replaceChildren();
  }

  #place(items) {
    const wanted = new Set(items.map((item) => item.key));
    for (const [key, { element }] of this.#shown) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#shown.delete(key);
    }
    let previous = null;
    for (const item of items) {
      const element = this.#elementFor(item);
      const place = previous ? previous.nextSibling : this.#log.firstChild;
      if (place !== element) this.#log.insertBefore(element, place);
      previous = element;
    }
  }

  #elementFor({ key, source, make }) {
    const shown = this.#shown.get(key);
    if (shown?.source === source) return shown.element;
    const element = make();
    if (shown) {
      // An edit, perhaps one of many while an answer streams in: shown, not read out again.
      element.setAttribute('aria-live', 'off');
      const hadFocus = shown.element.contains(document.activeElement);
      shown.element.replaceWith(element);
      // Its buttons may be spent: the keyboard stays where it was.
      if (hadFocus) focusIn(element);
    } else if (!key.startsWith('day')) element.classList.add('fresh');
    this.#shown.set(key, { source, element });
    return element;
  }

  #showWayToEnd() {
    this.#atEnd = this.#isAtEnd;
    if (this.#atEnd) this.#missed = 0;
    this.#toEnd.hidden = this.#atEnd;
    this.#toEndCount.hidden = this.#missed === 0;
    this.#toEndCount.textContent = String(this.#missed);
  }

  #followReply(event) {
    const reply = event.target.closest('a.reply');
    if (!reply) return;
    event.preventDefault();
    const original = document.getElementById(reply.hash.slice(1));
    if (!original) return;
    original.scrollIntoView({ block: 'center', behavior: 'smooth' });
    original.classList.remove('pointed-at');
    requestAnimationFrame(() => original.classList.add('pointed-at'));
  }
}

function focusIn(element) {
  const target = element.querySelector('button, a') ?? element;
  if (target === element) element.tabIndex = -1;
  target.focus({ preventScroll: true });
}

function itemsFor(conversation, { messages, drafts, speaker, empty }) {
  if (messages.length === 0 && drafts.length === 0)
    return [{ key: 'empty', source: conversation.key, make: empty }];
  const items = [];
  let previous = null;
  for (const message of messages) {
    if (!previous || !isSameDay(previous.date, message.date)) {
      items.push({ key: `day-${message.id}`, source: 'day', make: () => dayLine(message.date) });
    }
    const mine = message.from.id === speaker;
    const showSender = conversation.kind !== 'private' && !mine && previous?.from.id !== message.from.id;
    items.push({
      // The side and the name depend on who is writing, so they are part of the key.
      key: `message-${message.id}-${mine}-${showSender}`,
      source: message,
      make: () => renderMessage(message, { mine, showSender }),
    });
    previous = message;
  }
  for (const { draft } of drafts) {
    items.push({ key: `draft-${draft.id}`, source: draft.text, make: () => draftBubble(draft) });
  }
  return items;
}

/** An answer that is still being written; it goes away by itself. */
function draftBubble({ text }) {
  const article = document.createElement('article');
  article.className = 'message theirs draft';
  article.setAttribute('aria-live', 'off');
  const bubble = document.createElement('div');
  bubble.className = 'bubble';
  bubble.textContent = text || 'Thinking …';
  article.append(bubble);
  return article;
}
