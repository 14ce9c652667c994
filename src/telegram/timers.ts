/** Time, as everything here is handed it: the wall clock to compare with, and timers. Tests hand in their own. */

/** The timers that XState calls a clock; `src/clock.ts` has the daemon's. */
export interface Timers {
  /** Returns what `clearTimeout` takes. */
  setTimeout(fire: () => void, delayMs: number): unknown;
  clearTimeout(id: unknown): void;
}

/** Waits for what is under way, `withinMs` at most. Rejects if it does. */
export async function withinTime(work: Promise<unknown>, withinMs: number, timers: Timers): Promise<void> {
  const { promise: timedOut, resolve } = Promise.withResolvers<void>();
  const timer = timers.setTimeout(resolve, withinMs);
  try {
    await Promise.race([work, timedOut]);
  } finally {
    timers.clearTimeout(timer);
  }
}

export interface Time {
  /** Wall clock, ms since the epoch. */
  now: () => number;
  timers: Timers;
}
