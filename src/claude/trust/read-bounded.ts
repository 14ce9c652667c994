/** Reads a file that may be anything: huge, a pipe, a device, somebody else's. It never waits and never fills the memory. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { codeOf } from '../../error-code.ts';

export const MAX_BYTES = 2 ** 20;

export type ReadText =
  | { type: 'absent' }
  | { type: 'text'; text: string }
  /** `mark` changes with the file, as far as can be seen from outside. */
  | { type: 'unreadable'; why: string; mark: string };

/** Never throws. @param maxBytes default: 1 MiB */
export async function readBounded(path: string, maxBytes: number = MAX_BYTES): Promise<ReadText> {
  try {
    // Without NONBLOCK the opening of a pipe waits for its writer.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await file.stat();
    const mark = [stats.size, stats.mtimeMs, stats.ino].join(' ');
    if (!stats.isFile()) return { type: 'unreadable', why: 'is no file', mark };
    const bytes = await readAtMost(file, maxBytes + 1);
    if (bytes.length > maxBytes) return { type: 'unreadable', why: 'is too large to be read', mark };
    return { type: 'text', text: bytes.toString('utf8') };
  } catch (error) {
    const code = codeOf(error) ?? 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { type: 'absent' };
    return { type: 'unreadable', why: `can't be read (${code})`, mark: code };
  }
}

async function readAtMost(file: FileHandle, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < most) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(most - length, 2 ** 16)));
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    length += bytesRead;
  }
  return Buffer.concat(chunks);
}
