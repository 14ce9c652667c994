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

/** Reads those that are not in memory; wakes none. */
export async function viewAll(
  store: Pick<Store, 'sessionIds'>,
  sessions: Pick<Sessions, 'view'>,
): Promise<SessionView[]> {
  const ids = await store.sessionIds();
  const views: SessionView[] = [];
  for (let first = 0; first < ids.length; first += READ_AT_ONCE) {
    const batch = ids.slice(first, first + READ_AT_ONCE).map((id) => sessions.view(id));
    views.push(...(await Promise.all(batch)).flatMap((view) => (view === null ? [] : [withoutWords(view)])));
  }
  return views.sort((a, b) => b.lastActivityAt - a.lastActivityAt);
}
