/** What runs on this machine, read from /proc: Linux only, as the machines that run the tests are. */
import { readdirSync, readFileSync } from 'node:fs';

/** Whether the process runs; one that has ended and waits to be reaped does not. */
export function isRunning(pid: number | null | undefined): boolean {
  if (typeof pid !== 'number') return false;
  const stat = read(`/proc/${String(pid)}/stat`);
  // The name in brackets may hold anything, brackets too; the state is the first letter after it.
  const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Pids of the processes whose environment, as `NAME=value` strings, satisfies the predicate. */
export function processesWhere(holds: (variables: string[]) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isRunning(pid) && holds(environmentOf(pid)));
}

/** The process' environment, as `NAME=value` strings. */
export function environmentOf(pid: number): string[] {
  return read(`/proc/${String(pid)}/environ`).split('\0');
}

/** Pids of what the process has started and not outlived. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => isRunning(child) && parentOf(child) === pid);
}

/** Its program and arguments, with spaces between. */
export function commandLineOf(pid: number): string {
  return read(`/proc/${String(pid)}/cmdline`).replaceAll('\0', ' ');
}

function parentOf(pid: number): number {
  const stat = read(`/proc/${String(pid)}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended between the listing and the reading.
    return '';
  }
}
