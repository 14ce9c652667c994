/** A listener that keeps all a Claude process told, and waits for what it will tell. */
import type { ClaudeOffers } from '../../machines/claude-offers.ts';
import type { ClaudeEvent } from '../../machines/session-events.ts';
import type { ClaudeListener, FilesToSend, TrustKeeper, TurnProgress } from '../../src/claude/ports.ts';
import { until } from './until.ts';

type EventOf<T extends ClaudeEvent['type']> = Extract<ClaudeEvent, { type: T }>;

export class ClaudeRecorder implements ClaudeListener {
  readonly events: ClaudeEvent[] = [];
  readonly trust: TrustKeeper = {
    seen: () => this.#trusted,
    noteSeen: (_, keys) => {
      for (const key of keys) this.#trusted.add(key);
    },
  };
  readonly #trusted: Set<string>;

  /** @param trusted the keys of what somebody has trusted, whatever the folder */
  constructor(trusted = new Set<string>()) {
    this.#trusted = trusted;
  }
  readonly shown: TurnProgress[] = [];
  /** What Claude offered last. */
  offered: ClaudeOffers | null = null;

  /** What Claude sent. */
  readonly files: FilesToSend[] = [];
  /** What Claude is told of it; null: the names of the files. */
  refusal: string | null = null;

  sendFiles(files: FilesToSend): ReturnType<ClaudeListener['sendFiles']> {
    this.files.push(files);
    const { refusal } = this;
    return Promise.resolve(refusal === null ? { names: files.paths } : { refused: refusal });
  }

  event(event: ClaudeEvent): void {
    this.events.push(event);
  }

  progress(progress: TurnProgress): void {
    this.shown.push(progress);
  }

  offers(offers: ClaudeOffers): void {
    this.offered = offers;
  }

  /** The types in order, without what a turn cost, and the signs of life, whose number depends on the machine. */
  get types(): string[] {
    return this.events.map(({ type }) => type).filter((type) => !/heard|spent|promptTaken/.test(type));
  }

  all<T extends ClaudeEvent['type']>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  get answers(): string[] {
    return this.all('claude.answered').map(({ markdown }) => markdown);
  }

  /** The `nth` event of a type (1 is the first), as soon as it is there. Rejects with what came instead. */
  async heard<T extends ClaudeEvent['type']>(type: T, nth = 1, timeoutMs = 20_000): Promise<EventOf<T>> {
    const seen = await until(
      `${type} number ${String(nth)}`,
      () => ({ types: this.types, event: this.all(type)[nth - 1] }),
      ({ event }) => event !== undefined,
      timeoutMs,
    );
    if (!seen.event) throw new Error(`No ${type}.`);
    return seen.event;
  }
}
