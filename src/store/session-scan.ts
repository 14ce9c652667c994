/** Reads every session of a data folder without changing anything. Its cost grows with their number. */
import { join } from 'node:path';
import type { SessionRecord } from '../../machines/session-record.ts';
import { inBatches } from './batches.ts';
import { Disk, type FileSystem } from './disk.ts';
import { decode, SESSION } from './document.ts';
import { layoutOf } from './layout.ts';
import { isSessionId, toDocumentName } from './names.ts';

/**
 * The readable records of all sessions, for `hibernaut status` while no daemon runs and for repairs. A folder that does
 * not exist has none. Files that can't be read are left out and left where they are.
 */
export async function scanSessions(options: {
  dataDir: string;
  fs?: FileSystem | undefined;
}): Promise<SessionRecord[]> {
  const layout = layoutOf(options.dataDir);
  const disk = new Disk({ temporaryFolder: layout.temporary, fs: options.fs });
  const ids = await listSessions(disk, layout.sessions);
  const records = await inBatches(ids, (id) => readSession(disk, layout.sessions, id));
  return records.filter((record) => record !== null);
}

/** The ids of all sessions; files set aside and others do not count. */
export async function listSessions(disk: Disk, folder: string): Promise<string[]> {
  const names = (await disk.list(folder)) ?? [];
  return names
    .map(toDocumentName)
    .filter((id) => id !== null)
    .filter(isSessionId);
}

async function readSession(disk: Disk, folder: string, id: string): Promise<SessionRecord | null> {
  const bytes = await disk.read(join(folder, `${id}.json`));
  if (bytes === null) return null;
  const decoded = decode(bytes, SESSION, id);
  return 'record' in decoded ? decoded.record : null;
}
