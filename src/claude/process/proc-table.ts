/** The process table of Linux, read from `/proc` (proc_pid_stat(5), proc_pid_environ(5)). */
import { readFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { residentBytes } from '../../resident-memory.ts';
import { OWNER_VARIABLE } from './owner.ts';
import type { ProcessEntry, ProcessTable } from './process-table.ts';

/** @param root for tests: another folder than `/proc` */
export function procTable(root = '/proc'): ProcessTable {
  // Start times count from the boot of the machine, so that without it they could repeat.
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

  const read = async (pid: number): Promise<ProcessEntry | null> => {
    const stat = parseStat(await readOrNull(`${root}/${String(pid)}/stat`));
    if (!stat || !isAlive(stat)) return null;
    const environment = await readOrNull(`${root}/${String(pid)}/environ`);
    const startTime = `${bootId}/${stat.startTicks}`;
    return { pid, parentPid: stat.parentPid, startTime, owner: ownerIn(environment) };
  };

  return {
    startTimeOf: (pid) => {
      const stat = parseStat(readOrNullSync(`${root}/${String(pid)}/stat`));
      return stat ? `${bootId}/${stat.startTicks}` : null;
    },
    isRunning: (pid, startTime) => {
      const stat = parseStat(readOrNullSync(`${root}/${String(pid)}/stat`));
      return stat !== null && isAlive(stat) && `${bootId}/${stat.startTicks}` === startTime;
    },
    list: async () => {
      const pids = (await readdir(root)).filter((name) => /^\d+$/.test(name)).map(Number);
      const entries = await Promise.all(pids.map(read));
      return entries.filter((entry) => entry !== null);
    },
    residentBytes: async (pids) => {
      const each = await Promise.all(pids.map(residentBytes));
      return each.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
    },
  };
}

interface Stat {
  state: string;
  parentPid: number;
  startTicks: string;
}

/** The name in field 2 may hold spaces and parentheses, so the fields are counted from the last parenthesis. */
export function parseStat(stat: string | null): Stat | null {
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parentPid] = fields;
  const startTicks = fields[19];
  return state && parentPid && startTicks ? { state, parentPid: Number(parentPid), startTicks } : null;
}

function isAlive({ state }: Stat): boolean {
  return state !== 'Z' && state !== 'X';
}

function ownerIn(environment: string | null): string | null {
  const prefix = `${OWNER_VARIABLE}=`;
  const variable = environment?.split('\0').find((line) => line.startsWith(prefix));
  return variable?.slice(prefix.length) ?? null;
}

/** A process may end at any moment, and those of other users are closed to us. */
async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'latin1');
  } catch {
    return null;
  }
}

function readOrNullSync(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}
