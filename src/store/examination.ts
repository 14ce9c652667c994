/** Looks at every record of a data folder without changing anything: what there is, and what can't be read, and why. */
import { join } from 'node:path';
import type { ProcessIdentity } from '../../machines/session-record.ts';
import { isUnreadableName } from '../disk/unreadable-path.ts';
import { inBatches } from './batches.ts';
import { Disk } from './disk.ts';
import { ACCESS, CHAT, EPOCH, SESSION, TRUST, type DocumentKind } from './document.ts';
import { findNewerFolder, type NewerFolder } from './folder-versions.ts';
import { layoutOf, type Layout } from './layout.ts';
import { isChatName, isSessionId } from './names.ts';
import type { SetAside } from './ports.ts';
import { listDocuments, readDocument, type Seen } from './read-document.ts';

export interface Examination {
  sessions: number;
  chats: number;
  /** Whether any chat is a group. */
  hasGroups: boolean;
  /** As `access.json` says. */
  paired: number;
  /** Set if this Hibernaut would not start on the folder. */
  newerFolder: NewerFolder | null;
  /** In their places. */
  unreadable: SetAside[];
  /** In their places, of a newer version than this Hibernaut knows. */
  newer: SetAside[];
  /** Moved out of the way by a daemon. */
  setAside: SetAside[];
  /** As the records say: one may be gone. */
  processes: Pick<ProcessIdentity, 'pid' | 'startTime'>[];
}

/** A folder that does not exist has nothing in it. */
export async function examineRecords(dataDir: string): Promise<Examination> {
  const layout = layoutOf(dataDir);
  const disk = new Disk({ temporaryFolder: layout.temporary });
  const sessions = await readAll(disk, SESSION, layout.sessions, isSessionId);
  const chats = await readAll(disk, CHAT, layout.chats, isChatName);
  const access = await readDocument(disk, ACCESS, layout.accessFile, 'access');
  const trust = await readDocument(disk, TRUST, layout.trustFile, 'trust');
  const count = await readDocument(disk, EPOCH, layout.epochFile, 'epoch');
  const all = [...sessions, ...chats, access, trust, count];
  return {
    sessions: sessions.length,
    chats: chats.length,
    hasGroups: chats.some((chat) => 'record' in chat && chat.record.chatId < 0),
    paired: 'record' in access ? access.record.people.length : 0,
    newerFolder: await findNewerFolder(disk, layout),
    unreadable: all.flatMap((seen) => ('unreadable' in seen ? [seen.unreadable] : [])),
    newer: all.flatMap((seen) => ('newer' in seen ? [seen.newer] : [])),
    setAside: await setAsideIn(disk, layout),
    processes: sessions.flatMap((seen) =>
      'record' in seen && seen.record.process ? [seen.record.process] : [],
    ),
  };
}

async function readAll<T>(
  disk: Disk,
  kind: DocumentKind<T>,
  folder: string,
  isOurs: (name: string) => boolean,
): Promise<Seen<T>[]> {
  const names = await listDocuments(disk, folder, isOurs);
  return inBatches(names, (name) => readDocument(disk, kind, join(folder, `${name}.json`), name));
}

async function setAsideIn(disk: Disk, { root, sessions, chats }: Layout): Promise<SetAside[]> {
  const found = await inBatches([root, sessions, chats], async (folder) =>
    ((await disk.list(folder)) ?? [])
      .filter(isUnreadableName)
      .map((name) => ({ path: join(folder, name), name, why: 'set aside earlier' })),
  );
  return found.flat();
}
