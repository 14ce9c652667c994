/** The benchmark of the inspector, in its small form. */
import { expect, test } from 'vitest';
import { measureInspector } from '../../bench/inspect.ts';

test('events are taken without an inspector, unwatched and watched, and each viewer learns of all actors', async () => {
  const SESSIONS = 20;
  const { without, unwatched, watched, frames, joinMs } = await measureInspector({
    sessions: SESSIONS,
    forMs: 200,
    repeats: 2,
  });

  for (const taken of [without, unwatched, watched]) {
    expect(taken).toHaveLength(2);
    for (const { events, cpuMs } of taken) {
      expect(events % SESSIONS).toBe(0);
      expect(cpuMs).toBeGreaterThan(0);
    }
  }
  // In a rush a short look may fall between two turns.
  expect(frames).toHaveLength(2);
  expect(joinMs).toHaveLength(2);
  for (const ms of joinMs) expect(ms).toBeGreaterThan(0);
});
