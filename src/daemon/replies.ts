/** What the bot itself says to people's messages: kept in the chat's record until Telegram took it, and said once. */
import type { ChatRecord } from '../store/ports.ts';
import type { OwedReply, RepliesPort, TelegramPort } from '../telegram/ports.ts';
import type { Chats } from './chats.ts';
import type { DaemonLog } from './log.ts';

/** How many answered messages a chat remembers. Telegram redelivers at most one batch of 100. */
const ANSWERED_KEPT = 200;
/** Where the bot may not write, replies pile up no higher than this. */
const OWED_KEPT = 50;

export interface RepliesOptions {
  chats: Chats;
  /** Runs the task when nothing else changes the chat. */
  inTurn: <T>(chatId: number, task: () => Promise<T>) => Promise<T>;
  telegram: Pick<TelegramPort, 'offerReplies'>;
  log: DaemonLog;
}

export function createReplies({ chats, inTurn, telegram, log }: RepliesOptions): RepliesPort {
  return {
    wasAnswered: (chatId, messageId) =>
      inTurn(chatId, async () => {
        const { answered, outbox } = await chats.record(chatId);
        if (!answered.includes(messageId)) return false;
        // What Telegram took already needs the disk no more.
        if (outbox.some((reply) => reply.messageId === messageId)) await chats.saved(chatId);
        return true;
      }),

    owe: (chatId, reply) =>
      inTurn(chatId, async () => {
        try {
          await chats.update(chatId, (chat) => owing(chat, reply));
        } finally {
          // Also if the disk refuses: then the sender is told at once, and the update waits for the disk.
          const { outbox } = await chats.record(chatId);
          if (outbox.includes(reply)) telegram.offerReplies(chatId, [reply]);
          else log.warn({ chatId }, 'reply.dropped');
        }
      }),

    notePart: (chatId, messageId, partsSent) =>
      inTurn(chatId, () =>
        chats.update(chatId, (chat) => ({
          ...chat,
          outbox: chat.outbox.map((reply) =>
            reply.messageId === messageId ? { ...reply, partsSent } : reply,
          ),
        })),
      ),

    noteTaken: (chatId, messageId) =>
      inTurn(chatId, () =>
        chats.update(chatId, (chat) => ({
          ...chat,
          outbox: chat.outbox.filter((reply) => reply.messageId !== messageId),
        })),
      ),
  };
}

function owing(chat: ChatRecord, reply: OwedReply): ChatRecord {
  const answered = [...chat.answered, reply.messageId].slice(-ANSWERED_KEPT);
  const outbox = chat.outbox.length < OWED_KEPT ? [...chat.outbox, reply] : chat.outbox;
  return { ...chat, answered, outbox };
}
