/** Timers that run faster than the clock, so that a pause of minutes is tested by waiting for what comes after it. */
import type { Timers } from '../../src/telegram/timers.ts';

/** @param factor how many times faster; no pause gets shorter than a millisecond */
export function fastTimers(factor: number): Timers {
  return {
    setTimeout: (fire, delayMs) => setTimeout(fire, delayMs / factor),
    clearTimeout: (id) => clearTimeout(id as NodeJS.Timeout),
  };
}
