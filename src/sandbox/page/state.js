/** What the page knows: the sandbox's people and conversations, and all messages. Told by the server, change by change. */
import { formatTime } from './message.js';

export class State {
  /** As `World` in page-view.ts has it; null until the server spoke. */
  world = null;
  /** chat id → message id → message */
  #messages = new Map();
  /** chat id → what the bot is doing there */
  #activities = new Map();
  /** conversation key → id of the last message seen */
  #seen = new Map();

  /** After each (re)connection the server tells everything anew. */
  restart(world) {
    this.world = world;
    this.#messages.clear();
    this.#activities.clear();
  }

  apply({ chatId, changed, removed, activities }) {
    const messages = this.#messages.get(chatId) ?? new Map();
    for (const message of changed) messages.set(message.id, message);
    for (const id of removed) messages.delete(id);
    this.#messages.set(chatId, messages);
    this.#activities.set(chatId, activities);
  }

  conversation(key) {
    return this.world?.conversations.find((conversation) => conversation.key === key) ?? null;
  }

  /** Oldest first. */
  messagesOf({ chatId, threadId, kind }) {
    const all = [...(this.#messages.get(chatId)?.values() ?? [])];
    const own = kind === 'topic' ? all.filter((message) => message.threadId === threadId) : all;
    return own.sort((a, b) => a.id - b.id);
  }

  activitiesOf({ chatId, threadId, kind }) {
    const all = this.#activities.get(chatId) ?? [];
    return kind === 'topic' ? all.filter((activity) => activity.threadId === threadId) : all;
  }

  markSeen(conversation) {
    this.#seen.set(conversation.key, this.messagesOf(conversation).at(-1)?.id ?? 0);
  }

  /** For the chat list: the last message's line and time, and how many of the bot's are new. */
  summaryOf(conversation) {
    const messages = this.messagesOf(conversation);
    const last = messages.at(-1);
    // What was there when the page was opened is not news.
    if (!this.#seen.has(conversation.key)) this.#seen.set(conversation.key, last?.id ?? 0);
    const seen = this.#seen.get(conversation.key);
    return {
      line: last ? last.service || last.text || last.file?.name || '' : conversation.description,
      time: last ? formatTime(last.date) : '',
      date: last?.date ?? 0,
      unread: messages.filter((message) => message.id > seen && message.from.isBot).length,
      typing: this.activitiesOf(conversation).length > 0,
    };
  }

  personName(id) {
    return this.world.people.find((person) => person.id === id)?.name ?? String(id);
  }
}
