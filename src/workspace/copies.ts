/** The copies of files that wait to be sent, in the data folder: private, bounded, and each named by a record or swept away. */
import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../error-code.ts';
import type { CopyOwner, Refusal } from './ports.ts';

/** Ten documents of the size that Telegram takes. */
const TOTAL_LIMIT_BYTES = 500 * 2 ** 20;

/** `s.<session>.<uuid>` or `c.<chat>.<uuid>`: nothing that could lead out of the folder. */
const KEY = /^(?:s\.(?<sessionId>[\w-]{1,100})|c\.(?<chatId>-?\d{1,16}))\.[0-9a-f-]{36}$/;

/** The start of a copy is enough to tell what picture it is. */
const HEAD_BYTES = 2 ** 20;

export interface Copy {
  key: string;
  sizeBytes: number;
  head: Buffer;
}

export interface Source {
  /** For the refusal. */
  what: string;
  chunks: AsyncIterable<Uint8Array>;
  limitBytes: number;
}

export class Copies {
  readonly #folder: string;

  /** @param folder absolute; made when it is needed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Durable once it resolves, but for the record that must name it. */
  async make(owner: CopyOwner, source: Source): Promise<Copy | Refusal> {
    try {
      await this.#makeFolder();
      const left = TOTAL_LIMIT_BYTES - (await this.#totalBytes());
      const key = keyFor(owner);
      const written = await this.#write(key, source, left);
      if ('refused' in written) await this.drop([key]);
      return written;
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      return {
        refused: `${source.what} can't be copied for sending (${code}). Look at the disk of the data folder.`,
      };
    }
  }

  /** Null if it is gone. */
  async read(key: string): Promise<Uint8Array | null> {
    if (!KEY.test(key)) return null;
    try {
      return await readFile(this.#pathOf(key));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** Never rejects: what stays is swept away at the next start. */
  async drop(keys: readonly string[]): Promise<void> {
    const paths = keys.filter((key) => KEY.test(key)).map((key) => this.#pathOf(key));
    await Promise.allSettled(paths.map((path) => rm(path, { force: true })));
  }

  async list(): Promise<{ key: string; owner: CopyOwner }[]> {
    return (await this.#entries()).flatMap(({ name: key }) => {
      const owner = ownerOf(key);
      return owner ? [{ key, owner }] : [];
    });
  }

  async #write(
    key: string,
    { what, chunks, limitBytes }: Source,
    leftBytes: number,
  ): Promise<Copy | Refusal> {
    const copy = await open(this.#pathOf(key), 'wx', 0o600);
    const head: Uint8Array[] = [];
    let sizeBytes = 0;
    try {
      for await (const chunk of chunks) {
        if (sizeBytes < HEAD_BYTES) head.push(chunk);
        sizeBytes += chunk.length;
        if (sizeBytes > limitBytes) return { refused: tooBig(what, limitBytes) };
        if (sizeBytes > leftBytes) return { refused: tooMuch(what) };
        await copy.write(chunk);
      }
      if (sizeBytes === 0) return { refused: `${what} is empty, and Telegram takes no empty files.` };
      await copy.sync();
    } catch (error) {
      await this.drop([key]);
      throw error;
    } finally {
      await copy.close();
    }
    await syncFolder(this.#folder);
    return { key, sizeBytes, head: Buffer.concat(head) };
  }

  async #makeFolder(): Promise<void> {
    const made = await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncFolder(dirname(this.#folder));
  }

  async #totalBytes(): Promise<number> {
    const sizes = (await this.#entries()).map(({ name }) =>
      stat(join(this.#folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
    return (await Promise.all(sizes)).reduce((total, size) => total + size, 0);
  }

  async #entries(): Promise<Dirent[]> {
    try {
      return await readdir(this.#folder, { withFileTypes: true });
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  }

  #pathOf(key: string): string {
    return join(this.#folder, key);
  }
}

/** Of an opened file, from its beginning, until it ends. It stays open. */
export function chunksOf(file: FileHandle): AsyncIterable<Uint8Array> {
  return file.createReadStream({ start: 0, autoClose: false, highWaterMark: 2 ** 18 });
}

function keyFor(owner: CopyOwner): string {
  const key = `${'sessionId' in owner ? `s.${owner.sessionId}` : `c.${String(owner.chatId)}`}.${randomUUID()}`;
  if (!KEY.test(key)) throw new Error(`"${key}" can't name a copy.`);
  return key;
}

function ownerOf(key: string): CopyOwner | null {
  const { sessionId, chatId } = KEY.exec(key)?.groups ?? {};
  if (sessionId !== undefined) return { sessionId };
  return chatId === undefined ? null : { chatId: Number(chatId) };
}

/** A new name is durable only once its folder is (fsync(2)). */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function tooBig(what: string, limitBytes: number): string {
  const limit = `${String(Math.floor(limitBytes / 2 ** 20))} MB`;
  return `${what} is bigger than ${limit}, the most that Telegram takes. Make it smaller, or split it.`;
}

function tooMuch(what: string): string {
  const total = String(TOTAL_LIMIT_BYTES / 2 ** 20);
  return `${what} would make it more than ${total} MB that wait to be sent. Try again when Telegram has taken some.`;
}
