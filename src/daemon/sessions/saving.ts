/** Keeps one session's record on disk: the newest wins, a refused save is tried again, and whoever needs it waits. */
import type { ActorOptions, AnyActorLogic } from 'xstate';
import type { SessionRecord } from '../../../machines/session-record.ts';
import { StaleEpochError, type Store } from '../../store/ports.ts';

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

export interface SavingOptions {
  store: Pick<Store, 'saveSession'>;
  clock: ClockOfActors;
  /** It is durable. Never an older record after a newer one. */
  onSaved: (record: SessionRecord) => void;
  /** The disk refused the newest record; told once until it takes one again. */
  onRefused: (error: unknown) => void;
  /** The record itself is wrong, which is a bug of ours: no disk will ever take it, so it is given up. */
  onInvalid: (error: TypeError) => void;
  /** Another daemon has this session now; nothing is tried again. */
  onTakenOver: (error: StaleEpochError) => void;
}

/** The clock that actors take: `WallClock`, or a simulated one. */
export type ClockOfActors = NonNullable<ActorOptions<AnyActorLogic>['clock']>;

export class Saving {
  readonly #options: SavingOptions;
  /** Counts the records given; 0 is the one that came from disk. */
  #given = 0;
  #durable = 0;
  #newest: SessionRecord | null = null;
  #attempt: Promise<void> = Promise.resolve();
  #retry: unknown = null;
  #retryMs = FIRST_RETRY_MS;
  #isRefused = false;
  #isOver = false;
  #waiting: { for: number; resolve: () => void }[] = [];

  constructor(options: SavingOptions) {
    this.#options = options;
  }

  get isSaved(): boolean {
    return this.#durable === this.#given;
  }

  /** Begins to save it. Never throws. */
  save(record: SessionRecord): void {
    this.#given += 1;
    this.#newest = record;
    this.#tryNow();
  }

  /** Resolves once what was given last is durable. Rejects if the disk refuses it now; then it is tried again later. */
  saved(): Promise<void> {
    if (this.isSaved) return Promise.resolve();
    if (this.#retry !== null) this.#tryNow();
    return this.#attempt;
  }

  /** Resolves once what was given last is durable, however often the disk refuses. Pending for ever once taken over. */
  savedAtLast(): Promise<void> {
    if (this.isSaved) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ for: this.#given, resolve }));
  }

  /** Tries no more. */
  end(): void {
    this.#isOver = true;
    this.#cancelRetry();
  }

  #tryNow(): void {
    this.#cancelRetry();
    if (this.#newest === null || this.#isOver) return;
    this.#attempt = this.#try(this.#given, this.#newest);
    // Nobody has to wait for it: a refusal is told through the options.
    this.#attempt.catch(() => undefined);
  }

  async #try(number: number, record: SessionRecord): Promise<void> {
    try {
      await this.#options.store.saveSession(record);
    } catch (error) {
      this.#refused(number, error);
      throw error;
    }
    this.#saved(number, record);
  }

  #saved(number: number, record: SessionRecord): void {
    if (number <= this.#durable) return;
    this.#durable = number;
    if (this.isSaved) {
      this.#isRefused = false;
      this.#retryMs = FIRST_RETRY_MS;
    }
    const [done, left] = partition(this.#waiting, (waiter) => waiter.for <= number);
    this.#waiting = left;
    for (const waiter of done) waiter.resolve();
    this.#options.onSaved(record);
  }

  #refused(number: number, error: unknown): void {
    if (this.#isOver) return;
    if (error instanceof StaleEpochError) {
      this.end();
      this.#options.onTakenOver(error);
      return;
    }
    // A newer one is under way, and its outcome counts.
    if (number < this.#given) return;
    if (error instanceof TypeError) {
      this.#durable = this.#given;
      this.#options.onInvalid(error);
      return;
    }
    this.#retry = this.#options.clock.setTimeout(() => this.#tryNow(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
    if (this.#isRefused) return;
    this.#isRefused = true;
    this.#options.onRefused(error);
  }

  #cancelRetry(): void {
    if (this.#retry !== null) this.#options.clock.clearTimeout(this.#retry);
    this.#retry = null;
  }
}

function partition<T>(items: T[], isIn: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isIn), items.filter((item) => !isIn(item))];
}
