/** Reads all records of a kind, one after another, without changing anything: never more than a few are in memory. */
import { join } from 'node:path';
import { eachInBatches } from './batches.ts';
import type { Disk } from './disk.ts';
import { decode, type DocumentKind } from './document.ts';
import { toDocumentName } from './names.ts';
import { cannotBeReadAsItIs } from './store-error.ts';

/**
 * The readable ones. A folder that does not exist has none.
 * @param isName whether a record may have this name: whatever else lies in the folder is let by
 */
export async function* eachRecord<T>(
  disk: Disk,
  kind: DocumentKind<T>,
  folder: string,
  isName: (name: string) => boolean,
): AsyncGenerator<T> {
  const files = (await disk.list(folder)) ?? [];
  const names = files
    .map(toDocumentName)
    .filter((name) => name !== null)
    .filter(isName);
  for await (const record of eachInBatches(names, (name) => readIfReadable(disk, kind, folder, name))) {
    if (record !== null) yield record;
  }
}

async function readIfReadable<T>(
  disk: Disk,
  kind: DocumentKind<T>,
  folder: string,
  name: string,
): Promise<T | null> {
  try {
    const bytes = await disk.read(join(folder, `${name}.json`));
    const decoded = bytes && decode(bytes, kind, name);
    return decoded && 'record' in decoded ? decoded.record : null;
  } catch (error) {
    if (cannotBeReadAsItIs(error)) return null;
    throw error;
  }
}
