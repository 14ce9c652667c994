/** Puts a conversation that was begun in a terminal into a chat, for `hibernaut adopt`. */
import type { SessionView } from '../../../machines/session-view.ts';
import type { ConversationsPort } from '../../claude/ports.ts';
import { sessionName } from '../../words/session-name.ts';
import type { Store } from '../../store/ports.ts';
import type { AccessList } from '../chats/access.ts';
import type { ChatSessions } from '../chats/chat-sessions.ts';
import type { Topics } from '../chats/topics.ts';
import type { TelegramPort } from '../../telegram/ports.ts';
import type { Conversations } from '../sessions/conversations.ts';
import type { Sessions } from '../sessions/sessions.ts';

/** One of a folder's. */
export interface Adoptable {
  claudeSessionId: string;
  /** One line. */
  title: string;
  /** Wall clock, ms since the epoch. */
  lastUsedAt: number;
  /** The session that has it, of whatever chat; null if none has. */
  sessionId: string | null;
}

export interface AdoptRequest {
  claudeSessionId: string;
  /** Null: the only private chat there is. */
  chatId: number | null;
  /** Null: after the conversation. */
  name: string | null;
  /** Where the terminal is, for people. */
  host: string;
}

/** `refused`: a sentence. */
export type Adopted =
  /** `noTopic`: why it got no topic of its own in a chat that has topics, in Telegram's words; else null. */
  { session: SessionView; noTopic: string | null } | { refused: string };

export interface Adopting {
  /** The conversations that were begun in this folder (absolute), the last used first. */
  list(folder: string): Promise<Adoptable[]>;
  /**
   * Goes on with it in a new session, as /resume in the chat does: in a topic of its own if the chat has topics, else as the
   * chat's current one. It is told there.
   */
  adopt(request: AdoptRequest): Promise<Adopted>;
}

export interface AdoptingOptions {
  known: Conversations;
  conversations: ConversationsPort;
  sessions: Sessions;
  ofChat: ChatSessions;
  topics: Pick<Topics, 'place'>;
  telegram: Pick<TelegramPort, 'makeTopic'>;
  store: Pick<Store, 'chatIds'>;
  /** Who may use the bot: a private chat has its person's id. */
  people: () => AccessList['people'];
  /** Whether anybody who is allowed is in the chat. */
  isServed: (chatId: number) => boolean;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

export function createAdopting(options: AdoptingOptions): Adopting {
  const { known, conversations, sessions, ofChat, topics, telegram, store, people, isServed, now } = options;

  /** The chat that is meant, or why none is. */
  async function chatFor(wanted: number | null): Promise<number | { refused: string }> {
    const written = (await store.chatIds()).filter(isServed);
    const chats = [...new Set([...written, ...people().map(({ userId }) => userId)])];
    if (wanted !== null) {
      return chats.includes(wanted)
        ? wanted
        : { refused: `There is no chat ${String(wanted)} here. ${listed(chats)}` };
    }
    const [only, ...others] = chats.filter((id) => id > 0);
    if (only === undefined) return { refused: 'Nobody has access yet. "hibernaut pair" lets somebody in.' };
    return others.length === 0 ? only : { refused: `There are several chats. ${listed(chats)}` };
  }

  /** Resolves with why it got no topic of its own. */
  async function settle(chatId: number, id: string, name: string): Promise<string | null> {
    const topic = await telegram.makeTopic(chatId, name);
    const threadId = topic && 'threadId' in topic ? topic.threadId : null;
    await topics.place(chatId, id, threadId, now());
    return topic && 'refused' in topic ? topic.refused : null;
  }

  return {
    list: async (folder) => {
      const found = await conversations.list(folder);
      const all: Adoptable[] = [];
      for (const { claudeSessionId, title, lastUsedAt } of found) {
        const sessionId = (await known.holderOf(claudeSessionId))?.id ?? null;
        all.push({ claudeSessionId, title: sessionName(title) ?? claudeSessionId, lastUsedAt, sessionId });
      }
      return all;
    },

    adopt: async ({ claudeSessionId, chatId: wanted, name, host }) => {
      const chatId = await chatFor(wanted);
      if (typeof chatId !== 'number') return chatId;
      const holder = await known.holderOf(claudeSessionId);
      if (holder) return { refused: alreadyText(holder.id, holder.chatId) };
      const at = now();
      const resumed = await known.resume(
        { chatId, threadId: null },
        { claudeSessionId, at, isForTopic: true },
      );
      if (!('session' in resumed)) return { refused: resumed.refused };
      const { id } = resumed.session;
      const own = name === null ? null : sessionName(name);
      if (own !== null) await ofChat.rename(chatId, id, own, at);
      const noTopic = resumed.isNew ? await settle(chatId, id, own ?? resumed.session.name) : null;
      await sessions.use(id, (session) => session.tellDurably({ type: 'desk.adopted', host, at }));
      return { session: (await sessions.view(id)) ?? resumed.session, noTopic };
    },
  };
}

function listed(chats: readonly number[]): string {
  return `Say which with --chat: ${chats.map(String).join(', ')}.`;
}

function alreadyText(sessionId: string, chatId: number): string {
  return `Session ${sessionId} of chat ${String(chatId)} has this conversation already. "hibernaut attach ${sessionId}" goes on with it here.`;
}
