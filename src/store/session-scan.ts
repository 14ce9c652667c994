/** Reads every session of a data folder without changing anything. Its cost grows with their number. */
import { join } from 'node:path';
import type { SessionRecord } from '../../machines/session-record.ts';
import { isUnreadableName } from '../disk/unreadable-path.ts';
import { inBatches } from './batches.ts';
import { Disk, type FileSystem } from './disk.ts';
import { decode, SESSION } from './document.ts';
import { findNewerFolder } from './folder-versions.ts';
import { layoutOf, type Layout } from './layout.ts';
import { isSessionId, toDocumentName } from './names.ts';
import type { SetAside } from './ports.ts';
import { cannotBeReadAsItIs } from './store-error.ts';

export interface ScanOptions {
  dataDir: string;
  fs?: FileSystem | undefined;
}

/**
 * For `hibernaut status` while no daemon runs. What can't be read is left where it is, and told together with what
 * daemons have set aside.
 */
export async function scan(
  options: ScanOptions,
): Promise<{ records: SessionRecord[]; unreadable: SetAside[] }> {
  const layout = layoutOf(options.dataDir);
  const disk = new Disk({ temporaryFolder: layout.temporary, fs: options.fs });
  const ids = await listSessions(disk, layout.sessions);
  const found = await inBatches(ids, (id) => readSession(disk, layout.sessions, id));
  const earlier = await inBatches([layout.root, layout.sessions, layout.chats], (folder) =>
    listSetAside(disk, folder),
  );
  return {
    records: found.flatMap((session) => ('record' in session ? [session.record] : [])),
    unreadable: [
      ...(await findNewer(disk, layout)),
      ...found.flatMap((session) => ('why' in session ? [session] : [])),
      ...earlier.flat(),
    ],
  };
}

async function findNewer(disk: Disk, layout: Layout): Promise<SetAside[]> {
  const newer = await findNewerFolder(disk, layout);
  if (!newer) return [];
  const { writtenBy, why } = newer;
  const wanted = writtenBy === null ? 'a newer Hibernaut' : `Hibernaut ${writtenBy} or newer`;
  return [{ path: layout.epochFile, name: 'epoch', why: `${why}; only ${wanted} starts here` }];
}

/** The ids of all sessions; files set aside and others do not count. */
export async function listSessions(disk: Disk, folder: string): Promise<string[]> {
  const names = (await disk.list(folder)) ?? [];
  return names
    .map(toDocumentName)
    .filter((id) => id !== null)
    .filter(isSessionId);
}

type Found = { record: SessionRecord } | SetAside | { gone: true };

async function readSession(disk: Disk, folder: string, id: string): Promise<Found> {
  const path = join(folder, `${id}.json`);
  try {
    const bytes = await disk.read(path);
    if (bytes === null) return { gone: true };
    const decoded = decode(bytes, SESSION, id);
    if ('record' in decoded) return decoded;
    return { path, name: id, why: 'newer' in decoded ? decoded.newer : decoded.unreadable };
  } catch (error) {
    if (!cannotBeReadAsItIs(error)) throw error;
    return { path, name: id, why: error.message };
  }
}

async function listSetAside(disk: Disk, folder: string): Promise<SetAside[]> {
  const names = (await disk.list(folder)) ?? [];
  return names
    .filter(isUnreadableName)
    .map((name) => ({ path: join(folder, name), name, why: 'set aside earlier' }));
}
