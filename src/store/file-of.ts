/** A durable file of one kind of document, with what all files of a data folder share. */
import type { Disk } from './disk.ts';
import type { DocumentKind } from './document.ts';
import { DurableJsonFile, type DurableJsonFileHooks } from './durable-json-file.ts';
import type { UnreadableFiles } from './unreadable-files.ts';

export interface FileParts {
  disk: Disk;
  unreadable: UnreadableFiles;
}

export function fileOf<T>(
  { disk, unreadable }: FileParts,
  kind: DocumentKind<T>,
  path: string,
  name: string,
  hooks: DurableJsonFileHooks<T> = {},
): DurableJsonFile<T> {
  return new DurableJsonFile({ path, name, kind, disk, unreadable, hooks });
}
