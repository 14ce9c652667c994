/**
 * Handles one batch of updates: those of different chats at the same time, those of one chat in order. The batch may be
 * confirmed only if all of them were handled. After a failure it comes again, and what was handled is known by its id.
 */
import { codeOf } from '../../error-code.ts';
import { isApiFailure } from '../api-failure.ts';
import { RecentSet } from '../bounded.ts';
import type { TelegramLog } from '../log.ts';
import { updateIdOf, type KnownUpdate } from './update.ts';

export interface BatchOptions {
  /** What the update is, or null if it is of no concern: a stranger's, or of a kind that we don't know. */
  read: (update: unknown) => KnownUpdate | null;
  /** Resolves when the update's effect is durable. */
  handle: (update: KnownUpdate) => Promise<void>;
  /** Told of an update that a bug of ours keeps from being handled, before it is passed over. May fail by the same bug. */
  passOver: (update: KnownUpdate) => Promise<void>;
  log: TelegramLog;
}

interface Entry {
  id: number;
  update: KnownUpdate;
}

/** Telegram gives 100 updates at most in one batch, and only the last batch comes again. */
const IDS_KEPT = 1_000;
/** How often an update is tried whose handling fails for a bug; a bot that is stuck for ever helps nobody. */
const TRIES = 3;

export class Batches {
  readonly #options: BatchOptions;
  /** Ids may start again lower after an idle week, so they are compared one by one, never with a high-water mark. */
  readonly #handled = new RecentSet<number>(IDS_KEPT);
  readonly #failures = new Map<number, number>();
  readonly #underWay = new Map<number, Promise<void>>();

  constructor(options: BatchOptions) {
    this.#options = options;
  }

  /** Resolves when every update was handled or passed over; rejects, once all is settled, with the first failure. */
  async handle(updates: readonly unknown[]): Promise<void> {
    const entries = updates.flatMap((raw) => this.#entryOf(raw));
    const chains = Map.groupBy(entries, ({ update }) => update.chatId);
    const results = await Promise.allSettled([...chains.values()].map((chain) => this.#handleInOrder(chain)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  #entryOf(raw: unknown): Entry[] {
    const id = updateIdOf(raw);
    const update = id === null || this.#handled.has(id) ? null : this.#options.read(raw);
    return id === null || update === null ? [] : [{ id, update }];
  }

  /** A failure ends the chain: what comes after it in this chat must not overtake it. */
  async #handleInOrder(chain: readonly Entry[]): Promise<void> {
    for (const entry of chain) await this.#handleOnce(entry);
  }

  /** One that hangs is not begun again when it comes again: whoever wants it waits with the first. */
  async #handleOnce(entry: Entry): Promise<void> {
    const { id } = entry;
    if (this.#handled.has(id)) return;
    const handling = this.#underWay.get(id) ?? this.#handle(entry).finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, handling);
    await handling;
  }

  async #handle({ id, update }: Entry): Promise<void> {
    try {
      await this.#options.handle(update);
    } catch (error) {
      if (isWaiting(error) || !this.#isHopeless(id)) throw error;
      this.#options.log.error({ update: id, tries: TRIES, err: error }, 'telegram.update.passedOver');
      await this.#passOver(update);
    }
    this.#failures.delete(id);
    this.#handled.add(id);
  }

  async #passOver(update: KnownUpdate): Promise<void> {
    try {
      await this.#options.passOver(update);
    } catch (error) {
      if (isWaiting(error)) throw error;
      this.#options.log.error({ err: error }, 'telegram.update.notTold');
    }
  }

  #isHopeless(id: number): boolean {
    const failures = (this.#failures.get(id) ?? 0) + 1;
    this.#failures.set(id, failures);
    return failures >= TRIES;
  }
}

/**
 * True for what passes by itself, so that the update waits for it: the disk or the system refuses (an errno anywhere in
 * the chain of causes), Telegram can't be reached, or another daemon took the session over.
 */
function isWaiting(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (/^E(?!RR_)[A-Z0-9]+$/.test(codeOf(cause) ?? '')) return true;
    if (cause.name === 'StaleEpochError' || isApiFailure(cause)) return true;
  }
  return false;
}
