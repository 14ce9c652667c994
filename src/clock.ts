/** Wall-clock time for the machines' delays: right over 2^31 ms, after the machine slept, and when the clock jumps. */
import { AlarmQueue } from './alarm-queue.ts';

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
  id: number;
  fire: () => void;
  /** By the wall clock; Infinity once the grace has begun, or it is over. */
  dueAt: number;
  /** Infinity once it is over. */
  dueMonotonic: number;
  /** When it would have ended if no clock ever jumped: the order in which alarms ring. */
  order: number;
}

/**
 * The clock of every actor (XState's `ActorOptions.clock`). A delay is over when that much time has passed by the
 * monotonic clock, which is not fooled when the wall clock is set; or, after a grace, by the wall clock, which counts the
 * time slept. An infinite delay never ends. One timer of Node's serves all alarms, and only those that are due are looked at.
 */
export class WallClock {
  readonly #time: TimeSource;
  readonly #graceMs: number;
  readonly #alarms = new Map<number, Alarm>();
  readonly #byMonotonic = new AlarmQueue<Alarm>(({ dueMonotonic }) => dueMonotonic);
  readonly #byWall = new AlarmQueue<Alarm>(({ dueAt }) => dueAt);
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
    const alarm = { id, fire, dueAt: this.#time.now() + wait, dueMonotonic, order: dueMonotonic };
    this.#alarms.set(id, alarm);
    this.#byMonotonic.add(alarm);
    this.#byWall.add(alarm);
    this.#wakeWithin(wait);
    return id;
  };

  clearTimeout = (id: number): void => {
    const alarm = this.#alarms.get(id);
    if (!alarm) return;
    this.#end(alarm);
    this.#byMonotonic.trim(this.#alarms.size);
    this.#byWall.trim(this.#alarms.size);
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
    for (const alarm of this.#due(monotonic)) {
      // An alarm that rang before it may have cleared this one.
      if (!this.#alarms.has(alarm.id)) continue;
      this.#end(alarm);
      alarm.fire();
    }
    const waitMs = Math.min(
      this.#byWall.next - this.#time.now(),
      this.#byMonotonic.next - this.#time.monotonic(),
    );
    if (waitMs < Infinity) this.#wakeWithin(Math.max(0, waitMs));
  }

  /** In the order in which they ring. */
  #due(monotonic: number): Alarm[] {
    const due: Alarm[] = [];
    for (
      let alarm = this.#byMonotonic.takeDue(monotonic);
      alarm;
      alarm = this.#byMonotonic.takeDue(monotonic)
    )
      due.push(alarm);
    return due.sort((a, b) => a.order - b.order || a.id - b.id);
  }

  /** For those whose time has passed while the monotonic clock stood still, or the wall clock was set forward. */
  #beginGraces(now: number, monotonic: number): void {
    for (let alarm = this.#byWall.takeDue(now); alarm; alarm = this.#byWall.takeDue(now)) {
      alarm.dueAt = Infinity;
      const graceEnd = monotonic + this.#graceMs;
      if (graceEnd >= alarm.dueMonotonic) continue;
      alarm.dueMonotonic = graceEnd;
      this.#byMonotonic.add(alarm);
    }
  }

  /** It rings no more. */
  #end(alarm: Alarm): void {
    this.#alarms.delete(alarm.id);
    alarm.dueAt = Infinity;
    alarm.dueMonotonic = Infinity;
  }

  #rest(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#timerDue = Infinity;
  }
}
