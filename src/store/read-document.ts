/** Reads documents of a data folder without changing anything. */
import { decode, type DocumentKind } from './document.ts';
import type { Disk } from './disk.ts';
import { toDocumentName } from './names.ts';
import type { SetAside } from './ports.ts';
import { cannotBeReadAsItIs } from './store-error.ts';

/** What can't be read is where it was. */
export type Seen<T> = { record: T } | { gone: true } | { unreadable: SetAside } | { newer: SetAside };

/**
 * The names of the documents in a folder; files set aside and others do not count. A folder that does not exist has none.
 * @param isName whether a document of this kind may have the name
 */
export async function listDocuments(
  disk: Disk,
  folder: string,
  isName: (name: string) => boolean,
): Promise<string[]> {
  const names = ((await disk.list(folder)) ?? []).map(toDocumentName).filter((name) => name !== null);
  return names.filter(isName);
}

/** @throws StoreError if it is not the file, but the disk, that can't be read */
export async function readDocument<T>(
  disk: Disk,
  kind: DocumentKind<T>,
  path: string,
  name: string,
): Promise<Seen<T>> {
  try {
    const bytes = await disk.read(path);
    if (bytes === null) return { gone: true };
    const decoded = decode(bytes, kind, name);
    if ('record' in decoded) return decoded;
    if ('newer' in decoded) return { newer: { path, name, why: decoded.newer } };
    return { unreadable: { path, name, why: decoded.unreadable } };
  } catch (error) {
    if (!cannotBeReadAsItIs(error)) throw error;
    return { unreadable: { path, name, why: error.message } };
  }
}

/** Those that are there and can't be used, of whatever version. */
export function unusable(seen: readonly Seen<unknown>[]): SetAside[] {
  return seen.flatMap((each) =>
    'unreadable' in each ? [each.unreadable] : 'newer' in each ? [each.newer] : [],
  );
}
