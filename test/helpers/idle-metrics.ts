/** The metrics of a daemon in which nothing has happened. */
import { createMetrics, type Metrics } from '../../src/metrics/metrics.ts';

/** @param now wall clock, ms since the epoch */
export function idleMetrics(now: () => number): Metrics {
  return createMetrics({
    figures: () => null,
    telegram: () => null,
    store: () => null,
    disks: () => Promise.resolve({ data: null, workspace: null }),
    isHealthy: () => true,
    isReady: () => true,
    version: '0',
    startedAt: 0,
    now,
  });
}
