/** The benchmark of busy sessions, in its small form. */
import { expect, test } from 'vitest';
import { growthOf, measureBusySessions } from '../../bench/busy.ts';

test('all that simulated processes say gets through, each turn is answered, and the daemon is weighed', async () => {
  const options = { sessions: 5, seconds: 2, warmUpSeconds: 0, weighings: 2, eventsPerTurn: 20 };
  const { weight: before, periods, unanswered } = await measureBusySessions(options);

  expect(unanswered).toBe(0);
  expect(periods).toHaveLength(2);
  for (const { weight } of periods) expect(weight.heapBytes).toBeGreaterThan(0);
  const after = (more: number) => ({
    ...{ sessions: options.sessions, weight: before },
    periods: periods.map((period) => ({
      ...period,
      weight: { ...before, openFiles: before.openFiles + more },
    })),
  });
  expect(growthOf(after(options.sessions))).toEqual([]);
  expect(growthOf(after(options.sessions + 1))).toEqual([expect.stringMatching(/^open files/)]);
});
