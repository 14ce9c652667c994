/** Waiting for a condition outside of vitest's `expect.poll`: for helpers that benchmarks use, too. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves with the first value that `holds`; an attempt that throws is tried again.
 * @throws Error with what was seen last, after `timeoutMs` (30 s)
 */
export async function until<T>(
  what: string,
  attempt: () => T | Promise<T>,
  holds: (value: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let seen: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await attempt();
      if (holds(value)) return value;
      seen = value;
    } catch (error) {
      seen = error;
    }
    await sleep(15);
  }
  const last = seen instanceof Error ? seen.message : JSON.stringify(seen);
  throw new Error(`Waited ${String(timeoutMs)} ms for ${what}; last seen: ${last}`);
}
