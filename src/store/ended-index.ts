/**
 * Which sessions have ended, so that they can be counted without reading them: one empty file per session that is
 * terminated. A crash may leave a count that is one off; nothing but figures for people hangs on it.
 */
import { join } from 'node:path';
import type { SessionRecord } from '../../machines/session-record.ts';
import type { Disk } from './disk.ts';
import { isSessionId } from './names.ts';
import type { StoreLog } from './unreadable-files.ts';

export interface EndedIndexOptions {
  disk: Disk;
  folder: string;
  log: StoreLog | undefined;
  /** All sessions, to build an index that is missing (the folder of an earlier version, a backup without it). */
  scan: () => Promise<SessionRecord[]>;
}

export interface EndedIndex {
  /** To be awaited before the record is written. Never rejects. */
  note(record: SessionRecord): Promise<void>;
  count(): Promise<number>;
}

/** Never rejects: without its folder it counts nothing. */
export async function openEndedIndex({ disk, folder, log, scan }: EndedIndexOptions): Promise<EndedIndex> {
  const guarded = async (doing: () => Promise<void>): Promise<void> => {
    try {
      await doing();
    } catch (error) {
      log?.warn({ err: error }, 'store.endedNotCounted');
    }
  };
  const mark = async ({ id, state }: SessionRecord, where: string): Promise<void> => {
    const path = join(where, id);
    if (state === 'terminated' && !(await disk.exists(path))) await disk.createMarker(path);
  };
  await guarded(async () => {
    if (await disk.exists(folder)) return;
    // Under another name first: an index that a crash left half built must not look whole.
    const temporary = disk.temporaryPath();
    await disk.makePrivateFolder(temporary);
    for (const record of await scan()) await mark(record, temporary);
    await disk.move(temporary, folder);
  });
  return {
    note: (record) => guarded(() => mark(record, folder)),
    count: async () => ((await disk.list(folder)) ?? []).filter(isSessionId).length,
  };
}
