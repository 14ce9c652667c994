/** Taps on inline buttons that wait for the bot's word: each is answered once, and only for a while. */
import { randomInt } from 'node:crypto';
import { badRequest } from './api-error.ts';

export interface CallbackAnswer {
  text: string | null;
  showAlert: boolean;
}

interface OpenQuery {
  settle: (answer: CallbackAnswer | null) => void;
  timer: NodeJS.Timeout;
}

export class CallbackQueries {
  readonly #lifetimeMs: number;
  readonly #open = new Map<string, OpenQuery>();

  constructor(lifetimeMs: number) {
    this.#lifetimeMs = lifetimeMs;
  }

  /** A new query, and what it is answered; null when nobody answered in time. */
  open(): { id: string; answered: Promise<CallbackAnswer | null> } {
    const id = `${randomInt(2 ** 47)}${randomInt(10_000)}`;
    const { promise, resolve } = Promise.withResolvers<CallbackAnswer | null>();
    const timer = setTimeout(() => this.#settle(id, null), this.#lifetimeMs);
    this.#open.set(id, { settle: resolve, timer });
    return { id, answered: promise };
  }

  /** @throws ApiError if it is unknown, too old, or was answered before */
  answer(id: string, answer: CallbackAnswer): void {
    if (this.#settle(id, answer)) return;
    throw badRequest('query is too old and response timeout expired or query ID is invalid');
  }

  close(): void {
    for (const id of [...this.#open.keys()]) this.#settle(id, null);
  }

  #settle(id: string, answer: CallbackAnswer | null): boolean {
    const query = this.#open.get(id);
    if (!query) return false;
    this.#open.delete(id);
    clearTimeout(query.timer);
    query.settle(answer);
    return true;
  }
}
