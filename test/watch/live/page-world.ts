/** The live page over real HTTP, with sessions that the test keeps. */
import { onTestFinished } from 'vitest';
import type { SessionView } from '../../../machines/session-view.ts';
import { startHttp, type Http } from '../../../src/control/http.ts';
import type { HistoryEntry } from '../../../src/history-entry.ts';
import type { ViewsAsRead } from '../../../src/watch/live/board.ts';
import { createLivePage, PAGE_PATH, WatchFault, type LivePage } from '../../../src/watch/live/page-server.ts';
import { aView, viewsAtOnce } from './views.ts';

export const NOW = Date.UTC(2026, 10, 25, 12);

export interface World {
  sessions: Map<string, SessionView>;
  looks: string[];
  /** How all are read; by default they are there at once. */
  read: () => ViewsAsRead;
  /** Whether the next look finds a daemon that does not serve yet. */
  isStarting: boolean;
  done: unknown[];
  now: number;
  token: string | null;
  page: LivePage;
  http: Http;
  origin: string;
}

/** Serves until the test is over. */
export async function serve(
  sessions: SessionView[] = [aView()],
  before: Partial<Pick<World, 'token'>> & { port?: number } = {},
): Promise<World> {
  const world: World = {
    sessions: new Map(sessions.map((view) => [view.id, view])),
    looks: [],
    read: () => viewsAtOnce([...world.sessions.values()]),
    isStarting: false,
    done: [],
    now: NOW,
    token: before.token ?? null,
  } as Partial<World> as World;
  world.page = await createLivePage({
    source: {
      views: () => {
        world.looks.push('all');
        if (world.isStarting) {
          world.isStarting = false;
          return Promise.resolve(null);
        }
        return Promise.resolve(world.read());
      },
      view: (id) => {
        world.looks.push(id);
        return Promise.resolve(world.sessions.get(id) ?? null);
      },
      timeline: () => Promise.resolve([anEntry('xstate.init')]),
      host: () => ({
        daemon: { state: 'serving', isRestored: true, pid: 1, startedAt: NOW },
        poller: { state: 'polling', hasConflict: false, hasPolled: true },
        room: { waiting: 0, places: 48 },
      }),
      memoryOf: () => Promise.resolve(212_000_000),
    },
    actions: {
      order: (body) => {
        world.done.push(body);
        return Promise.resolve({ text: 'Done.' });
      },
      timeout: () => Promise.reject(new WatchFault('"soon" is no duration.')),
      refuse: () => Promise.reject(new WatchFault('Not now.')),
      fail: () => Promise.reject(new Error('secret detail')),
    },
    tokens: {
      read: () => Promise.resolve(world.token),
      write: (token) => {
        world.token = token;
        return Promise.resolve();
      },
    },
    version: '1.2.3',
    log: { warn: () => undefined, error: () => undefined },
    now: () => world.now,
    gatherMs: 5,
    longestRestMs: 50,
  });
  world.http = await startHttp({
    host: '127.0.0.1',
    port: before.port ?? 0,
    routes: { '/healthz': () => ({ status: 200, body: {} }) },
    mount: { path: PAGE_PATH, handle: (req, res) => world.page.handle(req, res) },
  });
  onTestFinished(() => world.http.close());
  world.origin = world.http.url;
  return world;
}

export function anEntry(event: string): HistoryEntry {
  return { v: 1, at: NOW, event, by: 'chat', from: null, to: 'live.idle', inbox: 0, outbox: 0, approvals: 0 };
}
