/** The benchmark of busy sessions, in its small form. */
import { expect, test } from 'vitest';
import { growthOf, measureBusySessions } from '../../bench/busy.ts';

test('all that simulated processes say gets through, each turn is answered, and the daemon is weighed', async () => {
  const options = { sessions: 5, seconds: 2, warmUpSeconds: 0, weighings: 2, eventsPerTurn: 20 };
  const { weight: before, periods, unanswered } = await measureBusySessions(options);

  expect(unanswered).toBe(0);
  expect(periods).toHaveLength(2);
  for (const { weight } of periods) expect(weight.heapBytes).toBeGreaterThan(0);
  const grown = periods.map((period) => ({
    ...period,
    weight: { ...before, openFiles: before.openFiles * 2 },
  }));
  expect(growthOf({ weight: before, periods: grown })).toEqual([expect.stringMatching(/^open files/)]);
});
