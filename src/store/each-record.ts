/** Reads all records of a kind, one after another, without changing anything: never more than a few are in memory. */
import { join } from 'node:path';
import { eachInBatches } from './batches.ts';
import type { Disk } from './disk.ts';
import type { DocumentKind } from './document.ts';
import { listDocuments, readDocument } from './read-document.ts';

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
  const names = await listDocuments(disk, folder, isName);
  const read = (name: string) => readDocument(disk, kind, join(folder, `${name}.json`), name);
  for await (const seen of eachInBatches(names, read)) {
    if ('record' in seen) yield seen.record;
  }
}
