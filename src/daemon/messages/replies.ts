/** What the bot itself says to people's messages: kept in the chat's record until Telegram took it, and said once. */
import type { OwedReply } from '../../../machines/owed-reply.ts';
import { isGivenUp, noteChatRefused } from '../../../machines/session-outbox.ts';
import type { ChatRecord } from '../../store/ports.ts';
import type { RepliesPort, TelegramPort } from '../../telegram/ports.ts';
import { savingLater } from '../chats/chat-saving.ts';
import { idWithin } from '../chats/chat-sessions.ts';
import type { Chats } from '../chats/chats.ts';
import type { DaemonLog } from '../log.ts';
import { copiesOf } from '../sessions/record-only.ts';
import type { ClockOfActors } from '../sessions/saving.ts';
import type { UndeliveredMail } from '../chats/undelivered.ts';
import type { WorkspacePort } from '../../workspace/ports.ts';

/** How many answered messages a chat remembers. Telegram redelivers at most one batch of 100. */
const ANSWERED_KEPT = 200;
/** Where the bot may not write, replies pile up no higher than this. */
const OWED_KEPT = 50;

export interface RepliesOptions {
  chats: Chats;
  /** Runs the task when nothing else changes the chat, with the one that it may have moved to. */
  inTurn: <T>(chatId: number, task: (chatId: number) => Promise<T>) => Promise<T>;
  telegram: Pick<TelegramPort, 'offerReplies'>;
  undelivered: UndeliveredMail;
  /** Of the files that replies owe. */
  copies: Pick<WorkspacePort, 'drop'>;
  clock: ClockOfActors;
  log: DaemonLog;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

export function createReplies(options: RepliesOptions): RepliesPort {
  const { chats, inTurn, telegram, undelivered, copies, log, now } = options;
  const saveLater = savingLater(options);

  /** @param there where Telegram's side knows the message; its id may be another one where the chat is now */
  const update = (
    there: number,
    messageId: number,
    change: (chat: ChatRecord, messageId: number) => ChatRecord,
  ): Promise<void> =>
    inTurn(there, async (chatId) => {
      try {
        const before = copiesOf(await chats.record(chatId));
        await chats.update(chatId, (chat) => change(chat, idAt(chatId, there, messageId)));
        const owed = copiesOf(await chats.record(chatId));
        await copies.drop([...before].filter((key) => !owed.has(key)));
      } catch (error) {
        saveLater(chatId, error);
        throw error;
      } finally {
        undelivered.noteChat(await chats.record(chatId));
      }
    });

  return {
    wasAnswered: (there, thereId) =>
      inTurn(there, async (chatId) => {
        const messageId = idAt(chatId, there, thereId);
        const { answered, outbox } = await chats.record(chatId);
        if (!answered.includes(messageId)) return false;
        // What Telegram took already needs the disk no more.
        if (outbox.some((reply) => reply.messageId === messageId)) await chats.saved(chatId);
        return true;
      }),

    owe: async (there, reply) => {
      let owed: { chatId: number; reply: OwedReply } | null = null;
      try {
        await update(there, reply.messageId, (chat, messageId) => {
          owed = { chatId: chat.chatId, reply: { ...reply, messageId } };
          return owing(chat, owed.reply);
        });
      } finally {
        // Also if the disk refuses: then the sender is told at once, and the update waits for the disk.
        await offer(owed ?? { chatId: there, reply });
      }
    },

    notePart: (there, messageId, partsSent) =>
      update(there, messageId, (chat, id) => ({
        ...replaceReply(chat, id, (reply) => ({ ...reply, partsSent, doubts: 0 })),
        undeliverable: null,
      })),

    noteTaken: (there, messageId) =>
      update(there, messageId, (chat, id) => ({ ...without(chat, id), undeliverable: null })),

    noteOutcomeUnknown: (there, messageId) =>
      update(there, messageId, (chat, id) => doubting(chat, id, now())),

    noteChatRefused: (there, reason) =>
      update(there, NO_MESSAGE, (chat) => noteChatRefused(chat, reason, now())),

    unconfirmed: async (chatId) => (await chats.record(chatId)).unconfirmed,
  };

  async function offer({ chatId, reply }: { chatId: number; reply: OwedReply }): Promise<void> {
    const { outbox } = await chats.record(chatId);
    if (outbox.includes(reply)) {
      telegram.offerReplies(chatId, [reply]);
      return;
    }
    log.warn({ chatId }, 'reply.dropped');
    if (reply.file) await copies.drop([reply.file.key]);
  }
}

const NO_MESSAGE = 0;

function idAt(chatId: number, there: number, messageId: number): number {
  return idWithin({ chatId }, { chatId: there }, messageId);
}

/** The reply is owed, and its message answered. */
export function owing(chat: ChatRecord, reply: OwedReply): ChatRecord {
  const answered = [...chat.answered, reply.messageId].slice(-ANSWERED_KEPT);
  const outbox = chat.outbox.length < OWED_KEPT ? [...chat.outbox, reply] : chat.outbox;
  return { ...chat, answered, outbox, unconfirmed: null };
}

/** Whoever misses it can ask again: a word about it is in /status. */
function doubting(chat: ChatRecord, messageId: number, at: number): ChatRecord {
  const doubts = (chat.outbox.find((reply) => reply.messageId === messageId)?.doubts ?? 0) + 1;
  if (!isGivenUp(doubts)) return replaceReply(chat, messageId, (reply) => ({ ...reply, doubts }));
  return {
    ...without(chat, messageId),
    unconfirmed: { count: (chat.unconfirmed?.count ?? 0) + 1, at },
  };
}

function without(chat: ChatRecord, messageId: number): ChatRecord {
  return { ...chat, outbox: chat.outbox.filter((reply) => reply.messageId !== messageId) };
}

function replaceReply(chat: ChatRecord, messageId: number, by: (reply: OwedReply) => OwedReply): ChatRecord {
  return { ...chat, outbox: chat.outbox.map((reply) => (reply.messageId === messageId ? by(reply) : reply)) };
}
