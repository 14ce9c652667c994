/**
 * The process table where there is no `/proc` (macOS), by `ps`. It tells no owners: descendants are found through their
 * parents, and leftovers of an earlier daemon through the identity in the session's record.
 */
import { execa, execaSync } from 'execa';
import type { ProcessEntry, ProcessTable } from './process-table.ts';

/** `lstart` is written in the words of the locale. */
const OPTIONS = { reject: false, env: { LC_ALL: 'C' } } as const;
const COLUMNS = ['-o', 'pid=', '-o', 'ppid=', '-o', 'stat=', '-o', 'lstart='];

export function psTable(): ProcessTable {
  return {
    startTimeOf: (pid) => {
      const { stdout } = execaSync('ps', ['-p', String(pid), '-o', 'lstart='], OPTIONS);
      return tidy(stdout) || null;
    },
    isRunning: (pid, startTime) => {
      const { stdout } = execaSync('ps', ['-p', String(pid), ...COLUMNS], OPTIONS);
      return parseLine(stdout)?.startTime === startTime;
    },
    list: async () => {
      const { stdout } = await execa('ps', ['-ax', ...COLUMNS], OPTIONS);
      return stdout.split('\n').flatMap((line) => parseLine(line) ?? []);
    },
    residentBytes: async (pids) => {
      if (pids.length === 0) return 0;
      const { stdout } = await execa('ps', ['-p', pids.join(','), '-o', 'rss='], OPTIONS);
      return stdout.split('\n').reduce((sum, kilobytes) => sum + Number(kilobytes) * 1_024, 0);
    },
  };
}

/** `  4711     1 Ss   Tue Nov 24 08:06:11 2026` */
export function parseLine(line: string): ProcessEntry | null {
  const [, pid, parentPid, state, startTime] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S.*)$/.exec(line) ?? [];
  if (!pid || !parentPid || !state || !startTime || state.startsWith('Z')) return null;
  return { pid: Number(pid), parentPid: Number(parentPid), startTime: tidy(startTime), owner: null };
}

function tidy(startTime: string): string {
  return startTime.trim().replace(/\s+/g, ' ');
}
