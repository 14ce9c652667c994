/** What the live page costs per event of 1,000 busy sessions: none, one with nobody looking, and one that is looked at. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { ClaudeEvent } from '../machines/session-events.ts';
import { phaseOf } from '../machines/phase.ts';
import { viewSession } from '../machines/session-view.ts';
import { startHttp } from '../src/control/http.ts';
import { SessionHistory, type HistorySink } from '../src/daemon/sessions/session-history.ts';
import { createLivePage, PAGE_PATH } from '../src/watch/live/page-server.ts';
import { viewsAtOnce } from '../test/watch/live/views.ts';
import { saturate, startBusySessions, stopAll, type BusySession, type Taken } from './busy-sessions.ts';
import { report } from './report.ts';
import { medianOf } from './spread.ts';

export interface LivePageCost {
  without: Taken[];
  unwatched: Taken[];
  watched: Taken[];
  /** What a viewer got, of each time that one looked. */
  viewers: ViewerSaw[];
  /** Once the last one has gone. */
  viewersLeft: number;
}

export interface ViewerSaw {
  frames: number;
  rows: number;
  mostRowsInAFrame: number;
  /** Of the session that it followed. */
  entries: number;
  bytes: number;
}

/** As a browser that has a session open: a process of its own. It says when all has been told, and at its end what it saw. */
const VIEWER = `
  const [origin, cookie, session] = process.argv.slice(1);
  const headers = { cookie, origin, 'content-type': 'application/json' };
  const saw = { frames: 0, rows: 0, mostRowsInAFrame: 0, entries: 0, bytes: 0 };
  process.stdin.once('data', () => { console.log(JSON.stringify(saw)); process.exit(); });
  (async () => {
    const { body } = await fetch(origin + '/watch/changes', { headers });
    let rest = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      saw.bytes += chunk.length;
      const frames = (rest + chunk).split('\\n\\n');
      rest = frames.pop();
      for (const frame of frames) {
        saw.frames += 1;
        const [event, data] = frame.split('\\n');
        const told = JSON.parse(data.slice(6));
        if (event === 'event: rows') {
          saw.rows += told.rows.length;
          saw.mostRowsInAFrame = Math.max(saw.mostRowsInAFrame, told.rows.length);
        }
        if (event === 'event: entries') saw.entries += told.entries.length;
        if (event === 'event: hello') {
          const body = JSON.stringify({ viewer: told.viewer, subject: 'session/' + session });
          await fetch(origin + '/watch/actions/follow', { method: 'POST', headers, body });
        }
        if (event === 'event: ready') console.log('ready');
      }
    }
  })();
`;

/** It changes the session's row each time. */
const CHANGE = (round: number): ClaudeEvent => ({
  type: 'claude.backgroundTasksChanged',
  count: round % 3,
  at: Date.now(),
});

/** @param forMs how long each look at the sessions takes; there are three in each repeat */
export async function measureLivePage({
  sessions: count,
  forMs,
  repeats,
}: {
  sessions: number;
  forMs: number;
  repeats: number;
}): Promise<LivePageCost> {
  const busy = new Map<string, BusySession>();
  const open = await openPage(
    (id) => busy.get(id),
    () => busy.keys(),
  );
  const recorded = (prefix: string, sink: HistorySink) =>
    startBusySessions({
      count,
      prefix,
      inspect: (record) => {
        const history = new SessionHistory(record, sink, Date.now);
        return (event) => history.observe(event);
      },
      onActor: (actor) => sink !== NOBODY && open.page.follow(actor),
    });
  const alone = recorded('alone', NOBODY);
  const shown = recorded('shown', { add: (id, entry) => open.page.noted(id, entry) });
  for (const session of shown) busy.set(session.id, session);

  const cost: LivePageCost = { without: [], unwatched: [], watched: [], viewers: [], viewersLeft: -1 };
  await saturate(alone, { forMs, event: CHANGE });
  await saturate(shown, { forMs, event: CHANGE });
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    cost.without.push(await saturate(alone, { forMs, event: CHANGE }));
    cost.unwatched.push(await saturate(shown, { forMs, event: CHANGE }));
    const viewer = await open.startViewer(shown[0]?.id ?? '');
    cost.watched.push(await saturate(shown, { forMs, event: CHANGE }));
    cost.viewers.push(await viewer.end());
    while (open.page.viewers > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  cost.viewersLeft = open.page.viewers;
  stopAll([...alone, ...shown]);
  await open.close();
  return cost;
}

const NOBODY: HistorySink = { add: () => undefined };

async function openPage(find: (id: string) => BusySession | undefined, ids: () => Iterable<string>) {
  const view = (id: string) => {
    const snapshot = find(id)?.actor.getSnapshot();
    return snapshot ? viewSession(snapshot.context.record, phaseOf(snapshot), Date.now()) : null;
  };
  let token: string | null = null;
  const page = await createLivePage({
    source: {
      views: () => Promise.resolve(viewsAtOnce([...ids()].flatMap((id) => view(id) ?? []))),
      view: (id) => Promise.resolve(view(id)),
      timeline: () => Promise.resolve([]),
      host: () => ({}),
      memoryOf: () => Promise.resolve(null),
    },
    actions: {},
    tokens: {
      read: () => Promise.resolve(token),
      write: (given) => Promise.resolve(void (token = given)),
    },
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
  return {
    page,
    close: () => http.close(),
    startViewer: async (session: string) => {
      const viewer = spawn(process.execPath, ['-e', VIEWER, '--', http.url, cookie, session], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const lines = createInterface(viewer.stdout)[Symbol.asyncIterator]();
      await lines.next();
      return {
        end: async (): Promise<ViewerSaw> => {
          viewer.stdin.write('end\n');
          const { value } = (await lines.next()) as { value: string };
          if (viewer.exitCode === null) await once(viewer, 'exit');
          return JSON.parse(value) as ViewerSaw;
        },
      };
    },
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { small: { type: 'boolean', default: false } } });
  const options = values.small
    ? { sessions: 50, forMs: 300, repeats: 1 }
    : { sessions: 1_000, forMs: 2_000, repeats: 7 };
  const { viewers, viewersLeft: _, ...taken } = await measureLivePage(options);
  const perSecond = ({ events, wallMs }: Taken) => (events / wallMs) * 1_000;
  const perWorkedSecond = ({ events, cpuMs }: Taken) => (events / cpuMs) * 1_000;
  const share = (rate: (each: Taken) => number, of: Taken[]) =>
    medianOf(of.map((each, repeat) => rate(each) / rate(taken.without[repeat] ?? each))) * 100;
  const rows = Object.fromEntries(
    Object.entries({
      'no page': taken.without,
      'a page, nobody looks': taken.unwatched,
      'a page with a viewer': taken.watched,
    }).map(([title, of]) => [
      title,
      {
        'events/s': Math.round(medianOf(of.map(perSecond))),
        '% of those without': share(perSecond, of),
        'events per s worked': Math.round(medianOf(of.map(perWorkedSecond))),
        '% of those without (worked)': share(perWorkedSecond, of),
      },
    ]),
  );
  report({
    name: 'live-page',
    options,
    rows,
    findings: [
      `With a viewer, ${share(perWorkedSecond, taken.watched).toFixed(1)} % of the events are left, by the work per event (goal: 95 %).`,
      `A viewer gets ${String(Math.round(medianOf(viewers.map(({ frames }) => frames))))} frames in ${String(options.forMs)} ms.`,
    ],
  });
}
