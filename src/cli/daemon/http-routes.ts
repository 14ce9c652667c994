/** What the daemon answers on its HTTP address, and where the facts come from: health, readiness, metrics. */
import packageJson from '../../../package.json' with { type: 'json' };
import type { Config } from '../../config/config.ts';
import { healthAnswer, readyAnswer, type HealthFacts, type ReadyFacts } from '../../control/health.ts';
import type { HttpRoutes } from '../../control/http.ts';
import type { Daemon } from '../../daemon/daemon.ts';
import { diskSpace } from '../../disk/space.ts';
import { createMetrics, type Metrics } from '../../metrics/metrics.ts';
import type { Store } from '../../store/ports.ts';
import type { TelegramPort } from '../../telegram/ports.ts';

/** What there is so far of a daemon that starts, serves or stops. */
export interface Running {
  /** Once it serves. */
  daemon: Daemon | null;
  telegram: TelegramPort | null;
  store: Store | null;
}

/** @param now wall clock, ms since the epoch */
export function metricsOf(
  running: Running,
  { dataDir, workspace }: Pick<Config, 'dataDir' | 'workspace'>,
  now: () => number,
): Metrics {
  const spaceOf = (folder: string) => diskSpace(folder).catch(() => null);
  return createMetrics({
    figures: () => running.daemon?.figures() ?? null,
    telegram: () => running.telegram?.health ?? null,
    store: () => running.store,
    disks: async () => ({ data: await spaceOf(dataDir), workspace: await spaceOf(workspace) }),
    isHealthy: () => healthAnswer(factsOf(running)).status === 200,
    isReady: () => readyAnswer(factsOf(running)).status === 200,
    version: packageJson.version,
    startedAt: now(),
    now,
  });
}

export function httpRoutes(running: Running, metrics: Metrics): HttpRoutes {
  return {
    '/healthz': () => healthAnswer(factsOf(running)),
    '/readyz': () => readyAnswer(factsOf(running)),
    '/metrics': async () => ({ status: 200, text: await metrics.text(), contentType: metrics.contentType }),
  };
}

/** What health and readiness hang on, now. */
export function factsOf({ daemon, telegram }: Running) {
  const facts = {
    daemon: daemon?.state ?? 'starting',
    isRestored: daemon?.isRestored ?? false,
    polling: telegram?.health.state ?? 'starting',
    lastPollAt: telegram?.health.lastPollAt ?? null,
    lastError: telegram?.health.lastError ?? null,
    conflict: telegram?.health.conflict ?? null,
  } as const;
  return facts satisfies HealthFacts & ReadyFacts;
}
