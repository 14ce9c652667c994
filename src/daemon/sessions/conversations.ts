/** Conversations that Claude Code keeps: which there are, and how one, or a copy of one, becomes a session of a chat. */
import type { SessionRecord } from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import type { ConversationsPort, KnownConversation } from '../../claude/ports.ts';
import type { Store } from '../../store/ports.ts';
import { sessionName } from '../../words/session-name.ts';
import type { ChatAddress, ConversationChoicePort, Refusal, Resumed } from '../../telegram/ports.ts';
import { idWithin, type ChatSessions } from '../chats/chat-sessions.ts';
import type { Chats } from '../chats/chats.ts';
import { conversationHolders } from './conversation-holders.ts';
import { resolveFolder, type FolderRules } from './folders.ts';
import type { DaemonLog } from '../log.ts';
import type { Beginning } from './new-session.ts';
import { OneByOne } from '../../one-by-one.ts';
import type { SessionMaking } from './session-making.ts';
import type { Sessions } from './sessions.ts';
import {
  CONVERSATION_ENDING_TEXT,
  CONVERSATION_OF_ANOTHER_CHAT_TEXT,
  NOTHING_TO_FORK_TEXT,
  NOT_COPIED_TEXT,
  UNKNOWN_CONVERSATION_TEXT,
  forkAtWorkText,
  nothingSaidYetText,
  openElsewhereText,
} from '../../telegram/texts/refusals.ts';

export interface ConversationsOptions {
  conversations: ConversationsPort;
  sessions: Sessions;
  chats: Chats;
  ofChat: ChatSessions;
  making: SessionMaking;
  store: Pick<Store, 'sessionsWith'>;
  rules: FolderRules;
  log: DaemonLog;
}

/** What is copied, and what the copy takes over. */
type Source = Pick<Beginning, 'workspace' | 'settings'> & { claudeSessionId: string; name: string };

type ForkRequest = Parameters<ConversationChoicePort['fork']>[1];

export class Conversations implements ConversationChoicePort {
  readonly #options: ConversationsOptions;
  /** By conversation: two chats that want the same one at once must not both get it. */
  readonly #perConversation = new OneByOne<string>();

  constructor(options: ConversationsOptions) {
    this.#options = options;
  }

  async conversations(address: ChatAddress) {
    const { conversations, ofChat, rules } = this.#options;
    const folder = (await ofChat.current(address))?.workspace ?? rules.workspace;
    const [found, views] = await Promise.all([conversations.list(folder), ofChat.list(address.chatId)]);
    return {
      folder,
      conversations: found.map(({ claudeSessionId, title, lastUsedAt }) => ({
        claudeSessionId,
        title: sessionName(title) ?? claudeSessionId,
        lastUsedAt,
        session: views.find((view) => view.claudeSessionId === claudeSessionId)?.name ?? null,
      })),
    };
  }

  resume(
    address: ChatAddress,
    { claudeSessionId, at, isForTopic = false }: Parameters<ConversationChoicePort['resume']>[1],
  ): Promise<Resumed> {
    return this.#perConversation.run(claudeSessionId, async () => {
      const wanted = await this.#find(claudeSessionId);
      if ('refused' in wanted) return wanted;
      const holder = await this.holderOf(claudeSessionId);
      if (holder) return this.#goTo(holder, address);
      const pid = await this.#options.conversations.openIn(claudeSessionId);
      if (pid !== null) return { refused: openElsewhereText(pid), canFork: true };
      const { title, folder: workspace } = wanted;
      const beginning = {
        workspace,
        name: sessionName(title),
        namedBy: 'conversation',
        claudeSessionId,
        isForTopic,
      } as const;
      return { session: await this.#options.making.begin(address, null, beginning, at), isNew: true };
    });
  }

  fork(address: ChatAddress, request: ForkRequest): Promise<SessionView | Refusal> {
    const { chats, ofChat, making, log } = this.#options;
    return ofChat.inTurn(address, async (here) => {
      const requestId = idWithin(here, address, request.requestId);
      const made = await chats.createdBy(here.chatId, requestId);
      const view = await ofChat.view(made);
      if (view) return view;
      const source = await this.#sourceOf(here, request.claudeSessionId);
      if ('refused' in source) return source;
      const { claudeSessionId, name, ...rest } = source;
      let copy: string;
      try {
        copy = await this.#options.conversations.fork(claudeSessionId, request.name);
      } catch (error) {
        log.error({ claudeSessionId, err: error }, 'conversation.notForked');
        return { refused: NOT_COPIED_TEXT };
      }
      const beginning = {
        ...rest,
        name: request.name ?? sessionName(`${name} (fork)`),
        namedBy: request.name === null ? ('conversation' as const) : ('person' as const),
        claudeSessionId: copy,
        isForTopic: request.isForTopic ?? false,
      };
      return making.beginInTurn(here, requestId, beginning, request.at);
    });
  }

  /** What is to be copied, and what the copy takes over. Only within a turn of the chat. */
  async #sourceOf(address: ChatAddress, claudeSessionId: string | null): Promise<Source | Refusal> {
    if (claudeSessionId === null) {
      const id = await this.#options.ofChat.currentId(address);
      const current = id === null ? null : await this.#options.sessions.record(id);
      return current ? forkable(current) : { refused: NOTHING_TO_FORK_TEXT };
    }
    const found = await this.#find(claudeSessionId);
    if ('refused' in found) return found;
    const holder = await this.holderOf(claudeSessionId);
    if (holder)
      return holder.chatId === address.chatId
        ? forkable(holder)
        : { refused: CONVERSATION_OF_ANOTHER_CHAT_TEXT };
    return { claudeSessionId, name: found.title, workspace: found.folder };
  }

  async #find(claudeSessionId: string): Promise<KnownConversation | (Refusal & { canFork: false })> {
    const found = await this.#options.conversations.find(claudeSessionId);
    if (!found) {
      return { refused: UNKNOWN_CONVERSATION_TEXT, canFork: false };
    }
    const folder = await resolveFolder(found.folder, this.#options.rules);
    return typeof folder === 'string' ? { ...found, folder } : { ...folder, canFork: false };
  }

  /** The session that has it, of whatever chat. One that has ended has it as long as its process lives. */
  async holderOf(claudeSessionId: string): Promise<SessionRecord | null> {
    const { store, sessions, chats } = this.#options;
    const holders = await conversationHolders(claudeSessionId, { store, sessions });
    for (const holder of holders) {
      // One that its chat does not know was left when the disk refused, or the daemon died: nobody can reach it.
      if (await chats.has(holder.chatId, holder.id)) return holder;
    }
    return null;
  }

  async #goTo(holder: SessionRecord, address: ChatAddress): Promise<Resumed> {
    const { ofChat } = this.#options;
    if (holder.chatId !== address.chatId)
      return { refused: CONVERSATION_OF_ANOTHER_CHAT_TEXT, canFork: false };
    const session =
      (await ofChat.select(address, holder.id)) ?? (await ofChat.one(address.chatId, holder.id));
    if (session) return { session, isNew: false };
    return { refused: CONVERSATION_ENDING_TEXT, canFork: false };
  }
}

function forkable(record: SessionRecord): Source | Refusal {
  const { state, conversationStarted, name } = record;
  if (!conversationStarted) {
    return { refused: nothingSaidYetText(name) };
  }
  if (state === 'active') {
    return { refused: forkAtWorkText(name) };
  }
  const { claudeSessionId, workspace, model, effort, permissionMode, idleTimeoutMs } = record;
  return { claudeSessionId, name, workspace, settings: { model, effort, permissionMode, idleTimeoutMs } };
}
