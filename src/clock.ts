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

export interface WallClockOptions {
  time?: TimeSource;
  /**
   * What a wait is given once it was found to be over by the wall clock alone, so that nothing is taken for hung, and
   * killed, that only slept as the machine did, or that a clock set forward made look late. ms; default none.
   */
  graceMs?: number;
}

interface Alarm {
  fire: () => void;
  /** By the wall clock; Infinity once the grace has begun. */
  dueAt: number;
  dueMonotonic: number;
  /** When it would have ended if no clock ever jumped: the order in which alarms ring. */
  order: number;
}

/**
 * The clock of every actor (XState's `ActorOptions.clock`). A delay is over when that much time has passed by the
 * monotonic clock, which is not fooled when the wall clock is set; or, after a grace, by the wall clock, which counts the
 * time slept. An infinite delay never ends. One timer of Node's serves all alarms.
 */
export class WallClock {
  readonly #time: TimeSource;
  readonly #graceMs: number;
  readonly #alarms = new Map<number, Alarm>();
  #nextId = 1;
  #timer: NodeJS.Timeout | null = null;
  #timerDue = Infinity;

  constructor({ time = systemTime, graceMs = 0 }: WallClockOptions = {}) {
    this.#time = time;
    this.#graceMs = graceMs;
  }

  /** @param delayMs milliseconds from now; Infinity never ends. Throws on NaN, which would be a bug of ours. */
  setTimeout = (fire: () => void, delayMs: number): number => {
    if (Number.isNaN(delayMs)) throw new RangeError('A delay must be a number of milliseconds, got NaN.');
    const id = this.#nextId++;
    if (delayMs === Infinity) return id;
    const wait = Math.max(0, delayMs);
    const dueMonotonic = this.#time.monotonic() + wait;
    this.#alarms.set(id, { fire, dueAt: this.#time.now() + wait, dueMonotonic, order: dueMonotonic });
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
    const monotonic = this.#time.monotonic();
    this.#beginGraces(this.#time.now(), monotonic);
    const due = [...this.#alarms].filter(([, alarm]) => alarm.dueMonotonic <= monotonic);
    due.sort(([, a], [, b]) => a.order - b.order);
    for (const [id, alarm] of due) {
      // An alarm that rang before it may have cleared this one.
      if (this.#alarms.delete(id)) alarm.fire();
    }
    let next = Infinity;
    for (const alarm of this.#alarms.values()) next = Math.min(next, this.#remaining(alarm));
    if (next < Infinity) this.#wakeWithin(next);
  }

  /** For those whose time has passed while the monotonic clock stood still, or the wall clock was set forward. */
  #beginGraces(now: number, monotonic: number): void {
    for (const alarm of this.#alarms.values()) {
      if (alarm.dueAt > now) continue;
      alarm.dueAt = Infinity;
      alarm.dueMonotonic = Math.min(alarm.dueMonotonic, monotonic + this.#graceMs);
    }
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
