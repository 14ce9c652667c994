/** Small files beside the records that tell about the running daemon; whole or absent, for their owner only. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { codeOf } from '../error-code.ts';

/** Replaces the file in one step, so that a reader never sees half of it. Mode 0600. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, path);
}

/** Null if there is no such file. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}
