/** What is kept of each chat: its sessions, the current one, which of them has a message, what the bot itself owes. */
import { ofFormerGroup } from '../../../machines/session-migration.ts';
import type { SessionRecord } from '../../../machines/session-record.ts';
import { inBatches } from '../../store/batches.ts';
import type { ChatRecord, Store } from '../../store/ports.ts';
import type { ChatAddress } from '../../telegram/ports.ts';

/** Telegram keeps an update for a day at most (Bot API, "Getting updates"), so nothing older is ever redelivered. */
const REDELIVERED_WITHIN_MS = 25 * 60 * 60_000;

/** How many of a chat's messages are remembered; Telegram redelivers at most one batch of 100. */
const TAKEN_KEPT = 1_000;

/** Of topics in which nobody has written yet. */
const TOPIC_NAMES_KEPT = 100;

export interface ChatsOptions {
  store: Pick<Store, 'loadChat' | 'saveChat' | 'sessionIds' | 'savedSince' | 'endedSessions' | 'setAside'>;
  /** A session's newest record, or null. */
  record: (sessionId: string) => Promise<SessionRecord | null>;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

/** For sessions that no message asked for: none has the id 0. */
export const ASKED_BY_NOBODY = 0;

interface OpenChat {
  record: ChatRecord;
  /** Which session took a message (uuid) that Telegram may deliver again. */
  takenBy: Map<string, string>;
  /** Whether the record in memory is the one on disk. */
  isSaved: boolean;
}

/** Callers take care that nothing else changes the same chat meanwhile. */
export class Chats {
  readonly #options: ChatsOptions;
  /** Chats are few (allowed people only) and small, so they stay in memory. */
  readonly #open = new Map<number, OpenChat>();
  /** Read once for all who ask meanwhile: what one of two copies is told, the other one would undo. */
  readonly #reading = new Map<number, Promise<OpenChat>>();

  constructor(options: ChatsOptions) {
    this.#options = options;
  }

  /** The current session's id, ended or not, or null if there never was one. */
  async currentId({ chatId, threadId }: ChatAddress): Promise<string | null> {
    const { record } = await this.#chat(chatId);
    return record.current[topicKey(threadId)] ?? null;
  }

  /** Those of the address, whether ended, unreadable or neither. */
  async sessionIds({ chatId, threadId }: ChatAddress): Promise<string[]> {
    const { record } = await this.#chat(chatId);
    return record.sessions.filter((session) => session.threadId === threadId).map(({ id }) => id);
  }

  /** Their records; those that ended are left out. */
  async liveRecords(address: ChatAddress): Promise<SessionRecord[]> {
    return this.#liveOf(await this.sessionIds(address));
  }

  async #liveOf(ids: readonly string[]): Promise<SessionRecord[]> {
    const records = await inBatches(ids, this.#options.record);
    return records.flatMap((record) => (record && record.state !== 'terminated' ? [record] : []));
  }

  /** Whether it is one of the chat's, whatever became of it. */
  async has(chatId: number, sessionId: string): Promise<boolean> {
    const { record } = await this.#chat(chatId);
    return record.sessions.some(({ id }) => id === sessionId);
  }

  /** Of all topics; those that ended are left out. */
  async allLiveRecords(chatId: number): Promise<SessionRecord[]> {
    const { record } = await this.#chat(chatId);
    return this.#liveOf(record.sessions.map(({ id }) => id));
  }

  /** The session that this Telegram message asked for, if it ever did. */
  async createdBy(chatId: number, messageId: number): Promise<string | null> {
    const { record } = await this.#chat(chatId);
    return record.sessions.find(({ createdBy }) => createdBy === messageId)?.id ?? null;
  }

