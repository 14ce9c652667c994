/**
 * Loaded into the daemon before its own code (`node --import`): counts what it asks of the disk. `globalThis.fileCalls` holds
 * the counts, for the inspector to read.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename, dirname } from 'node:path';

export interface FileCalls {
  /** fsync, of files and of folders. */
  syncs: number;
  /** Bytes handed to the system. */
  bytes: number;
  /** Files that a rename put in place, by the folder's name. */
  replaced: Record<string, number>;
  /** Files that were opened to be added to, by the folder's name. */
  appended: Record<string, number>;
  /** Empty files that were made, by the folder's name. */
  marked: Record<string, number>;
}

const counts: FileCalls = { syncs: 0, bytes: 0, replaced: {}, appended: {}, marked: {} };
Object.assign(globalThis, { fileCalls: counts });

function note(by: Record<string, number>, path: unknown): void {
  const folder = basename(dirname(String(path)));
  by[folder] = (by[folder] ?? 0) + 1;
}

const { open, rename } = fs;
const handle = await open(import.meta.filename);
const FileHandle = Object.getPrototypeOf(handle) as fs.FileHandle;
await handle.close();

for (const name of ['sync', 'datasync'] as const) {
  // Called with its handle below.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const original = FileHandle[name];
  FileHandle[name] = function (this: fs.FileHandle) {
    counts.syncs += 1;
    return original.call(this);
  };
}
for (const name of ['writeFile', 'appendFile', 'write'] as const) {
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const original = FileHandle[name] as (...args: unknown[]) => unknown;
  Object.assign(FileHandle, {
    [name](this: fs.FileHandle, data: string | Uint8Array, ...more: unknown[]) {
      counts.bytes += Buffer.byteLength(data);
      return original.call(this, data, ...more);
    },
  });
}
Object.assign(fs, {
  open(path: string, flags?: string | number, ...more: unknown[]) {
    if (typeof flags === 'string' && flags.startsWith('a')) note(counts.appended, path);
    if (flags === 'w') note(counts.marked, path);
    return open(path, flags, ...(more as []));
  },
  rename(from: string, to: string) {
    note(counts.replaced, to);
    return rename(from, to);
  },
});
syncBuiltinESMExports();
