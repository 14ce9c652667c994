/** Reads every session of a data folder without changing anything. Its cost grows with their number. */
import { join } from 'node:path';
import type { SessionRecord } from '../../machines/session-record.ts';
import { isUnreadableName } from '../disk/unreadable-path.ts';
import { inBatches } from './batches.ts';
import { Disk, type FileSystem } from './disk.ts';
import { SESSION } from './document.ts';
import { findNewerFolder } from './folder-versions.ts';
import { layoutOf, type Layout } from './layout.ts';
import { isSessionId } from './names.ts';
import type { SetAside } from './ports.ts';
import { listDocuments, readDocument, unusable } from './read-document.ts';

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
  const found = await inBatches(ids, (id) =>
    readDocument(disk, SESSION, join(layout.sessions, `${id}.json`), id),
  );
  const earlier = await inBatches([layout.root, layout.sessions, layout.chats], (folder) =>
    listSetAside(disk, folder),
  );
  return {
    records: found.flatMap((session) => ('record' in session ? [session.record] : [])),
    unreadable: [...(await findNewer(disk, layout)), ...unusable(found), ...earlier.flat()],
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
export function listSessions(disk: Disk, folder: string): Promise<string[]> {
  return listDocuments(disk, folder, isSessionId);
}

async function listSetAside(disk: Disk, folder: string): Promise<SetAside[]> {
  const names = (await disk.list(folder)) ?? [];
  return names
    .filter(isUnreadableName)
    .map((name) => ({ path: join(folder, name), name, why: 'set aside earlier' }));
}
