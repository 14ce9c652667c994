/** How much memory a process has in use, where that is cheap to know. */
import { readFile } from 'node:fs/promises';

const RESIDENT = /^VmRSS:\s+(\d+) kB$/m;

/** Bytes, as Linux counts them (proc_pid_status(5), VmRSS); null elsewhere, and for a process that is not there. */
export async function residentBytes(pid: number): Promise<number | null> {
  try {
    const kilobytes = RESIDENT.exec(await readFile(`/proc/${String(pid)}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
  } catch {
    return null;
  }
}

/** For people: `212 MB`. */
export function formatBytes(bytes: number): string {
  const megabytes = bytes / 1_000_000;
  return megabytes >= 1_000 ? `${(megabytes / 1_000).toFixed(1)} GB` : `${String(Math.round(megabytes))} MB`;
}
