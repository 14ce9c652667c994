/** What the inspector costs per event of busy sessions: such as it does not know of, with nobody watching, and with a viewer of all. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { SessionHistory } from '../src/daemon/sessions/session-history.ts';
import { createInspector } from '../src/watch/inspector/inspector.ts';
import { saturate, startBusySessions, stopAll, type BusySession, type Taken } from './busy-sessions.ts';
import { report } from './report.ts';
import { medianOf, spreadOf } from './spread.ts';

export interface InspectorOptions {
  sessions: number;
  forMs: number;
  repeats: number;
}

export interface InspectorCost {
  /** Of sessions that no inspector knows of. */
  without: Taken[];
  /** Of sessions that it would follow: it is open, and nobody watches. */
  unwatched: Taken[];
  /** With a viewer of all of them. */
  watched: Taken[];
  /** How many frames that viewer got meanwhile. */
  frames: number[];
  /** How long it took until a viewer had been told of all of them. */
  joinMs: number[];
}

/** Session and Claude. */
const ACTORS_PER_SESSION = 2;
/** A process of its own, as a browser is. Tells when it knows all actors, and for each message how many frames it has got. */
const VIEWER = `
  const [url, actors] = process.argv.slice(1);
  let frames = 0;
  let owed = Number(actors);
  const socket = new (require('ws').WebSocket)(url);
  socket.on('message', (data) => {
    frames += 1;
    if (owed > 0 && data.includes('@xstate.actor') && --owed === 0) process.send('ready');
  });
  socket.on('close', () => process.exit());
  process.on('message', () => process.send(frames));
  process.on('disconnect', () => socket.close());
`;

export async function measureInspector({
  sessions,
  forMs,
  repeats,
}: InspectorOptions): Promise<InspectorCost> {
  const inspector = createInspector({ log: { warn: (fields) => console.error(fields) } });
  const alone = startBusySessions({ count: sessions, prefix: 'alone', inspect: keptHistory });
  const known = startBusySessions({
    count: sessions,
    prefix: 'known',
    inspect: keptHistory,
    onActor: inspector.follow,
  });
  const opened = await inspector.open();
  const framesUrl = opened.url.replace('http:', 'ws:').replace('/#', '/frames?token=');
  const cost: InspectorCost = { without: [], unwatched: [], watched: [], frames: [], joinMs: [] };
  try {
    for (let repeat = -1; repeat < repeats; repeat += 1) {
      const without = await saturate(alone, { forMs, event: aSignOfLife });
      const unwatched = await saturate(known, { forMs, event: aSignOfLife });
      const { joinMs, watched, frames } = await watchedBy(framesUrl, known, forMs);
      // The first time is for the compiler.
      if (repeat < 0) continue;
      cost.without.push(without);
      cost.unwatched.push(unwatched);
      cost.watched.push(watched);
      cost.frames.push(frames);
      cost.joinMs.push(joinMs);
    }
  } finally {
    stopAll([...alone, ...known]);
    await inspector.close();
  }
  return cost;
}

/** As each session of the daemon has. What it notes goes nowhere here. */
function keptHistory(record: ConstructorParameters<typeof SessionHistory>[0]) {
  const history = new SessionHistory(record, { add: () => undefined }, Date.now);
  return history.observe.bind(history);
}

function aSignOfLife() {
  return { type: 'claude.heard' as const, at: Date.now() };
}

async function watchedBy(framesUrl: string, sessions: BusySession[], forMs: number) {
  const actors = sessions.length * ACTORS_PER_SESSION;
  const viewer = spawn(process.execPath, ['-e', VIEWER, framesUrl, String(actors)], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const since = performance.now();
  await once(viewer, 'message');
  const joinMs = performance.now() - since;
  // What comes first after a calm is shown step by step.
  await saturate(sessions, { forMs: forMs / 4, event: aSignOfLife });
  const before = await framesOf(viewer);
  const watched = await saturate(sessions, { forMs, event: aSignOfLife });
  const frames = (await framesOf(viewer)) - before;
  viewer.disconnect();
  await once(viewer, 'exit');
  return { joinMs, watched, frames };
}

async function framesOf(viewer: ChildProcess): Promise<number> {
  const answered = once(viewer, 'message');
  viewer.send('how many');
  return Number((await answered)[0]);
}

/** Microseconds of work. */
function perEvent({ cpuMs, events }: Taken): number {
  return (cpuMs * 1_000) / events;
}

function rowOf(taken: Taken[], without: Taken[]) {
  const work = medianOf(taken.map(perEvent));
  return {
    'µs of work per event': spreadOf(taken.map(perEvent)).median,
    'events per second of a core': Math.round(1e6 / work),
    'of those without, %': (medianOf(without.map(perEvent)) / work) * 100,
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      sessions: { type: 'string', default: '1000' },
      'for-ms': { type: 'string', default: '2000' },
      repeats: { type: 'string', default: '9' },
      small: { type: 'boolean', default: false },
    },
  });
  const options = values.small
    ? { sessions: 50, forMs: 200, repeats: 2 }
    : { sessions: Number(values.sessions), forMs: Number(values['for-ms']), repeats: Number(values.repeats) };
  const { without, unwatched, watched, frames, joinMs } = await measureInspector(options);
  const rows = {
    'no inspector': rowOf(without, without),
    'open, nobody watches': rowOf(unwatched, without),
    'a viewer of all': rowOf(watched, without),
  };
  report({
    name: 'inspect',
    options,
    rows,
    findings: [
      `With a viewer of all, busy sessions take ${rows['a viewer of all']['of those without, %'].toFixed(1)} % ` +
        'of the events that they take without an inspector (goal: over 95 %).',
      `The viewer gets ${String(Math.round((medianOf(frames) * 1_000) / options.forMs))} frames a second, ` +
        `and knew all actors after ${medianOf(joinMs).toFixed(0)} ms.`,
    ],
  });
}
