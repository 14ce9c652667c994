/** How a chat gets a session: because a person asked for one, because a message came, or in the place of a lost one. */
import { oweNotice } from '../../../machines/session-outbox.ts';
import type { SessionRecord } from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import type { Config } from '../../config/config.ts';
import type { Store } from '../../store/ports.ts';
import { NewerRecordError } from '../../store/store-error.ts';
import type { ChatAddress, Refusal, SelectionPort } from '../../telegram/ports.ts';
import { idWithin, type ChatSessions } from '../chats/chat-sessions.ts';
import { ASKED_BY_NOBODY, type Chats } from '../chats/chats.ts';
import { resolveFolder } from './folders.ts';
import type { DaemonLog } from '../log.ts';
import { readNewArguments } from './new-arguments.ts';
import { newSession, type Beginning } from './new-session.ts';
import type { Sessions } from './sessions.ts';
import { unreadableSessionText } from '../../telegram/texts/refusals.ts';

export interface SessionMakingOptions {
  sessions: Sessions;
  chats: Chats;
  ofChat: ChatSessions;
  store: Store;
  config: Pick<Config, 'workspace' | 'workspaceRoots' | 'idleTimeoutMs' | 'permissionMode'>;
  /** Absolute: what `~` in a folder's name stands for. */
  home: string;
  log: DaemonLog;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

/** For a message that made its session before. */
const NOTHING_NEW: Beginning = { workspace: '', name: null };

export class SessionMaking implements Pick<SelectionPort, 'create'> {
  readonly #options: SessionMakingOptions;
  /** Sessions on disk that no chat knows yet, by what asked for them: a disk that refuses must not fill up with them. */
  readonly #unlisted = new Map<string, SessionRecord>();

  constructor(options: SessionMakingOptions) {
    this.#options = options;
  }

  create(
    address: ChatAddress,
    { messageId, argument, at, isForTopic = false }: Parameters<SelectionPort['create']>[1],
  ) {
    const { chats, ofChat } = this.#options;
    return ofChat.inTurn(address, async (here) => {
      const createdBy = idWithin(here, address, messageId);
      const made = await chats.createdBy(here.chatId, createdBy);
      const wanted = made === null ? await readNewArguments(argument, this.#rules) : NOTHING_NEW;
      if ('refused' in wanted) return wanted satisfies Refusal;
      try {
        const id = made ?? (await this.#add(here, { ...wanted, isForTopic }, createdBy, at));
        const created = await ofChat.view(id);
        return created ?? { refused: unreadableSessionText(id) };
      } catch (error) {
        // A session of a chat whose file this Hibernaut may not write would be forgotten by the next start.
        if (error instanceof NewerRecordError) return { refused: error.message };
        throw error;
      }
    });
  }

  /** @param createdBy null: nothing would ask for it again */
  begin(address: ChatAddress, createdBy: number | null, beginning: Beginning, at: number) {
    return this.#options.ofChat.inTurn(address, (here) => this.beginInTurn(here, createdBy, beginning, at));
  }

  /** As `begin`, within a turn of the chat. */
  async beginInTurn(
    address: ChatAddress,
    createdBy: number | null,
    beginning: Beginning,
    at: number,
  ): Promise<SessionView> {
    const id = await this.#add(address, beginning, createdBy ?? ASKED_BY_NOBODY, at);
    const view = await this.#options.ofChat.view(id);
    if (!view) throw new Error(`The record of session ${id}, which has just begun, can't be read.`);
    return view;
  }

  /**
   * For a message without a session. A default workspace that is gone is Claude's to complain of, when it starts. Only
   * within a turn of the chat.
   */
  async addByDefault(address: ChatAddress, createdBy: number, at: number): Promise<string> {
    const folder = await resolveFolder(null, this.#rules);
    const workspace = typeof folder === 'string' ? folder : this.#options.config.workspace;
    const name = await this.#topicsName(address);
    return this.#add(address, { workspace, name }, createdBy, at);
  }

  /** What a person called the topic, be it before it had a session or in one that has ended. */
  async #topicsName(address: ChatAddress): Promise<string | null> {
    const { chats, sessions } = this.#options;
    const named = address.threadId === null ? null : await chats.topicName(address);
    const before = address.threadId === null ? null : await chats.currentId(address);
    const ended = before === null ? null : await sessions.record(before);
    return named ?? (ended?.namedBy === 'person' ? ended.name : null);
  }

  /** Begins a session in the place of the chat's current one, whose record can't be read, and tells the chat so. */
  replaceLost(address: ChatAddress): Promise<void> {
    const { ofChat, sessions, now } = this.#options;
    return ofChat.inTurn(address, async (here) => {
      // A message may have come first.
      if ((await ofChat.currentId(here)) !== null) return;
      const id = await this.addByDefault(here, ASKED_BY_NOBODY, now());
      // Whatever is in memory offers what it owes.
      await sessions.use(id, () => undefined);
    });
  }

  get #rules() {
    const { config, home } = this.#options;
    return { ...config, home };
  }

  async #add(address: ChatAddress, wanted: Beginning, createdBy: number, at: number): Promise<string> {
    const { chats, log } = this.#options;
    const request = `${address.chatId}/${createdBy === ASKED_BY_NOBODY ? (wanted.claudeSessionId ?? '') : createdBy}`;
    const record =
      this.#unlisted.get(request) ?? (await this.#createRecord(placeOf(address, wanted), wanted, at));
    this.#unlisted.set(request, record);
    await chats.add(record, createdBy, wanted.isForTopic !== true);
    this.#unlisted.delete(request);
    log.info({ sessionId: record.id, chatId: address.chatId }, 'session.created');
    return record.id;
  }

  async #createRecord(address: ChatAddress, wanted: Beginning, at: number): Promise<SessionRecord> {
    const { chats, sessions, store, config } = this.#options;
    const takenNames = (await chats.liveRecords(address)).map(({ name }) => name);
    const fresh = newSession({ address, ...wanted, takenNames, epoch: store.epoch, at }, config);
    const record = await this.#afterUnreadable(address, fresh, at);
    await sessions.create(record);
    return record;
  }

  /** Owes the chat a word about a current session whose record can't be read. */
  async #afterUnreadable(address: ChatAddress, fresh: SessionRecord, at: number): Promise<SessionRecord> {
    const { chats, sessions, store } = this.#options;
    const lost = await chats.currentId(address);
    if (lost === null || (await sessions.record(lost))) return fresh;
    const path = store.setAside.find(({ name }) => name === lost)?.path ?? null;
    return oweNotice(fresh, at, { type: 'recordUnreadable', path });
  }
}

/** A session whose topic is still to be made is not in the one in which it was asked for. */
function placeOf({ chatId, threadId }: ChatAddress, { isForTopic }: Beginning): ChatAddress {
  return { chatId, threadId: isForTopic === true ? null : threadId };
}
