/**
 * When something may go out to a chat. Telegram's limits hold for a chat as a whole, for messages and edits together
 * (tdlib/td#3034), so everything for one chat asks the same pace. Waits are timers: one that the machine slept through is over.
 */
import type { Timers } from '../timers.ts';

/** About one message a second in a private chat and 20 a minute in a group (Bot API FAQ, "My bot is hitting limits"). */
const PRIVATE_GAP_MS = 1_100;
const GROUP_GAP_MS = 3_100;

/** Waits that may overlap; it is open when none is left. */
export class Gate {
  readonly #timers: Timers;
  readonly #onOpen: () => void;
  readonly #waits = new Set<unknown>();

  constructor(timers: Timers, onOpen: () => void) {
    this.#timers = timers;
    this.#onOpen = onOpen;
  }

  get isOpen(): boolean {
    return this.#waits.size === 0;
  }

  /** Keeps it closed for this long at least. */
  close(waitMs: number): void {
    const wait: unknown = this.#timers.setTimeout(() => {
      this.#waits.delete(wait);
      if (this.isOpen) this.#onOpen();
    }, waitMs);
    this.#waits.add(wait);
  }

  /** Ends all waits now. */
  open(): void {
    if (this.isOpen) return;
    this.dispose();
    this.#onOpen();
  }

  /** Ends all waits without telling anyone. */
  dispose(): void {
    for (const wait of this.#waits) this.#timers.clearTimeout(wait);
    this.#waits.clear();
  }
}

/** Of one chat, all its topics together. */
export class ChatPace {
  /** Closed while Telegram wants a pause or the network is down: nothing goes out. */
  readonly sends: Gate;
  /** Closed also for a while after each message or edit: frames of a live message wait for it, nothing else does. */
  readonly #frames: Gate;
  readonly #gapMs: number;

  /**
   * @param onSendsOpen called when messages may go out again
   * @param onFramesOpen called when a frame may go out again
   */
  constructor(chatId: number, timers: Timers, onSendsOpen: () => void, onFramesOpen: () => void) {
    // Groups have negative ids (Bot API, Chat).
    this.#gapMs = chatId < 0 ? GROUP_GAP_MS : PRIVATE_GAP_MS;
    this.#frames = new Gate(timers, onFramesOpen);
    this.sends = new Gate(timers, () => {
      onSendsOpen();
      onFramesOpen();
    });
  }

  /** Whether the first frame of a live message may go out. */
  get mayShow(): boolean {
    return this.sends.isOpen;
  }

  /** Whether a further frame may go out. */
  get mayShowMore(): boolean {
    return this.sends.isOpen && this.#frames.isOpen;
  }

  /** Something went out. */
  noteSent(): void {
    this.#frames.close(this.#gapMs);
  }

  /** Frames can wait; messages do not wait with them. */
  pauseFrames(pauseMs: number): void {
    this.#frames.close(pauseMs);
  }

  dispose(): void {
    this.sends.dispose();
    this.#frames.dispose();
  }
}
