/** A store (by default in memory) with a disk that refuses or is slow when the test says so. */
import type { SessionRecord } from '../../machines/session-record.ts';
import { createMemoryDisk, createMemoryStore, type MemoryDisk } from '../../src/store/memory-store.ts';
import type {
  AccessRecord,
  ChatRecord,
  SessionCounts,
  SetAside,
  Store,
  TrustRecord,
} from '../../src/store/ports.ts';

export class SteerableStore implements Store {
  readonly disk: MemoryDisk;
  /** Every save of a session that became durable, in order. */
  readonly saved: SessionRecord[] = [];
  /** Whatever happens to the sessions' files: thrown by each save while it is set. */
  refusal: Error | null = null;
  /** The same for the chats' files. */
  chatRefusal: Error | null = null;
  /** The same for the file that says who has access. */
  accessRefusal: Error | null = null;
  /** How often the chats' was thrown. */
  chatsRefused = 0;
  isClosed = false;
  readonly #inner: Store;
  #gate: PromiseWithResolvers<void> | null = null;

  /** @param inner what it keeps records in; `disk` is of no use with another one than the default */
  constructor(disk: MemoryDisk = createMemoryDisk(), inner: Store = createMemoryStore(disk)) {
    this.disk = disk;
    this.#inner = inner;
  }

  /** Saves of sessions wait until `release`. */
  hold(): void {
    this.#gate = Promise.withResolvers<void>();
  }

  release(): void {
    this.#gate?.resolve();
    this.#gate = null;
  }

  get epoch(): number {
    return this.#inner.epoch;
  }

  get setAside(): readonly SetAside[] {
    return this.#inner.setAside;
  }

  async saveSession(record: SessionRecord): Promise<void> {
    await this.#gate?.promise;
    if (this.refusal) throw this.refusal;
    await this.#inner.saveSession(record);
    this.saved.push(record);
  }

  loadSession(id: string): Promise<SessionRecord | null> {
    return this.#inner.loadSession(id);
  }

  unquietSessions(): Promise<string[]> {
    return this.#inner.unquietSessions();
  }

  sessionIds(): Promise<string[]> {
    return this.#inner.sessionIds();
  }

  savedSince(ids: readonly string[], at: number): Promise<string[]> {
    return this.#inner.savedSince(ids, at);
  }

  endedSessions(): Promise<string[]> {
    return this.#inner.endedSessions();
  }

  sessionsWith(claudeSessionId: string): Promise<string[]> {
    return this.#inner.sessionsWith(claudeSessionId);
  }

  countSessions(): Promise<SessionCounts> {
    return this.#inner.countSessions();
  }

  loadChat(chatId: number): Promise<ChatRecord | null> {
    return this.#inner.loadChat(chatId);
  }

  async saveChat(chat: ChatRecord): Promise<void> {
    if (this.chatRefusal) {
      this.chatsRefused += 1;
      throw this.chatRefusal;
    }
    await this.#inner.saveChat(chat);
  }

  chatIds(): Promise<number[]> {
    return this.#inner.chatIds();
  }

  unquietChats(): Promise<number[]> {
    return this.#inner.unquietChats();
  }

  loadAccess(): Promise<AccessRecord | null> {
    return this.#inner.loadAccess();
  }

  async saveAccess(access: AccessRecord): Promise<void> {
    if (this.accessRefusal) throw this.accessRefusal;
    await this.#inner.saveAccess(access);
  }

  loadTrust(): Promise<TrustRecord | null> {
    return this.#inner.loadTrust();
  }

  saveTrust(trust: TrustRecord): Promise<void> {
    return this.#inner.saveTrust(trust);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return this.#inner.close();
  }
}
