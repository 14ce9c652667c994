/** The Claude processes of a data folder, tools included, as the kernel shows them. */
import { readFileSync } from 'node:fs';
import { ofFolder, OWNER_VARIABLE } from '../../src/claude/process/owner.ts';
import { procTable } from '../../src/claude/process/proc-table.ts';
import type { ProcessEntry } from '../../src/claude/process/process-table.ts';

export interface OwnedProcess {
  pid: number;
  parentPid: number;
  sessionId: string;
  /** Whether no other process of the session started it: Claude itself, or an orphan. */
  isRoot: boolean;
}

export async function claudeProcesses(dataDir: string): Promise<OwnedProcess[]> {
  const isOurs = ofFolder(dataDir);
  const all = await procTable().list();
  const entries = all.filter(({ owner }) => owner !== null && isOurs(owner));
  const pids = new Set(entries.map(({ pid }) => pid));
  return entries.map((entry) => ({
    pid: entry.pid,
    parentPid: entry.parentPid,
    sessionId: sessionOf(entry),
    isRoot: !pids.has(entry.parentPid),
  }));
}

/** kill -9 to the `index`th Claude, counted around; its tools live on. Whether there was one. */
export function killClaude(processes: readonly OwnedProcess[], index: number): boolean {
  const roots = processes.filter(({ isRoot }) => isRoot).toSorted((a, b) => a.pid - b.pid);
  const victim = roots[index % roots.length];
  if (!victim) return false;
  try {
    process.kill(victim.pid, 'SIGKILL');
    return true;
  } catch {
    // It ended this very moment.
    return false;
  }
}

/** What it is, for a report. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
      .replaceAll('\0', ' ')
      .slice(0, 200);
  } catch {
    return `(gone; it carried ${OWNER_VARIABLE})`;
  }
}

/** The mark is `<folder>/<session>/<daemon>`. */
function sessionOf({ owner }: ProcessEntry): string {
  return owner?.split('/')[1] ?? '';
}
