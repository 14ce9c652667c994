/** Whether the daemon is as well as its watchdog wants it: what is not is ended and started again by the service manager. */
import type { NotifyFacts } from './notify-text.ts';

/**
 * A poller that polls hears from Telegram at least each 2 minutes, or gives the call up by itself (`watchdogMs` in
 * `machines/poller.machine.ts`). One that does neither has lost its timers or its events.
 */
const LONGEST_SILENCE_MS = 300_000;

/**
 * How often to say that all is well, ms, or null if nobody waits for it. Four times within the limit; systemd asks for
 * twice (sd_watchdog_enabled(3)).
 */
export function watchdogIntervalMs(environment: NodeJS.ProcessEnv, pid: number): number | null {
  const { WATCHDOG_USEC: limit, WATCHDOG_PID: whose } = environment;
  // It is somebody else's if we were started by the process that it is for.
  if (limit === undefined || !/^[1-9]\d*$/.test(limit) || (whose && whose !== String(pid))) return null;
  return Number(limit) / 1_000 / 4;
}

/** Remembers when Telegram last answered, by a clock that stands still while the machine sleeps, as systemd's does. */
export class PollWatch {
  readonly #monotonic: () => number;
  #lastPollAt: number | null = null;
  #seenAt: number;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
    this.#seenAt = monotonic();
  }

  /** False for a poller that polls and yet hears nothing. One that backs off knows that, and goes on by itself. */
  isWell({ daemon, polling, lastPollAt }: NotifyFacts): boolean {
    const now = this.#monotonic();
    if (daemon !== 'serving' || polling !== 'polling' || lastPollAt !== this.#lastPollAt) {
      this.#lastPollAt = lastPollAt;
      this.#seenAt = now;
    }
    return now - this.#seenAt < LONGEST_SILENCE_MS;
  }
}
