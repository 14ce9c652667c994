/** The benchmark of the metrics, in its small form. */
import { expect, test } from 'vitest';
import { measureMetrics } from '../../bench/metrics.ts';

test('each cost is taken as often, and a scrape costs more than an event', async () => {
  const { event, call, scrape, count } = await measureMetrics({ events: 1_000, sessions: 10 });

  for (const samples of [event, call, scrape, count]) expect(samples).toHaveLength(event.length);
  expect(Math.min(...scrape)).toBeGreaterThan(Math.min(...event));
});
