/** What the last daemon left on disk, for commands that only show: as it is while no daemon runs. */
import type { SessionRecord } from '../../machines/session-record.ts';
import { viewSession, type SessionView } from '../../machines/session-view.ts';
import { callControl, NoDaemonError } from '../control/call.ts';
import { withoutWords } from '../daemon/desk/session-detail.ts';
import type { SetAside } from '../store/ports.ts';
import { scan } from '../store/session-scan.ts';

export interface SessionsAtRest {
  records: SessionRecord[];
  /** The last used first. */
  views: SessionView[];
  /** Files that can't be read, and those that were set aside. */
  unreadable: SetAside[];
}

/** Reads only: no session wakes, and no file changes. @param now wall clock, ms since the epoch */
export async function readAtRest(dataDir: string, now: number): Promise<SessionsAtRest> {
  const { records, unreadable } = await scan({ dataDir });
  const views = records.map((record) => viewAtRest(record, now));
  return { records, unreadable, views: views.sort((a, b) => b.lastActivityAt - a.lastActivityAt) };
}

/** A process in a record may be one that died with the daemon, and no timer runs. */
export function viewAtRest(record: SessionRecord, now: number): SessionView {
  const view = viewSession({ ...record, process: null }, record.state, now);
  return { ...withoutWords(view), suspendsAt: null, suspendsInMs: null };
}

/** A hundred thousand sessions take 10 s to read, more while the machine is busy. */
const ANSWER_WITHIN_MS = 120_000;

/** What the daemon answers, or null if none runs. */
export async function askDaemon(dataDir: string, method: string, params?: unknown): Promise<unknown> {
  try {
    return await callControl(dataDir, method, params, ANSWER_WITHIN_MS);
  } catch (error) {
    if (error instanceof NoDaemonError) return null;
    throw error;
  }
}

/** For people, before what a command that only shows has read from the records. */
export function noDaemonLine(dataDir: string): string {
  return `No daemon runs on ${dataDir}. This is what the last one left; "hibernaut start" starts one.`;
}
