/** What the inspector costs per event of 1,000 busy sessions: closed, open with nobody watching, and with a viewer. */
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
import { sessionMachine } from '../machines/session.machine.ts';
import { createInspector } from '../src/watch/inspector/inspector.ts';
import { aRecord, NOON, PROCESS } from '../test/helpers/records.ts';

const SESSIONS = 1_000;
const ROUNDS = 10;
const REPEATS = 7;
/** In another thread, as a browser is another process. */
const VIEWER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const socket = new (require('ws').WebSocket)(workerData);
  socket.on('open', () => parentPort.postMessage('open'));
  parentPort.on('message', () => socket.close());
  socket.on('close', () => process.exit());
`;

const inspector = createInspector({ log: { warn: (fields) => console.error(fields) } });
const tells: ((event: ClaudeEvent) => void)[] = [];
const claude = fromCallback<ClaudeCommand, ClaudeInput>(({ sendBack }) => void tells.push(sendBack));
const room = fromCallback<RoomEvent, RoomInput>(({ sendBack }) =>
  sendBack({ type: 'room.granted', at: NOON }),
);
const recover = fromPromise<Recovery, RecoveryInput>(() => new Promise(() => undefined));
const logic = sessionMachine.provide({ actors: { claude, room, recover } });

function startSession(index: number, isFollowed: boolean): Actor<typeof logic> {
  const actor = createActor(logic, {
    id: `s${String(index)}`,
    input: { record: aRecord({ id: `s${String(index)}` }), at: NOON },
  });
  actor.subscribe({ error: (error) => console.error(error) });
  if (isFollowed) inspector.follow(actor);
  actor.start();
  actor.send({ type: 'user.message', uuid: 'u1', messageId: 1, text: 'hello', at: NOON });
  const tell = tells.at(-1);
  tell?.({ type: 'claude.spawned', process: PROCESS, at: NOON });
  tell?.({ type: 'claude.ready', at: NOON });
  tell?.({ type: 'claude.turnStarted', at: NOON });
  return actor;
}

/** Events per second that busy sessions take; each is a sign of life of their Claude. */
async function eventsPerSecond(begin: number): Promise<number> {
  const busy = tells.slice(begin, begin + SESSIONS);
  const since = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const tell of busy) tell({ type: 'claude.heard', at: NOON });
    // As in life, the sockets get their turn.
    await turn();
  }
  return (busy.length * ROUNDS) / ((performance.now() - since) / 1_000);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const alone = Array.from({ length: SESSIONS }, (_, index) => startSession(index, false));
const followed = Array.from({ length: SESSIONS }, (_, index) => startSession(SESSIONS + index, true));
const opened = await inspector.open();
const framesUrl = opened.url.replace('http:', 'ws:').replace('/#', '/frames?token=');
const rates = { alone: [] as number[], unwatched: [] as number[], watched: [] as number[] };
await eventsPerSecond(0);
await eventsPerSecond(SESSIONS);
for (let repeat = 0; repeat < REPEATS; repeat += 1) {
  rates.alone.push(await eventsPerSecond(0));
  rates.unwatched.push(await eventsPerSecond(SESSIONS));
  const viewer = new Worker(VIEWER, { eval: true, workerData: framesUrl });
  await once(viewer, 'message');
  rates.watched.push(await eventsPerSecond(SESSIONS));
  viewer.postMessage('close');
  await once(viewer, 'exit');
}
const base = median(rates.alone);
for (const [what, values] of Object.entries(rates)) {
  const rate = median(values);
  console.log(`${what}: ${rate.toFixed(0)} events/s, ${((rate / base) * 100).toFixed(1)} %`);
}
for (const actor of [...alone, ...followed]) actor.stop();
await inspector.close();
