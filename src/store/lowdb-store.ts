/** The store in files, one per session and chat, each a lowdb database over a durable adapter. */
import { join } from 'node:path';
import type { SessionRecord } from '../../machines/session-record.ts';
import { Disk, type FileSystem } from './disk.ts';
import { openAccessFile, type AccessFile } from './access-file.ts';
import { CHAT, EPOCH, SESSION, TRUST } from './document.ts';
import { inBatches } from './batches.ts';
import { type DurableJsonFileHooks } from './durable-json-file.ts';
import { eachRecord } from './each-record.ts';
import { fileOf, type FileParts } from './file-of.ts';
import { nextEpoch } from './epoch.ts';
import { refuseNewerFolder } from './folder-versions.ts';
import { layoutOf, type Layout } from './layout.ts';
import { assertSessionId, isChatName, isSessionId } from './names.ts';
import { OpenFiles } from './open-files.ts';
import type { AccessRecord, ChatRecord, SessionCounts, SetAside, Store, TrustRecord } from './ports.ts';
import { listDocuments } from './read-document.ts';
import { listSessions } from './session-scan.ts';
import { closedError, staleEpochError } from './store-error.ts';
import { openIndexes, type Indexes } from './indexes.ts';
import { UnreadableFiles, type StoreLog } from './unreadable-files.ts';

export interface LowdbStoreOptions {
  /** Absolute. Created if need be; only one daemon may have it open (`src/control/` holds the lock). */
  dataDir: string;
  /** For tests of what a disk can do to us. Default: Node's. */
  fs?: FileSystem | undefined;
  log?: StoreLog | undefined;
  /** Wall clock for the names of files set aside, ms since the epoch. */
  now?: () => number;
  /** Told of each save of a session once it is durable, or refused. Never throws. */
  onSave?: ((save: { durationMs: number; isRefused: boolean }) => void) | undefined;
}

/**
 * Opens the store and counts one more start.
 * @throws StoreError with the path and the repair if the folder can't be used; NewerRecordError, and nothing is changed,
 * if a newer Hibernaut wrote what this one does not know
 */
export async function openLowdbStore(options: LowdbStoreOptions): Promise<Store> {
  const layout = layoutOf(options.dataDir);
  const disk = new Disk({ temporaryFolder: layout.temporary, fs: options.fs });
  await disk.makePrivateFolder(layout.root);
  await refuseNewerFolder(disk, layout);
  await prepareFolders(disk, layout);
  const unreadable = new UnreadableFiles({ disk, log: options.log, now: options.now ?? Date.now });
  const files = { disk, unreadable };
  const epoch = await nextEpoch(fileOf(files, EPOCH, layout.epochFile, 'epoch'), () =>
    eachRecord(disk, SESSION, layout.sessions, isSessionId),
  );
  const indexes = await openIndexes(files, layout, { epoch, log: options.log });
  return new LowdbStore(epoch, layout, files, indexes, options.onSave);
}

async function prepareFolders(disk: Disk, layout: Layout): Promise<void> {
  // What a crash left half written.
  await disk.remove(layout.temporary);
  for (const folder of [layout.temporary, layout.sessions, layout.chats]) {
    await disk.makePrivateFolder(folder);
  }
}

class LowdbStore implements Store {
  readonly epoch: number;
  readonly #layout: Layout;
  readonly #parts: FileParts;
  readonly #indexes: Indexes;
  readonly #sessions: OpenFiles<SessionRecord>;
  readonly #chats: OpenFiles<ChatRecord>;
  readonly #access: AccessFile;
  readonly #trust: OpenFiles<TrustRecord>;
  readonly #onSave: LowdbStoreOptions['onSave'];
  #isClosed = false;

  constructor(
    epoch: number,
    layout: Layout,
    parts: FileParts,
    indexes: Indexes,
    onSave: LowdbStoreOptions['onSave'],
  ) {
    this.epoch = epoch;
    this.#onSave = onSave;
    this.#layout = layout;
    this.#parts = parts;
    this.#indexes = indexes;
    this.#sessions = new OpenFiles((id) =>
      fileOf(parts, SESSION, this.#pathOf(id), id, sessionHooks(id, indexes)),
    );
    // A chat stays marked until the next start: most commands owe a reply for a moment, and a marker costs a wait.
    const chatHooks = { beforeReplace: indexes.unquietChats.note };
    this.#chats = new OpenFiles((id) => fileOf(parts, CHAT, join(layout.chats, `${id}.json`), id, chatHooks));
    this.#access = openAccessFile(parts, layout);
    this.#trust = new OpenFiles((name) => fileOf(parts, TRUST, layout.trustFile, name));
  }

