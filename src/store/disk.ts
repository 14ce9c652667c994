/** The few things the store does to a disk, each so that it survives a power cut once it has resolved. */
import * as nodeFileSystem from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from '../error-code.ts';
import { diskError } from './store-error.ts';

/** What of `node:fs/promises` is used; tests hand in one that fails. */
export type FileSystem = Pick<
  typeof nodeFileSystem,
  'chmod' | 'mkdir' | 'open' | 'readdir' | 'readFile' | 'rename' | 'rm' | 'stat'
>;

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
/** What group and others may do. */
const FOR_OTHERS = 0o077;

export interface DiskOptions {
  /** Where files are written before they are renamed into place; on the same file system as those. */
  temporaryFolder: string;
  fs?: FileSystem | undefined;
}

/** Every error is a StoreError with the path and the repair. */
export class Disk {
  readonly #fs: FileSystem;
  readonly #temporaryFolder: string;

  constructor({ temporaryFolder, fs = nodeFileSystem }: DiskOptions) {
    this.#temporaryFolder = temporaryFolder;
    this.#fs = fs;
  }

  /** Null if there is no such file. */
  async read(path: string): Promise<Uint8Array | null> {
    return orNull('ENOENT', () => this.#try('read', path, () => this.#fs.readFile(path)));
  }

  /** Null if there is no such folder. */
  async list(path: string): Promise<string[] | null> {
    return orNull('ENOENT', () => this.#try('list', path, () => this.#fs.readdir(path)));
  }

  /**
   * Whole or not at all: after a crash the file has its old content or this one. Resolves with what `identityOf` says for
   * as long as nobody else has written there.
   */
  async replace(path: string, text: string): Promise<string> {
    return this.#try('write', path, async () => {
      const temporary = this.temporaryPath();
      let identity: string;
      try {
        identity = await this.#writeNew(temporary, text);
        await this.#fs.rename(temporary, path);
      } catch (error) {
        // What is left of it would only be in the way, above all on a full disk; the next start clears the folder too.
        await this.#fs.rm(temporary, { force: true }).catch(() => undefined);
        throw error;
      }
      await this.#syncFolder(dirname(path));
      return identity;
    });
  }

  /** Tells a file from the one that somebody else has put in its place, or changed. Null if there is none. */
  async identityOf(path: string): Promise<string | null> {
    const stats = await this.#stat(path);
    return stats && identityIn(stats);
  }

  /** An empty file whose name is all that matters. */
  async createMarker(path: string): Promise<void> {
    await this.#try('create', path, async () => {
      const file = await this.#fs.open(path, 'w', PRIVATE_FILE);
      await file.close();
      await this.#syncFolder(dirname(path));
    });
  }

  /** Not durable: a power cut may bring it back. No error if it is not there. */
  async remove(path: string): Promise<void> {
    await this.#try('remove', path, () => this.#fs.rm(path, { force: true, recursive: true }));
  }

  /** `to` must not exist, or be an empty folder. */
  async move(from: string, to: string): Promise<void> {
    await this.#try('rename', from, async () => {
      await this.#fs.rename(from, to);
      await this.#syncFolder(dirname(to));
    });
  }

  async exists(path: string): Promise<boolean> {
    return (await this.#stat(path)) !== null;
  }

  async isFolder(path: string): Promise<boolean> {
    return (await this.#stat(path))?.isDirectory() ?? false;
  }

  /** When its content last changed, ms since the epoch by the wall clock of then; null if there is no such file. */
  async changedAt(path: string): Promise<number | null> {
    return (await this.#stat(path))?.mtimeMs ?? null;
  }

  /** Creates the folder, and those above it, if need be; takes away whatever group and others may do in it. */
  async makePrivateFolder(path: string): Promise<void> {
    await this.#try('prepare', path, async () => {
      const created = await this.#fs.mkdir(path, { recursive: true, mode: PRIVATE_FOLDER });
      if (created !== undefined) await this.#syncFoldersBetween(dirname(created), dirname(path));
      const { mode } = await this.#fs.stat(path);
      if ((mode & FOR_OTHERS) !== 0) await this.#fs.chmod(path, PRIVATE_FOLDER);
    });
  }

  /** A name in the temporary folder that nobody uses. */
  temporaryPath(): string {
    return join(this.#temporaryFolder, randomUUID());
  }

  #stat(path: string): Promise<Stats | null> {
    return orNull('ENOENT', () => this.#try('look at', path, () => this.#fs.stat(path)));
  }

  async #writeNew(path: string, text: string): Promise<string> {
    const file = await this.#fs.open(path, 'wx', PRIVATE_FILE);
    try {
      await file.writeFile(text);
      // Before the rename, or a power cut could leave an empty file under the final name.
      await file.sync();
      return identityIn(await file.stat());
    } finally {
      await file.close();
    }
  }

  async #syncFoldersBetween(top: string, bottom: string): Promise<void> {
    await this.#syncFolder(bottom);
    if (bottom !== top) await this.#syncFoldersBetween(top, dirname(bottom));
  }

  /** A rename is durable only once its folder is (fsync(2)). */
  async #syncFolder(path: string): Promise<void> {
    const folder = await this.#fs.open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  async #try<R>(doing: string, path: string, work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      throw diskError(doing, path, error);
    }
  }
}

/** A rename keeps all of it, and nothing else does. */
function identityIn({ ino, size, mtimeMs }: Stats): string {
  return `${String(ino)} ${String(size)} ${String(mtimeMs)}`;
}

async function orNull<R>(code: string, work: () => Promise<R>): Promise<R | null> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) === code) return null;
    throw error;
  }
}
