/** What Node knows of itself: event loop lag, garbage collection, heap, CPU, file descriptors. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';

/** Each look at the event loop wakes the process, which rests most of the time. */
const LAG_LOOK_MS = 100;
/** prom-client looks at the loop too, and counts the wait between two looks as lag: it is to look as good as never. */
const NEVER_MS = 1_000_000_000;

/** Of the library's own set, what is of use here. */
const USEFUL =
  /^(process_(cpu_seconds_total|start_time_seconds|open_fds|max_fds)|nodejs_(gc_duration_seconds|heap_size_used_bytes|heap_size_total_bytes|external_memory_bytes|version_info))$/;

const NS = 1e9;

export function collectRuntime(register: Registry): void {
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: NEVER_MS });
  for (const { name } of register.getMetricsAsArray()) {
    if (!name.startsWith('hibernaut_') && !USEFUL.test(name)) register.removeSingleMetric(name);
  }
  collectLag(register);
}

function collectLag(register: Registry): void {
  const delays = monitorEventLoopDelay({ resolution: LAG_LOOK_MS });
  delays.enable();
  // A histogram that has seen nothing yet has a highest value of 0.
  const lag = (nanoseconds: number) => Math.max(0, nanoseconds / NS - LAG_LOOK_MS / 1_000);
  new Gauge({
    name: 'hibernaut_event_loop_lag_seconds',
    help: 'The longest that the event loop was held up since the last scrape.',
    registers: [register],
    collect() {
      this.set(lag(delays.max));
      delays.reset();
    },
  });
}
