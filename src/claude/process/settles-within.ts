/** Waiting for something, but not for ever. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Whether the promise resolves within the time. Leaves no timer behind: one would keep a daemon that has stopped alive.
 * @param hurry ends the wait early, with false
 */
export async function settlesWithin(
  promise: Promise<unknown>,
  waitMs: number,
  hurry?: AbortSignal,
): Promise<boolean> {
  const decided = new AbortController();
  const signal = hurry ? AbortSignal.any([hurry, decided.signal]) : decided.signal;
  const timeout = sleep(waitMs, false, { signal }).catch(() => false);
  try {
    return await Promise.race([promise.then(() => true), timeout]);
  } finally {
    decided.abort();
  }
}
