/** The updates that wait for the bot: kept until a later offset confirms them, for 24 hours at most (td: `TQueue.cpp`). */
import { type Update } from 'grammy/types';

export interface PendingUpdate {
  update: Update;
  /** Wall clock, ms. */
  createdAt: number;
}

export interface QueueState {
  nextId: number;
  lastPushedAt: number;
  pending: PendingUpdate[];
  /** What the bot asked for last; null or empty for the default. */
  allowedUpdates: string[] | null;
}

const RETENTION_MS = 24 * 3_600_000;
/** After a week without updates the ids start anew at a random number (Bot API, Update). */
const IDLE_MS = 7 * 24 * 3_600_000;
/** An offset further than this beyond the newest update is taken for a mistake. */
const MAX_OFFSET_AHEAD = 10;
/** Only sent to bots that name them (Bot API, getUpdates). */
const NOT_BY_DEFAULT = ['chat_member', 'message_reaction', 'message_reaction_count'];

export class UpdateQueue {
  readonly #now: () => number;
  readonly #onChange: () => void;
  #state: QueueState;

  /** @param onChange after each change, pushes and confirmations */
  constructor(now: () => number, onChange: () => void, state?: QueueState) {
    this.#now = now;
    this.#onChange = onChange;
    this.#state = state ?? { nextId: randomId(), lastPushedAt: now(), pending: [], allowedUpdates: null };
  }

  get state(): QueueState {
    return this.#state;
  }

  /** The number of updates that were not confirmed yet. */
  get length(): number {
    this.#forgetOld();
    return this.#state.pending.length;
  }

  /** Asked for by the bot, as it stood when the update came into being. */
  allows(kind: string): boolean {
    const { allowedUpdates } = this.#state;
    if (!allowedUpdates || allowedUpdates.length === 0) return !NOT_BY_DEFAULT.includes(kind);
    return allowedUpdates.includes(kind);
  }

  /** Sticks until it is changed. */
  allow(kinds: string[]): void {
    this.#state.allowedUpdates = kinds;
    this.#onChange();
  }

  /** Appends it whatever its kind. Returns its update_id. */
  push(content: Record<string, unknown>): number {
    const state = this.#state;
    const now = this.#now();
    if (now - state.lastPushedAt >= IDLE_MS && this.length === 0) state.nextId = randomId();
    const id = state.nextId;
    state.nextId += 1;
    state.lastPushedAt = now;
    state.pending.push({ update: { ...content, update_id: id }, createdAt: now });
    this.#onChange();
    return id;
  }

  /**
   * Forgets what the offset confirms and returns what comes from there on.
   * @param offset 0 for the oldest; below 0 all but that many of the newest are forgotten
   */
  take(offset: number, limit: number): Update[] {
    this.#forgetOld();
    const { pending, nextId } = this.#state;
    if (offset < 0) this.#keep(pending.slice(offset));
    else if (offset <= nextId + MAX_OFFSET_AHEAD) {
      this.#keep(pending.filter(({ update }) => update.update_id >= offset));
    }
    return this.#state.pending.slice(0, limit).map(({ update }) => update);
  }

  clear(): void {
    this.#keep([]);
  }

  #forgetOld(): void {
    const oldest = this.#now() - RETENTION_MS;
    this.#keep(this.#state.pending.filter(({ createdAt }) => createdAt > oldest));
  }

  #keep(pending: PendingUpdate[]): void {
    if (pending.length === this.#state.pending.length) return;
    this.#state.pending = pending;
    this.#onChange();
  }
}

function randomId(): number {
  return 100_000_000 + Math.floor(Math.random() * 800_000_000);
}
