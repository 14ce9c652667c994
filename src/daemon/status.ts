/** What `hibernaut status` and the live page are told: the daemon, and each session as people see it. */
import packageJson from '../../package.json' with { type: 'json' };
import type { DaemonState } from '../../machines/daemon.machine.ts';
import type { SessionView } from '../../machines/session-view.ts';
import type { SetAside, Store } from '../store/ports.ts';
import type { TelegramHealth, Undelivered } from '../telegram/ports.ts';
import { withoutWords } from './desk/session-detail.ts';
import type { Sessions } from './sessions/sessions.ts';

export interface DaemonStatus {
  daemon: {
    pid: number;
    version: string;
    state: DaemonState;
    /** Wall clock, ms since the epoch. */
    startedAt: number;
    /** While it waits for running turns: until when at most, ms since the epoch. Else null. */
    drain: { endsAt: number } | null;
    telegram: TelegramHealth;
    /** Claude's: how many live (starting and ending ones included), may live, why so many, and how many sessions wait for one. */
    processes: { live: number; max: number; maxWhy: string; waiting: number };
    /** Its start count on the data folder. */
    epoch: number;
    /** Files that could not be read, and where they are kept. */
    unreadable: readonly SetAside[];
  };
  /** All of them, the last used first. */
  sessions: SessionView[];
  /** What Telegram refuses, by chat. */
  undelivered: Undelivered[];
}

/** So many files are open at once, however many sessions there are. */
const READ_AT_ONCE = 32;

export function daemonStatus(
  store: Store,
  facts: Pick<DaemonStatus['daemon'], 'state' | 'startedAt' | 'drain' | 'telegram' | 'processes'>,
): DaemonStatus['daemon'] {
  const { state, startedAt, drain, telegram, processes } = facts;
  return {
    pid: process.pid,
    version: packageJson.version,
    state,
    startedAt,
    drain,
    telegram,
    processes,
    epoch: store.epoch,
    unreadable: store.setAside,
  };
}

/** All sessions, as far as they have been read. */
export interface ViewsAsRead {
  /** How many there are, about: what can't be read is counted, and not among the views. */
  total: number;
  /** Those in memory first and at once; the others as they are read. Each is there once. */
  batches: AsyncIterable<SessionView[]>;
}

/** Without the words of people. Reads those that are not in memory, as the batches are asked for; wakes none. */
export async function viewsAsRead(
  store: Pick<Store, 'sessionIds'>,
  sessions: Pick<Sessions, 'view' | 'open'>,
): Promise<ViewsAsRead> {
  const open = sessions.open.map((session) => withoutWords(session.view()));
  const known = new Set(open.map(({ id }) => id));
  const rest = (await store.sessionIds()).filter((id) => !known.has(id));
  return { total: open.length + rest.length, batches: inTurn(open, rest, sessions) };
}

async function* inTurn(
  open: SessionView[],
  rest: readonly string[],
  sessions: Pick<Sessions, 'view'>,
): AsyncGenerator<SessionView[]> {
  yield open;
  for (let first = 0; first < rest.length; first += READ_AT_ONCE) {
    const batch = await Promise.all(rest.slice(first, first + READ_AT_ONCE).map((id) => sessions.view(id)));
    yield batch.flatMap((view) => (view === null ? [] : [withoutWords(view)]));
  }
}

/** All of them, the last used first. */
export async function viewAll(
  store: Pick<Store, 'sessionIds'>,
  sessions: Pick<Sessions, 'view' | 'open'>,
): Promise<SessionView[]> {
  const { batches } = await viewsAsRead(store, sessions);
  const views: SessionView[] = [];
  for await (const batch of batches) views.push(...batch);
  return views.sort((a, b) => b.lastActivityAt - a.lastActivityAt);
}
