/** `getUpdates` as the Bot API server runs it: one poll waits at a time, a newer one displaces it with a 409. */
import { type Update } from 'grammy/types';
import { ApiError } from './api-error.ts';
import { type UpdateQueue } from './update-queue.ts';

export interface PollRequest {
  offset: number;
  /** 1 to 100. */
  limit: number;
  /** 0 to 50. */
  timeoutSeconds: number;
  /** Aborts when the client hangs up. */
  signal: AbortSignal;
}

/** The same offset again within this time: the server makes the client wait (telegram-bot-api: `process_get_updates_query`). */
const REPEATED_WITHIN_MS = 3_000;
const REPEATED_TIMEOUT_SECONDS = 3;
/** … and within this time it gets one update at a time. */
const HASTY_WITHIN_MS = 500;
/** A 409 that follows another one is held back, so that two bots don't fight at full speed. */
const CONFLICT_PAUSE_MS = 3_000;

const DISPLACED =
  'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';

interface Waiting {
  request: PollRequest;
  answer: (updates: Update[]) => void;
  displace: (description: string) => void;
}

export class LongPoll {
  readonly #queue: UpdateQueue;
  readonly #monotonic: () => number;
  #waiting: Waiting | null = null;
  #lastOffset: number | null = null;
  #lastAskedAt = -Infinity;
  #conflictAllowedAt = -Infinity;

  /** @param monotonic milliseconds that never jump */
  constructor(queue: UpdateQueue, monotonic: () => number) {
    this.#queue = queue;
    this.#monotonic = monotonic;
  }

  /** @throws ApiError 409 when a newer poll begins to wait */
  async poll(request: PollRequest): Promise<Update[]> {
    const paced = this.#paced(request);
    const updates = this.#queue.take(paced.offset, paced.limit);
    if (updates.length > 0 || paced.timeoutSeconds === 0) return updates;
    this.displace(DISPLACED);
    return this.#wait(paced);
  }

  /** To be called when an update was pushed. */
  wake(): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    const { offset, limit } = waiting.request;
    const updates = this.#queue.take(Math.max(offset, 0), limit);
    if (updates.length > 0) waiting.answer(updates);
  }

  displace(description: string): void {
    this.#waiting?.displace(description);
  }

  #paced(request: PollRequest): PollRequest {
    const now = this.#monotonic();
    const sinceLast = request.offset === this.#lastOffset ? now - this.#lastAskedAt : Infinity;
    this.#lastOffset = request.offset;
    this.#lastAskedAt = now;
    const { limit, timeoutSeconds } = request;
    return {
      ...request,
      limit: sinceLast < HASTY_WITHIN_MS ? 1 : limit,
      timeoutSeconds:
        sinceLast < REPEATED_WITHIN_MS ? Math.max(timeoutSeconds, REPEATED_TIMEOUT_SECONDS) : timeoutSeconds,
    };
  }

  #wait(request: PollRequest): Promise<Update[]> {
    const { promise, resolve, reject } = Promise.withResolvers<Update[]>();
    const finish = () => {
      clearTimeout(timer);
      request.signal.removeEventListener('abort', giveUp);
      if (this.#waiting === waiting) this.#waiting = null;
    };
    const waiting: Waiting = {
      request,
      answer: (updates) => {
        finish();
        resolve(updates);
      },
      displace: (description) => {
        finish();
        this.#whenConflictIsDue(request.signal, () => reject(new ApiError(409, description)));
      },
    };
    const giveUp = () => waiting.answer([]);
    const timer = setTimeout(giveUp, request.timeoutSeconds * 1_000);
    request.signal.addEventListener('abort', giveUp);
    this.#waiting = waiting;
    return promise;
  }

  #whenConflictIsDue(signal: AbortSignal, answer: () => void): void {
    const now = this.#monotonic();
    if (now >= this.#conflictAllowedAt) {
      this.#conflictAllowedAt = now + CONFLICT_PAUSE_MS;
      return answer();
    }
    const timer = setTimeout(answer, CONFLICT_PAUSE_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      answer();
    });
  }
}
