/** The store in memory: for tests, and the second witness that the contract suite says what is meant. */
import { isQuiet, type SessionRecord } from '../../machines/session-record.ts';
import { isQuietChat } from './chat-quiet.ts';
import { ACCESS, CHAT, decode, encode, SESSION, TRUST, type DocumentKind } from './document.ts';
import { assertSessionId, isSessionId } from './names.ts';
import type { AccessRecord, ChatRecord, SessionCounts, SetAside, Store, TrustRecord } from './ports.ts';
import { closedError, newerError, staleEpochError } from './store-error.ts';

/** What outlives a store: hand the same one to the next `createMemoryStore`, as the same folder to the next daemon. */
export interface MemoryDisk {
  epoch: number;
  /** Session id to the file's content. */
  readonly sessions: Map<string, string>;
  /** Chat id as text to the file's content. */
  readonly chats: Map<string, string>;
  /** One file, under `access`. */
  readonly access: Map<string, string>;
  /** One file, under `trust`. */
  readonly trust: Map<string, string>;
  /** What was set aside, by the path it has now. */
  readonly unreadable: Map<string, string>;
}

export function createMemoryDisk(): MemoryDisk {
  return {
    epoch: 0,
    sessions: new Map(),
    chats: new Map(),
    access: new Map(),
    trust: new Map(),
    unreadable: new Map(),
  };
}

/** An open store on `disk`, by default an empty one. It keeps texts, so that nobody shares an object with it. */
export function createMemoryStore(disk: MemoryDisk = createMemoryDisk()): Store {
  return new MemoryStore(disk);
}

/** A path that tells in messages where it would be. */
const PLACE = 'memory';

class MemoryStore implements Store {
  readonly epoch: number;
  readonly setAside: SetAside[] = [];
  readonly #disk: MemoryDisk;
  #isClosed = false;

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
    this.epoch = disk.epoch += 1;
  }

  // Promises even though nothing waits: nobody may come to rely on a save that is done at once.
  async loadSession(id: string): Promise<SessionRecord | null> {
    await Promise.resolve();
    return isSessionId(id) ? this.#read(this.#disk.sessions, SESSION, id) : null;
  }

  async saveSession(record: SessionRecord): Promise<void> {
    assertSessionId(record.id);
    const text = encode(record, SESSION);
    await this.#replace(this.#disk.sessions, SESSION, record.id, text, (stored) => {
      if (stored.epoch > record.epoch) throw staleEpochError(record.id, record.epoch, stored.epoch);
    });
  }

  unquietSessions(): Promise<string[]> {
    return this.#sessionsWhere((record) => !isQuiet(record));
  }

  async sessionIds(): Promise<string[]> {
    await Promise.resolve();
    return [...this.#disk.sessions.keys()];
  }

  // When each was saved is not kept: any may have been.
  async savedSince(ids: readonly string[]): Promise<string[]> {
    await Promise.resolve();
    return ids.filter((id) => this.#disk.sessions.has(id));
  }

  endedSessions(): Promise<string[]> {
    return this.#sessionsWhere((record) => record.state === 'terminated');
  }

  sessionsWith(claudeSessionId: string): Promise<string[]> {
    return this.#sessionsWhere((record) => record.claudeSessionId === claudeSessionId);
  }

  async countSessions(): Promise<SessionCounts> {
    return { all: this.#disk.sessions.size, ended: (await this.endedSessions()).length };
  }

  async loadChat(chatId: number): Promise<ChatRecord | null> {
    await Promise.resolve();
    return this.#read(this.#disk.chats, CHAT, String(chatId));
  }

  async saveChat(chat: ChatRecord): Promise<void> {
    const text = encode(chat, CHAT);
    await this.#replace(this.#disk.chats, CHAT, String(chat.chatId), text, () => undefined);
  }

  async chatIds(): Promise<number[]> {
    await Promise.resolve();
    return [...this.#disk.chats.keys()].map(Number);
  }

  async unquietChats(): Promise<number[]> {
    return (await this.chatIds()).filter((id) => {
      const chat = this.#read(this.#disk.chats, CHAT, String(id));
      return chat !== null && !isQuietChat(chat);
    });
  }

  async loadAccess(): Promise<AccessRecord | null> {
    await Promise.resolve();
    return this.#read(this.#disk.access, ACCESS, 'access');
  }

  async saveAccess(access: AccessRecord): Promise<void> {
    await this.#replace(this.#disk.access, ACCESS, 'access', encode(access, ACCESS), () => undefined);
  }

  async loadTrust(): Promise<TrustRecord | null> {
    await Promise.resolve();
    return this.#read(this.#disk.trust, TRUST, 'trust');
  }

  async saveTrust(trust: TrustRecord): Promise<void> {
    await this.#replace(this.#disk.trust, TRUST, 'trust', encode(trust, TRUST), () => undefined);
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.#isClosed = true;
  }

  async #sessionsWhere(holds: (record: SessionRecord) => boolean): Promise<string[]> {
    await Promise.resolve();
    return [...this.#disk.sessions.keys()].filter((id) => {
      const record = this.#read(this.#disk.sessions, SESSION, id);
      return record !== null && holds(record);
    });
  }

  async #replace<T>(
    files: Map<string, string>,
    kind: DocumentKind<T>,
    name: string,
    text: string,
    mayReplace: (stored: T) => void,
  ): Promise<void> {
    if (this.#isClosed) throw closedError(PLACE);
    await Promise.resolve();
    const stored = this.#read(files, kind, name);
    if (stored !== null) mayReplace(stored);
    // What is readable only to a newer version is still in its place.
    else if (files.has(name)) throw newerError(`${PLACE}/${name}.json`, 'a version this one does not know');
    files.set(name, text);
  }

  #read<T>(files: Map<string, string>, kind: DocumentKind<T>, name: string): T | null {
    const text = files.get(name);
    if (text === undefined) return null;
    const decoded = decode(Buffer.from(text), kind, name);
    if ('record' in decoded) return decoded.record;
    const path = `${PLACE}/${name}.json`;
    if ('newer' in decoded) {
      this.#report({ path, name, why: decoded.newer });
      return null;
    }
    const asidePath = `${path}.unreadable-${this.#disk.unreadable.size + 1}`;
    files.delete(name);
    this.#disk.unreadable.set(asidePath, text);
    this.#report({ path: asidePath, name, why: decoded.unreadable });
    return null;
  }

  #report(found: SetAside): void {
    if (!this.setAside.some((known) => known.path === found.path)) this.setAside.push(found);
  }
}
