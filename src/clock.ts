/** Wall-clock time for the machines' delays: right over 2^31 ms, after the machine slept, and when the clock jumps. */

/** Where the time comes from; tests hand in their own. */
export interface TimeSource {
  /** Wall clock, ms since the epoch. */
  now(): number;
  /** Never jumps, but may stand still while the machine sleeps (nodejs/node#47724), ms. */
  monotonic(): number;
}

export const systemTime: TimeSource = { now: () => Date.now(), monotonic: () => performance.now() };

/** How long one timer of Node's may run: short enough to notice soon that the machine slept or the clock jumped. */
const TICK_MS = 5_000;

interface Alarm {
  fire: () => void;
  dueAt: number;
  dueMonotonic: number;
}

/**
 * The clock of every actor (XState's `ActorOptions.clock`). A delay is over when that much time has passed by the wall
 * clock or by the monotonic one, whichever says so first: the wall clock counts the time slept, the monotonic one is
 * not fooled when the wall clock is set back. An infinite delay never ends. One timer of Node's serves all alarms.
 */
export class WallClock {
  readonly #time: TimeSource;
  readonly #alarms = new Map<number, Alarm>();
  #nextId = 1;
  #timer: NodeJS.Timeout | null = null;
  #timerDue = Infinity;

  constructor(time: TimeSource = systemTime) {
    this.#time = time;
  }

  /** @param delayMs milliseconds from now; Infinity never ends. Throws on NaN, which would be a bug of ours. */
  setTimeout = (fire: () => void, delayMs: number): number => {
    if (Number.isNaN(delayMs)) throw new RangeError('A delay must be a number of milliseconds, got NaN.');
    const id = this.#nextId++;
    if (delayMs === Infinity) return id;
    const wait = Math.max(0, delayMs);
    this.#alarms.set(id, {
      fire,
      dueAt: this.#time.now() + wait,
      dueMonotonic: this.#time.monotonic() + wait,
    });
    this.#wakeWithin(wait);
    return id;
  };

  clearTimeout = (id: number): void => {
    this.#alarms.delete(id);
    if (this.#alarms.size === 0) this.#rest();
  };

  #wakeWithin(waitMs: number): void {
    const delay = Math.min(waitMs, TICK_MS);
    const due = this.#time.monotonic() + delay;
    if (this.#timer && this.#timerDue <= due) return;
    this.#rest();
    this.#timerDue = due;
    this.#timer = setTimeout(() => this.#ring(), Math.ceil(delay));
  }

  #ring(): void {
    this.#timer = null;
    this.#timerDue = Infinity;
    const now = this.#time.now();
    const monotonic = this.#time.monotonic();
    const due = [...this.#alarms].filter(
      ([, alarm]) => alarm.dueAt <= now || alarm.dueMonotonic <= monotonic,
    );
    due.sort(([, a], [, b]) => a.dueMonotonic - b.dueMonotonic);
    for (const [id, alarm] of due) {
      // An alarm that rang before it may have cleared this one.
      if (this.#alarms.delete(id)) alarm.fire();
    }
    let next = Infinity;
    for (const alarm of this.#alarms.values()) next = Math.min(next, this.#remaining(alarm));
    if (next < Infinity) this.#wakeWithin(next);
  }

  #remaining(alarm: Alarm): number {
    return Math.max(0, Math.min(alarm.dueAt - this.#time.now(), alarm.dueMonotonic - this.#time.monotonic()));
  }

  #rest(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#timerDue = Infinity;
  }
}
