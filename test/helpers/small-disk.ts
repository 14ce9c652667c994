/** A real disk that a test can fill and make read-only: a small file system in memory, mounted for the test. Needs root. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

export interface SmallDisk {
  readonly path: string;
  /** Until not one byte fits. */
  fill(): Promise<void>;
  free(): Promise<void>;
  /** Fails while a file on it is open for writing, as the lock of a running daemon is. */
  makeReadOnly(): Promise<void>;
  /** Lays a read-only disk over one folder. */
  makeFolderReadOnly(folder: string): Promise<void>;
  makeFolderWritable(folder: string): Promise<void>;
}

/** Whether this machine lets us mount anything; a container often does not. */
export const canMount = tryToMount();

/** Unmounted after the test. */
export async function smallDisk(): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'hibernaut-disk-'));
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path]);
  onTestFinished(async () => {
    // Lazily: a process that a failed test left may still have a file open.
    await execa('umount', ['--lazy', path]);
    await rm(path, { recursive: true, force: true });
  });
  const ballast = join(path, 'ballast');
  return {
    path,
    fill: () => Promise.resolve(fillUp(ballast)),
    free: () => rm(ballast),
    makeReadOnly: async () => {
      await execa('mount', ['-o', 'remount,ro', path]);
    },
    makeFolderReadOnly: async (folder) => {
      await execa('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder]);
    },
    makeFolderWritable: async (folder) => {
      await execa('umount', [folder]);
    },
  };
}

function fillUp(path: string): void {
  for (const size of [4_096, 1]) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size));
    } catch (error) {
      if (!String(error).includes('ENOSPC')) throw error;
    }
  }
}

function tryToMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'hibernaut-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', path], { stdio: 'ignore' });
    execFileSync('umount', [path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
