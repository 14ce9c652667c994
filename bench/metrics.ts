/** What the metrics cost: per event of a session's actor, per call of Telegram, per scrape, and to count very many sessions. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { InspectionEvent } from 'xstate';
import { idleMetrics } from '../test/helpers/idle-metrics.ts';
import { openLowdbStore } from '../src/store/lowdb-store.ts';
import { aRecord } from '../test/helpers/records.ts';
import { report } from './report.ts';
import { spreadOf } from './spread.ts';

const ROUNDS = 7;
const SCRAPES = 20;

export interface MetricsOptions {
  /** Of a session's actor, and calls of Telegram, in each round. */
  events: number;
  /** How many are counted by their files. */
  sessions: number;
}

/** Microseconds for one of each, per round. */
export interface MetricsCost {
  event: number[];
  call: number[];
  scrape: number[];
  count: number[];
}

export async function measureMetrics({ events, sessions }: MetricsOptions): Promise<MetricsCost> {
  const metrics = idleMetrics(Date.now);
  const [active, idle] = [snapshotIn('active'), snapshotIn('idle')];
  const call = { method: 'sendMessage', status: 200, durationMs: 100 };
  const cost: MetricsCost = { event: [], call: [], scrape: [], count: [] };
  await withSessions(sessions, async (countSessions) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      cost.event.push(timed(events, (index) => metrics.inspect(index % 2 === 0 ? active : idle)));
      cost.call.push(timed(events, () => metrics.onCall(call)));
      cost.scrape.push(await timedInTurn(SCRAPES, () => metrics.text()));
      cost.count.push(await timedInTurn(1, countSessions));
    }
  });
  return cost;
}

const ACTOR = {};

/** As an actor tells it that goes to and fro between active and idle. */
function snapshotIn(state: 'active' | 'idle'): InspectionEvent {
  const snapshot = { context: { record: aRecord({ state }) }, value: { live: 'idle' } };
  return { type: '@xstate.snapshot', actorRef: ACTOR, snapshot } as unknown as InspectionEvent;
}

async function withSessions(count: number, work: (countSessions: () => Promise<unknown>) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'hibernaut-bench-'));
  await mkdir(join(folder, 'sessions'), { recursive: true });
  const store = await openLowdbStore({ dataDir: folder });
  try {
    for (let made = 0; made < count; made += 1_000) {
      const names = Array.from(
        { length: Math.min(1_000, count - made) },
        (_, index) => `session-${String(made + index)}.json`,
      );
      await Promise.all(names.map((name) => writeFile(join(folder, 'sessions', name), '')));
    }
    await work(() => store.countSessions());
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
}

function timed(times: number, act: (index: number) => void): number {
  const since = performance.now();
  for (let done = 0; done < times; done += 1) act(done);
  return ((performance.now() - since) / times) * 1_000;
}

async function timedInTurn(times: number, act: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  for (let done = 0; done < times; done += 1) await act();
  return ((performance.now() - since) / times) * 1_000;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { small: { type: 'boolean', default: false } } });
  const options = values.small ? { events: 10_000, sessions: 1_000 } : { events: 200_000, sessions: 100_000 };
  const cost = await measureMetrics(options);
  const [event, call, scrape, count] = [cost.event, cost.call, cost.scrape, cost.count].map(spreadOf);
  report({
    name: 'metrics',
    options,
    rows: {
      'an event of a session, µs': { ...event },
      'a call of Telegram, µs': { ...call },
      'a scrape, µs': { ...scrape },
      [`to count ${String(options.sessions)} sessions, µs`]: { ...count },
    },
    findings: [
      `Metrics cost ${event?.median.toFixed(2) ?? '?'} µs for an event of a session and ${call?.median.toFixed(2) ?? '?'} µs for a call of Telegram, at the median.`,
    ],
  });
}
