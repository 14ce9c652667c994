/**
 * How much is shown to who watches everything: each step, as long as there is room for it. In a rush nobody observes a
 * root actor until its turn comes; what it is by then is shown, and it is observed again until there is no room again.
 * So a rush costs what the turns cost, however many events there are.
 */
import type { AnyActor } from 'xstate';

export interface PaceOptions {
  /** Whether every step of it is shown, room or not. */
  isExempt: (root: AnyActor) => boolean;
  /** Shows what is new of it. Never throws. */
  takeTurn: (root: AnyActor) => void;
  /** Milliseconds, on a clock that never jumps. */
  now: () => number;
}

const FRAMES_PER_WINDOW = 250;
const WINDOW_MS = 100;
/** The turns of a window are followed by a rest that is so many times as long as they took; on a busy machine, too. */
const REST_PER_TURNS = 60;
/** So much may come at once after a calm: a hundred sessions wake. */
const MOST_FRAMES = 1_000;

export class Pace {
  readonly #options: PaceOptions;
  /** How many frames may be made now; below 0 by what the last turn took too many. While some wait, there is none. */
  #room = MOST_FRAMES;
  readonly #waiting = new Set<AnyActor>();
  #window: NodeJS.Timeout | null = null;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  hasRoomFor(root: AnyActor): boolean {
    return this.#room > 0 || this.#options.isExempt(root);
  }

  /** A frame of it was made. */
  spend(root: AnyActor): void {
    if (this.#options.isExempt(root)) return;
    this.#room -= 1;
    if (!this.#window) this.#rest(WINDOW_MS);
  }

  /** Until its turn comes: at once, if there is room. */
  wait(root: AnyActor): void {
    if (this.hasRoomFor(root)) this.#options.takeTurn(root);
    else this.#waiting.add(root);
  }

  forget(root: AnyActor): void {
    this.#waiting.delete(root);
  }

  /** Of all that wait and need not any more. */
  takeTurns(): void {
    for (const root of this.#waiting) {
      if (!this.hasRoomFor(root)) continue;
      this.#waiting.delete(root);
      this.#options.takeTurn(root);
    }
  }

  #rest(ms: number): void {
    this.#window = setTimeout(() => this.#openWindow(), ms).unref();
  }

  #openWindow(): void {
    const { now } = this.#options;
    const since = now();
    this.#room = Math.min(MOST_FRAMES, this.#room + FRAMES_PER_WINDOW);
    this.takeTurns();
    this.#window = null;
    if (this.#room < MOST_FRAMES) this.#rest(Math.max(WINDOW_MS, REST_PER_TURNS * (now() - since)));
  }
}