  get setAside(): readonly SetAside[] {
    return this.#parts.unreadable.found;
  }

  async loadSession(id: string): Promise<SessionRecord | null> {
    return isSessionId(id) ? this.#sessions.load(id) : null;
  }

  async saveSession(record: SessionRecord): Promise<void> {
    this.#assertOpen();
    assertSessionId(record.id);
    const startedAt = performance.now();
    const tell = (isRefused: boolean) =>
      this.#onSave?.({ durationMs: performance.now() - startedAt, isRefused });
    try {
      await this.#sessions.save(record.id, record);
    } catch (error) {
      tell(true);
      throw error;
    }
    tell(false);
  }

  async unquietSessions(): Promise<string[]> {
    const { unquiet, sessionsBuilding } = this.#indexes;
    await sessionsBuilding.built;
    // Reading one corrects a marker too many. One that can't be read now still counts: what it owes is not known.
    await inBatches(unquiet.names(), (id) => this.#sessions.load(id).catch(() => null));
    return unquiet.names();
  }

  sessionIds(): Promise<string[]> {
    return listSessions(this.#parts.disk, this.#layout.sessions);
  }

  async savedSince(ids: readonly string[], at: number): Promise<string[]> {
    const changed = await inBatches(ids, (id) => this.#parts.disk.changedAt(this.#pathOf(id)));
    return ids.filter((_, index) => (changed[index] ?? 0) >= at);
  }

  endedSessions(): Promise<string[]> {
    return this.#indexes.ended.ids();
  }

  async sessionsWith(claudeSessionId: string): Promise<string[]> {
    const { conversations, sessionsBuilding } = this.#indexes;
    await sessionsBuilding.built;
    return conversations.idsOf(claudeSessionId);
  }

  async countSessions(): Promise<SessionCounts> {
    const [ids, ended] = await Promise.all([this.sessionIds(), this.endedSessions()]);
    return { all: ids.length, ended: Math.min(ended.length, ids.length) };
  }

  loadChat(chatId: number): Promise<ChatRecord | null> {
    return this.#chats.load(String(chatId));
  }

  async saveChat(chat: ChatRecord): Promise<void> {
    this.#assertOpen();
    await this.#chats.save(String(chat.chatId), chat);
  }

  async chatIds(): Promise<number[]> {
    return (await listDocuments(this.#parts.disk, this.#layout.chats, isChatName)).map(Number);
  }

  async unquietChats(): Promise<number[]> {
    const { unquietChats, chatsBuilding } = this.#indexes;
    await chatsBuilding.built;
    await inBatches(unquietChats.names(), async (name) => {
      // As with sessions, one that can't be read now still counts.
      const chat = await this.#chats.load(name).catch(() => undefined);
      if (chat !== undefined) await unquietChats.afterwards(name, chat);
    });
    return unquietChats.names().map(Number);
  }

  loadAccess(): Promise<AccessRecord | null> {
    return this.#access.load();
  }

  async saveAccess(access: AccessRecord): Promise<void> {
    this.#assertOpen();
    await this.#access.save(access);
  }

  loadTrust(): Promise<TrustRecord | null> {
    return this.#trust.load('trust');
  }

  async saveTrust(trust: TrustRecord): Promise<void> {
    this.#assertOpen();
    await this.#trust.save('trust', trust);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#indexes.sessionsBuilding.stop(), this.#indexes.chatsBuilding.stop()]);
    const files = [this.#sessions, this.#chats, this.#access, this.#trust];
    await Promise.all(files.map((each) => each.settled()));
  }

  #pathOf(sessionId: string): string {
    return join(this.#layout.sessions, `${sessionId}.json`);
  }

  #assertOpen(): void {
    // Whoever saves now may write into the folder of the next daemon.
    if (this.#isClosed) throw closedError(this.#layout.root);
  }
}

function sessionHooks(
  id: string,
  { unquiet, ended, conversations }: Indexes,
): DurableJsonFileHooks<SessionRecord> {
  return {
    mayReplace: (next, stored) => {
      if (stored.epoch > next.epoch) throw staleEpochError(id, next.epoch, stored.epoch);
    },
    beforeReplace: async (next, stored) => {
      await ended.note(next);
      await conversations.note(next, stored);
      await unquiet.note(next);
    },
    replaced: (next, stored) => conversations.replaced(next, stored),
    afterwards: (stored) => unquiet.afterwards(id, stored),
  };
}
