/**
 * When something may go out to a chat. Telegram's limits hold for a chat as a whole, for messages and edits together
 * (tdlib/td#3034), so everything for one chat asks the same pace. Waits are timers: one that the machine slept through is over.
 */
import type { Timers } from '../timers.ts';

/** About one message a second in a private chat and 20 a minute in a group (Bot API FAQ, "My bot is hitting limits"). */
const PRIVATE_GAP_MS = 1_100;
const GROUP_GAP_MS = 3_100;
/** Edits of one chat: about 20 a minute (tdlib/td#2592). So many may come quickly, the further ones at this gap. */
const BURST = 5;
const LASTING_GAP_MS = 3_700;
const WINDOW_MS = 60_000;
/** Each 429 of late doubles the gaps, up to eight times. */
const MAX_STRAIN = 3;

/** Between two calls of the same kind that can wait, ms. */
export function gapOf(chatId: number): number {
  // Groups have negative ids (Bot API, Chat).
  return chatId < 0 ? GROUP_GAP_MS : PRIVATE_GAP_MS;
}

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

/** How often something happened in the last minute. */
class Lately {
  readonly #timers: Timers;
  readonly #times = new Set<unknown>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get count(): number {
    return this.#times.size;
  }

  note(): void {
    const time: unknown = this.#timers.setTimeout(() => this.#times.delete(time), WINDOW_MS);
    this.#times.add(time);
  }

  dispose(): void {
    for (const time of this.#times) this.#timers.clearTimeout(time);
    this.#times.clear();
  }
}

/** Of one chat, all its topics together. */
export class ChatPace {
  /** Closed while Telegram wants a pause or the network is down: nothing goes out. */
  readonly sends: Gate;
  /** Closed also for a while after each message or edit: frames of a live message wait for it, nothing else does. */
  readonly #frames: Gate;
  readonly #gapMs: number;
  readonly #sent: Lately;
  readonly #strain: Lately;
  readonly #onOpen: () => void;
  /** After a pause that Telegram wanted one call goes out alone, and the others wait for what becomes of it. */
  #trial: 'none' | 'due' | 'underWay' = 'none';

  /**
   * @param onSendsOpen called when messages may go out again
   * @param onFramesOpen called when a frame may go out again
   */
  constructor(chatId: number, timers: Timers, onSendsOpen: () => void, onFramesOpen: () => void) {
    this.#gapMs = gapOf(chatId);
    this.#frames = new Gate(timers, onFramesOpen);
    this.#sent = new Lately(timers);
    this.#strain = new Lately(timers);
    this.#onOpen = () => {
      onSendsOpen();
      // Messages begin in a microtask, and come first.
      queueMicrotask(onFramesOpen);
    };
    this.sends = new Gate(timers, this.#onOpen);
  }

  /** Whether a message may go out, or the first frame of a live message. */
  get mayCall(): boolean {
    return this.sends.isOpen && this.#trial !== 'underWay';
  }

  /** Whether a further frame may go out. */
  get mayShowMore(): boolean {
    return this.mayCall && this.#frames.isOpen;
  }

  /** Whether there is no pause, nor anything to be tried after one: only then what nobody needs goes out. */
  get isCalm(): boolean {
    return this.sends.isOpen && this.#trial === 'none';
  }

  /** To be called before each call but "typing". */
  begin(): void {
    if (this.#trial === 'due') this.#trial = 'underWay';
  }

  /** Something went out. */
  noteSent(): void {
    this.#sent.note();
    const gapMs = this.#sent.count > BURST ? Math.max(this.#gapMs, LASTING_GAP_MS) : this.#gapMs;
    this.#frames.close(gapMs * 2 ** Math.min(this.#strain.count, MAX_STRAIN));
    this.#endTrial('none');
  }

  /** A call that had begun came to nothing, but not for a 429. */
  noteFailed(): void {
    this.#endTrial('due');
  }

  /** Telegram wants a pause (429). */
  holdOff(retryAfterMs: number): void {
    this.#trial = 'due';
    this.#strain.note();
    this.sends.close(retryAfterMs);
  }

  /** Frames can wait; messages do not wait with them. */
  pauseFrames(pauseMs: number): void {
    this.#frames.close(pauseMs);
  }

  dispose(): void {
    for (const held of [this.sends, this.#frames, this.#sent, this.#strain]) held.dispose();
  }

  #endTrial(next: 'none' | 'due'): void {
    if (this.#trial !== 'underWay') return;
    this.#trial = next;
    if (this.sends.isOpen) this.#onOpen();
  }
}
