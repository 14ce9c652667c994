/** Looks at every record of a data folder without changing anything: what there is, and what can't be read, and why. */
import { join } from 'node:path';
import type { ProcessIdentity } from '../../machines/session-record.ts';
import { isUnreadableName } from '../disk/unreadable-path.ts';
import { inBatches } from './batches.ts';
import { Disk } from './disk.ts';
import { ACCESS, CHAT, decode, EPOCH, SESSION, TRUST, type DocumentKind } from './document.ts';
import { findNewerFolder, type NewerFolder } from './folder-versions.ts';
import { layoutOf, type Layout } from './layout.ts';
import { isSessionId, toChatId, toDocumentName } from './names.ts';
import type { SetAside } from './ports.ts';
import { cannotBeReadAsItIs } from './store-error.ts';

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

type Seen<T> = { record: T } | { gone: true } | { unreadable: SetAside } | { newer: SetAside };

/** A folder that does not exist has nothing in it. */
export async function examineRecords(dataDir: string): Promise<Examination> {
  const layout = layoutOf(dataDir);
  const disk = new Disk({ temporaryFolder: layout.temporary });
  const sessions = await readAll(disk, SESSION, layout.sessions, isSessionId);
  const chats = await readAll(disk, CHAT, layout.chats, (name) => toChatId(name) !== null);
  const access = await readOne(disk, ACCESS, layout.accessFile, 'access');
  const trust = await readOne(disk, TRUST, layout.trustFile, 'trust');
  const count = await readOne(disk, EPOCH, layout.epochFile, 'epoch');
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
  const names = ((await disk.list(folder)) ?? []).map(toDocumentName).filter((name) => name !== null);
  return inBatches(names.filter(isOurs), (name) => readOne(disk, kind, join(folder, `${name}.json`), name));
}

async function readOne<T>(disk: Disk, kind: DocumentKind<T>, path: string, name: string): Promise<Seen<T>> {
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

async function setAsideIn(disk: Disk, { root, sessions, chats }: Layout): Promise<SetAside[]> {
  const found = await inBatches([root, sessions, chats], async (folder) =>
    ((await disk.list(folder)) ?? [])
      .filter(isUnreadableName)
      .map((name) => ({ path: join(folder, name), name, why: 'set aside earlier' })),
  );
  return found.flat();
}
