/**
 * One daemon per data folder. The lock is the kernel's, so it can't be stale: it ends with the process that holds it,
 * whatever killed that process, and a reused pid means nothing to it.
 *
 * Node has no `flock`. SQLite, which Node carries, takes POSIX locks on its file (sqlite.org/lockingv3.html, the
 * RESERVED lock of `BEGIN IMMEDIATE`, which exactly one process can hold). Nothing is ever written to that database.
 */
import { chmodSync, copyFileSync, truncateSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { parsedJson } from '../parsed-json.ts';
import { diskRepair, mayPass } from '../disk/repairs.ts';
import { codeOf } from '../error-code.ts';
import { unreadablePath } from '../disk/unreadable-path.ts';
import { readIfThere, writePrivateFile } from './private-file.ts';
import { loadSqlite } from './sqlite.ts';

export interface Lock {
  /** Lets the next daemon in. The process's end does the same. */
  release(): void;
}

/** Who holds a data folder, as far as it said. */
export interface LockHolder {
  /** Null: it holds the lock but has not said who it is. */
  pid: number | null;
  /** Wall clock, ms since the epoch. */
  since: number | null;
}

/** Another daemon is at work on the data folder. The command line exits with 75. */
export class LockHeldError extends Error {
  override name = 'LockHeldError';
  readonly pid: number | null;
  readonly since: number | null;
  readonly dataDir: string;

  constructor(dataDir: string, holder: LockHolder) {
    super(
      `${describeHolder(holder)} on the data folder ${dataDir}. ` +
        'Stop it first, or give this one a folder of its own with HIBERNAUT_DATA_DIR.',
    );
    this.pid = holder.pid;
    this.since = holder.since;
    this.dataDir = dataDir;
  }
}

/** The data folder can't be used at all; the message names it and the repair. */
export class DataFolderError extends Error {
  override name = 'DataFolderError';
  /** The system's error code, if it was the system that refused. */
  readonly code: string | undefined;

  constructor(message: string, { cause }: { cause: unknown }) {
    super(message, { cause });
    this.code = codeOf(cause);
  }
}

/** How long the loser of a race waits for the winner to say who it is. */
const INTRODUCTION_MS = 1_000;
const INTRODUCTION_POLL_MS = 20;

const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

const holderSchema = z.object({ pid: z.number().int().positive(), since: z.number() });

/**
 * Takes the data folder for this process, creating the folder (0700) if need be.
 * @throws LockHeldError if another process, or an earlier call in this one, holds it; DataFolderError if
 * the folder can't be used
 */
export async function acquireLock(dataDir: string, now: () => number = Date.now): Promise<Lock> {
  await makePrivateFolder(dataDir);
  const database = tryLock(join(dataDir, 'daemon.lock'), now);
  if (!database) throw new LockHeldError(dataDir, await whoHolds(dataDir));
  try {
    await writePrivateFile(holderPath(dataDir), JSON.stringify({ pid: process.pid, since: now() }));
  } catch (error) {
    database.close();
    throw unusable(dataDir, error);
  }
  return { release: () => database.close() };
}

/** Who last said that it holds the data folder; it may be gone. Reads only. */
export async function statedHolder(dataDir: string): Promise<LockHolder> {
  return parseHolder(await readIfThere(holderPath(dataDir)));
}

async function makePrivateFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await chmod(dataDir, 0o700);
  } catch (error) {
    throw unusable(dataDir, error);
  }
}

function unusable(dataDir: string, cause: unknown): DataFolderError {
  const code = codeOf(cause);
  const repair = mayPass(code)
    ? diskRepair(code)
    : 'Make it a folder that this user can write to, or choose another with HIBERNAUT_DATA_DIR.';
  return new DataFolderError(`Cannot use the data folder ${dataDir} (${String(cause)}). ${repair}`, {
    cause,
  });
}

/** Null if another one holds it. */
function tryLock(path: string, now: () => number): DatabaseSync | null {
  try {
    return lock(path);
  } catch (error) {
    if (sqliteCodeOf(error) !== SQLITE_NOTADB) throw notLockable(path, error);
  }
  try {
    emptyInPlace(path, now());
    return lock(path);
  } catch (error) {
    throw notLockable(path, error);
  }
}

function lock(path: string): DatabaseSync | null {
  const { DatabaseSync: Database } = loadSqlite();
  let database: DatabaseSync | null = null;
  try {
    database = new Database(path, { timeout: 0 });
    // In memory: a journal file that a killed holder leaves would have to be rolled back under a lock of its own.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE');
    // Never by opening it: closing any other descriptor of the file would give this process's POSIX lock away.
    chmodSync(path, 0o600);
    return database;
  } catch (error) {
    database?.close();
    if (sqliteCodeOf(error) === SQLITE_BUSY) return null;
    throw error;
  }
}

/**
 * For a lock file that something wrote to, which a crash of the machine can do. The same file stays, so that whoever
 * holds it already still does; what was in it is kept beside it.
 */
function emptyInPlace(path: string, now: number): void {
  copyFileSync(path, unreadablePath(path, now));
  truncateSync(path);
}

function notLockable(path: string, cause: unknown): DataFolderError {
  return new DataFolderError(
    `Cannot lock ${path} (${String(cause)}). ` +
      'It must be a file that this user can write, on a disk that has locks. If no daemon runs, it may be removed.',
    { cause },
  );
}

function sqliteCodeOf(error: unknown): unknown {
  return error instanceof Error && 'errcode' in error ? error.errcode : undefined;
}

/** The winner writes who it is just after it has the lock: until then the file names an earlier daemon, or none. */
async function whoHolds(dataDir: string): Promise<LockHolder> {
  const deadline = performance.now() + INTRODUCTION_MS;
  for (;;) {
    const holder = await statedHolder(dataDir);
    if (holder.pid !== null && isAlive(holder.pid)) return holder;
    if (performance.now() > deadline) return { pid: null, since: null };
    await wait(INTRODUCTION_POLL_MS);
  }
}

function parseHolder(text: string | null): LockHolder {
  const nobody = { pid: null, since: null };
  if (text === null) return nobody;
  // It is only for the message; a file that says nothing readable names nobody.
  return holderSchema.safeParse(parsedJson(text)).data ?? nobody;
}

/** Whether there is a process of that number, whoever's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function describeHolder({ pid, since }: LockHolder): string {
  if (pid === null) return 'Another Hibernaut is already running';
  const start = since === null ? '' : `, since ${new Date(since).toISOString()}`;
  return `Another Hibernaut is already running (pid ${pid}${start})`;
}

function holderPath(dataDir: string): string {
  return join(dataDir, 'daemon.json');
}