  /**
   * Adds a session that is already on disk. Resolves once that is durable.
   * @param isCurrent false: it has no place in the chat yet
   */
  async add(session: SessionRecord, createdBy: number, isCurrent: boolean): Promise<void> {
    const { id, chatId, threadId } = session;
    const { record } = await this.#chat(chatId);
    const kept = await this.#withoutLongEnded(record);
    await this.#save({
      ...kept,
      sessions: [...kept.sessions, { id, threadId, createdBy }],
      current: isCurrent ? { ...kept.current, [topicKey(threadId)]: id } : kept.current,
      topicNames: without(kept.topicNames, topicKey(threadId)),
    });
  }

  async makeCurrent({ chatId, threadId }: ChatAddress, id: string): Promise<void> {
    const { record } = await this.#chat(chatId);
    const key = topicKey(threadId);
    if (record.current[key] === id) return;
    await this.#save({ ...record, current: { ...record.current, [key]: id } });
  }

  /** It is in this topic now; current there, unless it only had to leave another one. Resolves once that is durable. */
  async move(chatId: number, id: string, threadId: number | null, isCurrent: boolean): Promise<void> {
    const { record } = await this.#chat(chatId);
    const elsewhere = Object.entries(record.current).filter(([, current]) => current !== id);
    const current = Object.fromEntries(isCurrent ? [...elsewhere, [topicKey(threadId), id]] : elsewhere);
    const sessions = record.sessions.map((each) => (each.id === id ? { ...each, threadId } : each));
    await this.#save({ ...record, sessions, current });
  }

  /** What a person called a topic, until it has a session. */
  async topicName({ chatId, threadId }: ChatAddress): Promise<string | null> {
    return (await this.#chat(chatId)).record.topicNames[topicKey(threadId)] ?? null;
  }

  async nameTopic({ chatId, threadId }: ChatAddress, name: string): Promise<void> {
    const { record } = await this.#chat(chatId);
    const key = topicKey(threadId);
    const others = Object.entries(without(record.topicNames, key)).slice(1 - TOPIC_NAMES_KEPT);
    await this.#save({ ...record, topicNames: { ...Object.fromEntries(others), [key]: name } });
  }

  /** The newest record: on disk, unless the disk refused it. */
  async record(chatId: number): Promise<ChatRecord> {
    return (await this.#chat(chatId)).record;
  }

  /** As `record`, or null if the chat was not read yet. */
  recordRead(chatId: number): ChatRecord | null {
    return this.#open.get(chatId)?.record ?? null;
  }

  /** Changes it in memory at once, and resolves when that is durable. Rejects if the disk refuses it now. */
  async update(chatId: number, change: (chat: ChatRecord) => ChatRecord): Promise<void> {
    const chat = await this.#chat(chatId);
    chat.record = change(chat.record);
    chat.isSaved = false;
    await this.saved(chatId);
  }

  /** Resolves once the newest record is on disk. Rejects if the disk refuses it now. */
  async saved(chatId: number): Promise<void> {
    const chat = await this.#chat(chatId);
    if (!chat.isSaved) await this.#save(chat.record);
  }

  /** Takes over what is kept of another chat, except what it has already. Resolves when that is durable. */
  async absorb(chatId: number, formerId: number): Promise<void> {
    const [chat, former] = [await this.#chat(chatId), await this.#chat(formerId)];
    for (const [uuid, sessionId] of former.takenBy) chat.takenBy.set(uuid, sessionId);
    await this.update(chatId, (record) => joined(record, former.record));
  }

  /** The session that has, or had, this message. */
  async takerOf(chatId: number, uuid: string): Promise<string | null> {
    return (await this.#chat(chatId)).takenBy.get(uuid) ?? null;
  }

  async noteTaken(chatId: number, uuid: string, sessionId: string): Promise<void> {
    const { takenBy } = await this.#chat(chatId);
    takenBy.set(uuid, sessionId);
    const oldest = takenBy.keys().next();
    if (takenBy.size > TAKEN_KEPT && !oldest.done) takenBy.delete(oldest.value);
  }

  async #chat(chatId: number): Promise<OpenChat> {
    const open = this.#open.get(chatId);
    if (open) return open;
    const begun = this.#reading.get(chatId);
    if (begun) return begun;
    const reading = this.#read(chatId).finally(() => this.#reading.delete(chatId));
    this.#reading.set(chatId, reading);
    return reading;
  }

  async #read(chatId: number): Promise<OpenChat> {
    const record = (await this.#options.store.loadChat(chatId)) ?? (await this.#lostOrNew(chatId));
    const chat = { record, takenBy: await this.#takenLately(record), isSaved: true };
    this.#open.set(chatId, chat);
    return chat;
  }

  async #save(record: ChatRecord): Promise<void> {
    await this.#options.store.saveChat(record);
    const chat = await this.#chat(record.chatId);
    chat.record = record;
    chat.isSaved = true;
  }

  /** What a crash between a message's acceptance and its confirmation may bring again, by session. */
  async #takenLately(chat: ChatRecord): Promise<Map<string, string>> {
    const takenBy = new Map<string, string>();
    const ids = chat.sessions.map(({ id }) => id);
    for (const id of await this.#options.store.savedSince(ids, this.#longAgo)) {
      const record = await this.#options.record(id);
      if (!record || this.#isLongAgo(record)) continue;
      for (const uuid of record.handled) takenBy.set(uuid, id);
      for (const { uuid } of record.inbox) takenBy.set(uuid, id);
    }
    return takenBy;
  }

  /** A session that ended stays known as long as Telegram may bring its messages again. */
  async #withoutLongEnded(chat: ChatRecord): Promise<ChatRecord> {
    const current = new Set(Object.values(chat.current));
    const ended = new Set(await this.#options.store.endedSessions());
    const records = await inBatches(
      chat.sessions.filter(({ id }) => ended.has(id) && !current.has(id)),
      ({ id }) => this.#options.record(id),
    );
    const gone = new Set(
      records.flatMap((record) =>
        record?.state === 'terminated' && this.#isLongAgo(record) ? [record.id] : [],
      ),
    );
    return gone.size === 0 ? chat : { ...chat, sessions: chat.sessions.filter(({ id }) => !gone.has(id)) };
  }

  #isLongAgo(record: SessionRecord): boolean {
    return record.lastActivityAt < this.#longAgo;
  }

  get #longAgo(): number {
    return this.#options.now() - REDELIVERED_WITHIN_MS;
  }

  /** A chat's own file may have been unreadable; then its sessions' records tell which ones it had. */
  async #lostOrNew(chatId: number): Promise<ChatRecord> {
    const { store, record } = this.#options;
    const empty = emptyChat(chatId);
    if (!store.setAside.some(({ name }) => name === String(chatId))) return empty;
    const all = await inBatches(await store.sessionIds(), record);
    const own = all.flatMap((session) => (session?.chatId === chatId ? [session] : []));
    own.sort((a, b) => a.lastActivityAt - b.lastActivityAt);
    return {
      ...empty,
      sessions: own.map(({ id, threadId }) => ({ id, threadId, createdBy: ASKED_BY_NOBODY })),
      current: Object.fromEntries(own.map(({ id, threadId }) => [topicKey(threadId), id])),
    };
  }
}

