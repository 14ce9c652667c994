/**
 * The folder in a session's workspace that received files are put into: inside of it, so that Claude may read them
 * without asking, and out of git's sight. Whoever can write to the workspace could have put a link there, so nothing is
 * written through one.
 */
import { constants } from 'node:fs';
import { lstat, mkdir, open, realpath, rename, unlink, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../../error-code.ts';

/** In the workspace. */
const OURS = '.hibernaut';
const RECEIVED = 'received';

/** What is in the folder's way is no folder, or leads elsewhere. */
export class UnsafeFolderError extends Error {
  override name = 'UnsafeFolderError';
}

export interface NewFile {
  write(piece: Uint8Array): Promise<void>;
  /** Puts it in its place, over an older one of its name. Resolves with its path, relative to the workspace. */
  keep(): Promise<string>;
  /** Removes what was written; for one that was kept it does nothing. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Begins a file, readable for this user only.
 * @param workspace absolute
 * @param sessionId names the folder, so it is safe as a name (`src/store/names.ts`)
 * @throws UnsafeFolderError; what the system refuses
 */
export async function createReceived(workspace: string, sessionId: string, name: string): Promise<NewFile> {
  const parts = [OURS, RECEIVED, sessionId];
  const folder = await makeFolder(workspace, parts);
  const temporary = join(folder, `.${name}.part`);
  // One that a daemon left which died meanwhile.
  await unlink(temporary).catch(ignoreMissing);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  return new OpenFile(handle, {
    temporary,
    path: join(folder, name),
    shownAs: [...parts, name].join('/'),
    check: () => assertFolder(workspace, parts),
  });
}

interface Places {
  temporary: string;
  path: string;
  shownAs: string;
  check: () => Promise<unknown>;
}

class OpenFile implements NewFile {
  readonly #handle: FileHandle;
  readonly #places: Places;

  constructor(handle: FileHandle, places: Places) {
    this.#handle = handle;
    this.#places = places;
  }

  async write(piece: Uint8Array): Promise<void> {
    await this.#handle.writeFile(piece);
  }

  async keep(): Promise<string> {
    const { temporary, path, shownAs, check } = this.#places;
    await this.#handle.sync();
    await this.#handle.close();
    await check();
    await rename(temporary, path);
    return shownAs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await unlink(this.#places.temporary).catch(() => undefined);
  }
}

/** Makes what is missing of it, step by step. Resolves with its path. */
async function makeFolder(workspace: string, parts: readonly string[]): Promise<string> {
  for (const [index] of parts.entries()) {
    const path = join(workspace, ...parts.slice(0, index + 1));
    await mkdir(path, { mode: 0o700 }).catch(ignoreExisting);
    await assertRealFolder(path);
  }
  const folder = await assertFolder(workspace, parts);
  const keepOut = join(workspace, OURS, '.gitignore');
  // A link in its place is an existing file, and is left alone.
  await writeFile(keepOut, '*\n', { flag: 'wx', mode: 0o600 }).catch(ignoreExisting);
  return folder;
}

/** Its path, if no step of it is a link. */
async function assertFolder(workspace: string, parts: readonly string[]): Promise<string> {
  const folder = join(await realpath(workspace), ...parts);
  if ((await realpath(folder)) !== folder) throw unsafe(folder);
  return folder;
}

async function assertRealFolder(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) throw unsafe(path);
}

function unsafe(path: string): UnsafeFolderError {
  return new UnsafeFolderError(`${path} is no folder of its own. Remove it; it is made again.`);
}

function ignoreExisting(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}
