/** Tells one open page what changed, as server-sent events: the first time everything, then only what is new. */
import { type ServerResponse } from 'node:http';

/** What the page shows, as it is now. Reading it must be cheap: it is read after every change. */
export interface PageSource {
  world(): unknown;
  chatIds(): number[];
  /** Unchanged messages may be the same objects as before, but need not. */
  messages(chatId: number): { id: number }[];
  activities(chatId: number): unknown[];
}

/** A page that reads this much slower than we write is cut off; its browser connects again and starts anew. */
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;

export class PageChanges {
  readonly #res: ServerResponse;
  readonly #source: PageSource;
  #world = '';
  /** chat id → message id → its JSON */
  readonly #told = new Map<number, Map<number, string>>();
  readonly #activities = new Map<number, string>();
  readonly #changed = new Set<number>();
  #timer: NodeJS.Immediate | null = null;

  constructor(res: ServerResponse, source: PageSource) {
    this.#res = res;
    this.#source = source;
    res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    res.once('close', () => this.#timer && clearImmediate(this.#timer));
    this.#tellWorld();
    for (const chatId of source.chatIds()) this.#tellChat(chatId);
  }

  /** Many changes in one go of the event loop are told once. */
  chatChanged(chatId: number): void {
    this.#changed.add(chatId);
    this.#timer ??= setImmediate(() => {
      this.#timer = null;
      this.#tellWorld();
      for (const id of this.#changed) this.#tellChat(id);
      this.#changed.clear();
    });
  }

  end(): void {
    this.#res.end();
  }

  #tellWorld(): void {
    const world = this.#source.world();
    const json = JSON.stringify(world);
    if (json === this.#world) return;
    this.#send('world', { world, isFirst: this.#world === '' });
    this.#world = json;
  }

  #tellChat(chatId: number): void {
    const before = this.#told.get(chatId) ?? new Map<number, string>();
    const now = new Map<number, string>();
    const changed: unknown[] = [];
    for (const message of this.#source.messages(chatId)) {
      const json = JSON.stringify(message);
      now.set(message.id, json);
      if (before.get(message.id) !== json) changed.push(message);
    }
    const removed = [...before.keys()].filter((id) => !now.has(id));
    this.#told.set(chatId, now);
    const activities = this.#source.activities(chatId);
    const activitiesJson = JSON.stringify(activities);
    const isSame = activitiesJson === (this.#activities.get(chatId) ?? '[]');
    if (changed.length === 0 && removed.length === 0 && isSame) return;
    this.#activities.set(chatId, activitiesJson);
    this.#send('chat', { chatId, changed, removed, activities });
  }

  #send(event: string, data: unknown): void {
    this.#res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (this.#res.writableLength > MAX_BACKLOG_BYTES) this.#res.destroy();
  }
}
