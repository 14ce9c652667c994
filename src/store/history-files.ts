/**
 * The histories of sessions: `history/<session id>.jsonl`, a line for each entry, appended outside of the durable path. What
 * is lost with a crash, or to a disk that refuses, is lost; a line that was cut off is let by.
 */
import * as nodeFileSystem from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parsedJson } from '../parsed-json.ts';
import { codeOf } from '../error-code.ts';
import { historyEntrySchema, type HistoryEntry } from '../history-entry.ts';
import { layoutOf, type Layout } from './layout.ts';
import { isSessionId } from './names.ts';

type FileSystem = Pick<typeof nodeFileSystem, 'mkdir' | 'open' | 'readFile' | 'rename' | 'rm' | 'writeFile'>;

export interface HistoryOptions {
  dataDir: string;
  log: { warn(fields: object, event: string): void };
  /** For tests of what a disk can do to us. Default: Node's. */
  fs?: FileSystem;
}

export interface History {
  /** Written within a second or so. Never throws. */
  add(sessionId: string, entry: HistoryEntry): void;
  /** The last entries, oldest first, those not written yet too. Empty if there are none that can be read. */
  read(sessionId: string): Promise<HistoryEntry[]>;
  /** Writes what waits; from then on nothing is written. Never rejects. */
  close(): Promise<void>;
}

/** So many entries of a session are kept. */
export const HISTORY_KEPT = 1_000;
/** A file that has grown beyond it is cut down to the entries that are kept. */
const LARGEST_BYTES = 512 * 1_024;
const WRITE_AFTER_MS = 500;
const NEWLINE = 0x0a;

export function openHistory(options: HistoryOptions): History {
  return new HistoryFiles(options);
}

class HistoryFiles implements History {
  readonly #layout: Layout;
  readonly #log: HistoryOptions['log'];
  readonly #fs: FileSystem;
  /** Lines by session. */
  #waiting = new Map<string, string[]>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  #isRefused = false;
  #isClosed = false;

  constructor({ dataDir, log, fs = nodeFileSystem }: HistoryOptions) {
    this.#layout = layoutOf(dataDir);
    this.#log = log;
    this.#fs = fs;
  }

  add(sessionId: string, entry: HistoryEntry): void {
    if (this.#isClosed || !isSessionId(sessionId)) return;
    const lines = this.#waiting.get(sessionId) ?? [];
    lines.push(JSON.stringify(entry));
    // A disk that takes nothing must not fill the memory.
    if (lines.length > HISTORY_KEPT) lines.shift();
    this.#waiting.set(sessionId, lines);
    this.#timer ??= setTimeout(() => void this.#writeSoon(), WRITE_AFTER_MS).unref();
  }

  async read(sessionId: string): Promise<HistoryEntry[]> {
    await this.#writeSoon();
    return readHistory(this.#layout.root, sessionId, this.#fs);
  }

  async close(): Promise<void> {
    await this.#writeSoon();
    this.#isClosed = true;
  }

  #writeSoon(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(() => this.#writeAll());
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    if (waiting.size === 0 || this.#isClosed) return;
    try {
      await this.#fs.mkdir(this.#layout.history, { recursive: true, mode: 0o700 });
      for (const [sessionId, lines] of waiting) await this.#append(pathOf(this.#layout, sessionId), lines);
      this.#isRefused = false;
    } catch (error) {
      if (!this.#isRefused) this.#log.warn({ err: error }, 'history.notWritten');
      this.#isRefused = true;
    }
  }

  async #append(path: string, lines: readonly string[]): Promise<void> {
    const file = await this.#fs.open(path, 'a+', 0o600);
    let size: number;
    try {
      const before = (await file.stat()).size;
      // What follows a line that was cut off must not be lost with it.
      const start = before > 0 && !(await endsALine(file, before)) ? '\n' : '';
      const text = `${start}${lines.join('\n')}\n`;
      await file.appendFile(text);
      size = before + Buffer.byteLength(text);
    } finally {
      await file.close();
    }
    if (size > LARGEST_BYTES) await this.#cutDown(path);
  }

  async #cutDown(path: string): Promise<void> {
    const lines = (await this.#fs.readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    const temporary = join(this.#layout.temporary, randomUUID());
    try {
      await this.#fs.writeFile(temporary, `${newest(lines).join('\n')}\n`, { mode: 0o600 });
      await this.#fs.rename(temporary, path);
    } catch (error) {
      await this.#fs.rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
  }
}

async function endsALine(file: nodeFileSystem.FileHandle, size: number): Promise<boolean> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === NEWLINE;
}

/** Those that are kept, and no more of them than leave room to grow. */
function newest(lines: readonly string[]): string[] {
  let bytes = 0;
  const kept = lines.slice(-HISTORY_KEPT).toReversed();
  return kept.filter((line) => (bytes += Buffer.byteLength(line) + 1) <= LARGEST_BYTES / 2).toReversed();
}

/** As `History.read`, of what is on disk: for when no daemon runs. */
export async function readHistory(
  dataDir: string,
  sessionId: string,
  fs: Pick<FileSystem, 'readFile'> = nodeFileSystem,
): Promise<HistoryEntry[]> {
  if (!isSessionId(sessionId)) return [];
  try {
    const text = await fs.readFile(pathOf(layoutOf(dataDir), sessionId), 'utf8');
    return text.split('\n').flatMap(toEntry).slice(-HISTORY_KEPT);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return [];
  }
}

function toEntry(line: string): HistoryEntry[] {
  const read = historyEntrySchema.safeParse(parsedJson(line));
  return read.success ? [read.data] : [];
}

function pathOf({ history }: Layout, sessionId: string): string {
  return join(history, `${sessionId}.jsonl`);
}
