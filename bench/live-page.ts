/** What the live page costs per event of 1,000 busy sessions: none, one with nobody looking, and one that is looked at. */
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createActor, fromCallback, fromPromise, type Actor } from 'xstate';
import type {
  ClaudeCommand,
  ClaudeEvent,
  ClaudeInput,
  Recovery,
  RecoveryInput,
  RoomEvent,
  RoomInput,
} from '../machines/session-events.ts';
import { viewSession } from '../machines/session-view.ts';
import { phaseOf } from '../machines/phase.ts';
import { sessionMachine } from '../machines/session.machine.ts';
import { startHttp } from '../src/control/http.ts';
import { SessionHistory, type HistorySink } from '../src/daemon/sessions/session-history.ts';
import { createLivePage, PAGE_PATH } from '../src/watch/live/page-server.ts';
import { viewsAtOnce } from '../test/watch/live/views.ts';
import { aRecord, NOON, PROCESS } from '../test/helpers/records.ts';

const SESSIONS = 1_000;
const ROUND_MS = 2_000;
const REPEATS = 5;
/** In another thread, as a browser is another process. */
const VIEWER = `
  const { parentPort, workerData: { url, cookie } } = require('node:worker_threads');
  const call = require('node:http').request(url, { headers: { cookie } }, (response) => {
    response.once('data', () => parentPort.postMessage('open'));
    response.on('data', () => undefined);
  });
  call.on('error', () => process.exit());
  call.end();
  parentPort.on('message', () => process.exit());
`;

const tells: ((event: ClaudeEvent) => void)[] = [];
const claude = fromCallback<ClaudeCommand, ClaudeInput>(({ sendBack }) => void tells.push(sendBack));
const room = fromCallback<RoomEvent, RoomInput>(({ sendBack }) =>
  sendBack({ type: 'room.granted', at: NOON }),
);
const recover = fromPromise<Recovery, RecoveryInput>(() => new Promise(() => undefined));
const logic = sessionMachine.provide({ actors: { claude, room, recover } });
const actors = new Map<string, Actor<typeof logic>>();

function startSession(index: number, sink: HistorySink): void {
  const id = `s${String(index)}`;
  const record = aRecord({ id });
  const history = new SessionHistory(record, sink, Date.now);
  const actor = createActor(logic, {
    id,
    input: { record, at: NOON },
    inspect: (event) => history.observe(event),
  });
  actor.subscribe({ error: (error) => console.error(error) });
  actor.start();
  actor.send({ type: 'user.message', uuid: 'u1', messageId: 1, text: 'hello', at: NOON });
  const tell = tells.at(-1);
  tell?.({ type: 'claude.spawned', process: PROCESS, at: NOON });
  tell?.({ type: 'claude.ready', at: NOON });
  tell?.({ type: 'claude.turnStarted', at: NOON });
  actors.set(id, actor);
}

function viewOf(id: string) {
  const snapshot = actors.get(id)?.getSnapshot();
  return snapshot ? viewSession(snapshot.context.record, phaseOf(snapshot), Date.now()) : null;
}

/** Events per second that busy sessions take. Each changes the session's row. */
async function eventsPerSecond(begin: number): Promise<number> {
  const busy = tells.slice(begin, begin + SESSIONS);
  const since = performance.now();
  let events = 0;
  while (performance.now() - since < ROUND_MS) {
    for (const tell of busy)
      tell({ type: 'claude.backgroundTasksChanged', count: events % 3, at: Date.now() });
    events += busy.length;
    // As in life, the sockets get their turn.
    await turn();
  }
  return events / ((performance.now() - since) / 1_000);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

let token: string | null = null;
const page = await createLivePage({
  source: {
    views: () => Promise.resolve(viewsAtOnce([...actors.keys()].flatMap((id) => viewOf(id) ?? []))),
    view: (id) => Promise.resolve(viewOf(id)),
    timeline: () => Promise.resolve([]),
    host: () => ({}),
    memoryOf: () => Promise.resolve(null),
  },
  actions: {},
  tokens: { read: () => Promise.resolve(token), write: (given) => Promise.resolve(void (token = given)) },
  version: 'bench',
  log: { warn: console.error, error: console.error },
  now: Date.now,
});
const http = await startHttp({
  host: '127.0.0.1',
  port: 0,
  routes: {},
  mount: { path: PAGE_PATH, handle: (request, response) => page.handle(request, response) },
});
const cookie = `hibernaut_watch_${new URL(http.url).port}=${String(token)}`;

for (let index = 0; index < SESSIONS; index += 1) startSession(index, { add: () => undefined });
const unseen = new Set(actors.keys());
for (let index = SESSIONS; index < 2 * SESSIONS; index += 1) {
  startSession(index, { add: (id, entry) => page.noted(id, entry) });
}
for (const id of unseen) actors.delete(id);

const rates = { without: [] as number[], unwatched: [] as number[], watched: [] as number[] };
await eventsPerSecond(0);
await eventsPerSecond(SESSIONS);
for (let repeat = 0; repeat < REPEATS; repeat += 1) {
  rates.without.push(await eventsPerSecond(0));
  rates.unwatched.push(await eventsPerSecond(SESSIONS));
  const viewer = new Worker(VIEWER, { eval: true, workerData: { url: `${http.url}/watch/changes`, cookie } });
  await once(viewer, 'message');
  rates.watched.push(await eventsPerSecond(SESSIONS));
  viewer.postMessage('close');
  await once(viewer, 'exit');
}
const base = median(rates.without);
for (const [what, values] of Object.entries(rates)) {
  const rate = median(values);
  console.log(`${what}: ${rate.toFixed(0)} events/s, ${((rate / base) * 100).toFixed(1)} %`);
}
await http.close();
process.exit();
