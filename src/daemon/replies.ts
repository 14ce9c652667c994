/** What the bot itself says to people's messages: kept in the chat's record until Telegram took it, and said once. */
import { MAX_DOUBTS, noteChatRefused } from '../../machines/session-outbox.ts';
import type { ChatRecord } from '../store/ports.ts';
import type { OwedReply, RepliesPort, TelegramPort } from '../telegram/ports.ts';
import { savingLater } from './chat-saving.ts';
import type { Chats } from './chats.ts';
import type { DaemonLog } from './log.ts';
import { copiesOf } from './record-only.ts';
import type { ClockOfActors } from './saving.ts';
import type { UndeliveredMail } from './undelivered.ts';
import type { WorkspacePort } from '../workspace/ports.ts';

/** How many answered messages a chat remembers. Telegram redelivers at most one batch of 100. */
const ANSWERED_KEPT = 200;
/** Where the bot may not write, replies pile up no higher than this. */
const OWED_KEPT = 50;

export interface RepliesOptions {
  chats: Chats;
  /** Runs the task when nothing else changes the chat. */
  inTurn: <T>(chatId: number, task: () => Promise<T>) => Promise<T>;
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

  const update = (chatId: number, change: (chat: ChatRecord) => ChatRecord): Promise<void> =>
    inTurn(chatId, async () => {
      try {
        const before = copiesOf(await chats.record(chatId));
        await chats.update(chatId, change);
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
    wasAnswered: (chatId, messageId) =>
      inTurn(chatId, async () => {
        const { answered, outbox } = await chats.record(chatId);
        if (!answered.includes(messageId)) return false;
        // What Telegram took already needs the disk no more.
        if (outbox.some((reply) => reply.messageId === messageId)) await chats.saved(chatId);
        return true;
      }),

    owe: async (chatId, reply) => {
      try {
        await update(chatId, (chat) => owing(chat, reply));
      } finally {
        // Also if the disk refuses: then the sender is told at once, and the update waits for the disk.
        const { outbox } = await chats.record(chatId);
        if (outbox.includes(reply)) telegram.offerReplies(chatId, [reply]);
        else {
          log.warn({ chatId }, 'reply.dropped');
          if (reply.file) await copies.drop([reply.file.key]);
        }
      }
    },

    notePart: (chatId, messageId, partsSent) =>
      update(chatId, (chat) => ({
        ...replaceReply(chat, messageId, (reply) => ({ ...reply, partsSent, doubts: 0 })),
        undeliverable: null,
      })),

    noteTaken: (chatId, messageId) =>
      update(chatId, (chat) => ({ ...without(chat, messageId), undeliverable: null })),

    noteOutcomeUnknown: (chatId, messageId) => update(chatId, (chat) => doubting(chat, messageId, now())),

    noteChatRefused: (chatId, reason) => update(chatId, (chat) => noteChatRefused(chat, reason, now())),

    unconfirmed: async (chatId) => (await chats.record(chatId)).unconfirmed,
  };
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
  if (doubts <= MAX_DOUBTS) return replaceReply(chat, messageId, (reply) => ({ ...reply, doubts }));
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
