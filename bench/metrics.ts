/** What the metrics cost: per event of a session's actor, per call of Telegram, per scrape, and to count very many sessions. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InspectionEvent } from 'xstate';
import { createMetrics } from '../src/metrics/metrics.ts';
import { openLowdbStore } from '../src/store/lowdb-store.ts';
import { aRecord } from '../test/helpers/records.ts';

const EVENTS = 1_000_000;
const SESSIONS = 100_000;

const metrics = createMetrics({
  figures: () => null,
  telegram: () => null,
  store: () => null,
  disks: () => Promise.resolve({ data: null, workspace: null }),
  isHealthy: () => true,
  isReady: () => true,
  version: '0',
  startedAt: 0,
  now: Date.now,
});

async function timed(what: string, times: number, act: () => unknown): Promise<void> {
  const since = performance.now();
  for (let done = 0; done < times; done += 1) await act();
  print(what, ((performance.now() - since) / times) * 1_000);
}

function timedNow(what: string, times: number, act: (index: number) => void): void {
  const since = performance.now();
  for (let done = 0; done < times; done += 1) act(done);
  print(what, ((performance.now() - since) / times) * 1_000);
}

function print(what: string, microseconds: number): void {
  console.log(
    `${what}: ${microseconds < 1_000 ? `${microseconds.toFixed(2)} µs` : `${(microseconds / 1_000).toFixed(1)} ms`}`,
  );
}

const actorRef = {};
const snapshots = [aRecord({ state: 'active' }), aRecord({ state: 'idle' })].map((record) => ({
  type: '@xstate.snapshot',
  actorRef,
  snapshot: { context: { record }, value: { live: 'idle' } },
})) as unknown as InspectionEvent[];
timedNow('an event of a session', EVENTS, (index) => {
  const event = snapshots[index % 2];
  if (event) metrics.inspect(event);
});
timedNow('a call of Telegram', EVENTS, () =>
  metrics.onCall({ method: 'sendMessage', status: 200, durationMs: 100 }),
);
await timed('a scrape', 100, () => metrics.text());

const folder = await mkdtemp(join(tmpdir(), 'hibernaut-bench-'));
await mkdir(join(folder, 'sessions'), { recursive: true });
const store = await openLowdbStore({ dataDir: folder });
for (let made = 0; made < SESSIONS; made += 1_000) {
  const names = Array.from({ length: 1_000 }, (_, index) => `session-${String(made + index)}.json`);
  await Promise.all(names.map((name) => writeFile(join(folder, 'sessions', name), '')));
}
await timed(`to count ${String(SESSIONS)} sessions`, 5, () => store.countSessions());
await store.close();
await rm(folder, { recursive: true });
