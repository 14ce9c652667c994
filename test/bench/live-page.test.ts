/** The benchmark of the live page, in its small form. */
import { expect, test } from 'vitest';
import { measureLivePage } from '../../bench/live-page.ts';

test('a viewer gets every session, changes that are gathered, and leaves nothing behind', async () => {
  const { without, unwatched, watched, viewers, viewersLeft } = await measureLivePage({
    sessions: 40,
    forMs: 400,
    repeats: 2,
  });
  for (const taken of [without, unwatched, watched]) {
    expect(taken).toHaveLength(2);
    for (const { events } of taken) expect(events).toBeGreaterThan(0);
  }
  for (const [repeat, { frames, rows, mostRowsInAFrame, entries }] of viewers.entries()) {
    const events = watched[repeat]?.events ?? 0;
    expect(rows).toBeGreaterThanOrEqual(40);
    expect(mostRowsInAFrame).toBeLessThanOrEqual(40);
    // Of each session's many changes a few are told, and of what happened in the one that is followed all.
    expect(frames).toBeLessThan(events / 10);
    expect(rows).toBeLessThan(events / 2);
    expect(entries).toBeGreaterThan(0);
  }
  expect(viewersLeft).toBe(0);
});
