/** Who holds a data folder, found out without trying its lock: a try would turn a daemon away that starts just then. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, statedHolder } from './lock.ts';
import { isMissing } from './private-file.ts';

export interface FoundHolder {
  /** `perhaps`: this system does not tell; a process has the number that the last holder had. */
  isHeld: 'yes' | 'no' | 'perhaps';
  /** Null: it is not known. */
  pid: number | null;
}

/** The byte that SQLite's RESERVED lock is on (sqlite3 `os.h`, RESERVED_BYTE), as `lock.ts` takes it. */
const RESERVED_BYTE = 0x40000001;

/** @param locks where the kernel lists its file locks (proc_locks(5)) */
export async function findLockHolder(dataDir: string, locks = '/proc/locks'): Promise<FoundHolder> {
  const listed = await listedHolder(dataDir, locks);
  if (listed) return listed;
  const { pid } = await statedHolder(dataDir);
  return pid !== null && isAlive(pid) ? { isHeld: 'perhaps', pid } : { isHeld: 'no', pid: null };
}

/** Null where the kernel lists none. */
async function listedHolder(dataDir: string, locks: string): Promise<FoundHolder | null> {
  const [list, inode] = await Promise.all([textOf(locks), inodeOf(join(dataDir, 'daemon.lock'))]);
  if (list === null) return null;
  if (inode === null) return { isHeld: 'no', pid: null };
  // `1: POSIX  ADVISORY  WRITE 15743 fe:00:2392099 1073741825 1073741825`; devices are not told alike everywhere.
  const line = new RegExp(`^\\d+: POSIX .* WRITE (-?\\d+) \\S+:${inode} ${String(RESERVED_BYTE)} `, 'm').exec(
    list,
  );
  if (!line) return { isHeld: 'no', pid: null };
  const pid = Number(line[1]);
  // In another container's world it has a number that means nothing here.
  return { isHeld: 'yes', pid: pid > 0 ? pid : null };
}

async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

async function inodeOf(path: string): Promise<string | null> {
  try {
    return String((await stat(path, { bigint: true })).ino);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