function without<T>(entries: Record<string, T>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => name !== key));
}

/** What the supergroup has already, it keeps: people may have written there before we knew what it was. */
function joined(chat: ChatRecord, former: ChatRecord): ChatRecord {
  const sessions = former.sessions
    .filter(({ id }) => !chat.sessions.some((own) => own.id === id))
    .map((session) => ({ ...session, createdBy: ofFormerGroup(session.createdBy) }));
  const outbox = former.outbox
    .map((reply) => ({ ...reply, messageId: ofFormerGroup(reply.messageId) }))
    .filter(({ messageId }) => !chat.answered.includes(messageId));
  const answered = former.answered.map(ofFormerGroup).filter((id) => !chat.answered.includes(id));
  return {
    ...chat,
    sessions: [...sessions, ...chat.sessions],
    current: { ...former.current, ...chat.current },
    answered: [...answered, ...chat.answered],
    arriving: [
      ...former.arriving
        .filter(({ uuid }) => !chat.arriving.some((own) => own.uuid === uuid))
        .map((message) => ({ ...message, messageId: ofFormerGroup(message.messageId) })),
      ...chat.arriving,
    ],
    arrived: [
      ...former.arrived.map(ofFormerGroup).filter((id) => !chat.arrived.includes(id)),
      ...chat.arrived,
    ],
    hints: [...new Set([...former.hints, ...chat.hints])],
    views: { ...former.views, ...chat.views },
    outbox: [...outbox, ...chat.outbox],
    unconfirmed: chat.unconfirmed ?? former.unconfirmed,
  };
}

/** A chat of which nothing is kept. */
function emptyChat(chatId: number): ChatRecord {
  return {
    version: 2,
    chatId,
    sessions: [],
    current: {},
    topicNames: {},
    answered: [],
    outbox: [],
    undeliverable: null,
    unconfirmed: null,
    arriving: [],
    arrived: [],
    hints: [],
    views: {},
    movedTo: null,
  };
}

/** What is left of a group that became a supergroup. */
export function emptied({ chatId, movedTo }: ChatRecord): ChatRecord {
  return { ...emptyChat(chatId), movedTo };
}

const MAIN_TOPIC = 'main';

/** The key of `ChatRecord.current`, and of `views`. */
export function topicKey(threadId: number | null): string {
  return threadId === null ? MAIN_TOPIC : String(threadId);
}

/** @param topic a key of `ChatRecord.current` */
export function addressOfTopic(chatId: number, topic: string): ChatAddress {
  return { chatId, threadId: topic === MAIN_TOPIC ? null : Number(topic) };
}
