/** What people write, and what the bot itself says to it. */
import type { OwedReply } from '../../../machines/owed-reply.ts';
import type { Unconfirmed } from '../../../machines/session-record.ts';
import type { Arrival, IncomingMessage } from '../arrival.ts';

/** Where a conversation with people takes place: a chat, or one topic of it. */
export interface ChatAddress {
  chatId: number;
  /** Null outside forum topics. */
  threadId: number | null;
}

/** Refused with a sentence for the sender that says what to do instead. */
export interface Refusal {
  refused: string;
}

/** What waits for a chat that Telegram refuses (the bot is blocked, was thrown out …). */
export interface Undelivered {
  chatId: number;
  /** Wall clock, ms since the epoch. */
  since: number;
  /** Telegram's own words. */
  reason: string;
  items: number;
}

/** What the bot itself owes to chats: replies to commands, and to messages that it can't hand to Claude. */
export interface RepliesPort {
  /**
   * Whether the message was answered before, so that a redelivered command is not done again. Resolves when that is
   * durable, or Telegram has the reply.
   */
  wasAnswered(chatId: number, messageId: number): Promise<boolean>;
  /** Resolves when it is durable; it comes back through `TelegramPort.offerReplies`, also if the disk refuses now. */
  owe(chatId: number, reply: OwedReply): Promise<void>;
  /** Telegram took some of its parts. */
  notePart(chatId: number, messageId: number, partsSent: number): Promise<void>;
  /** Telegram took all of it. */
  noteTaken(chatId: number, messageId: number): Promise<void>;
  /** The connection broke before Telegram said whether it took the next part. The second time it is given up. */
  noteOutcomeUnknown(chatId: number, messageId: number): Promise<void>;
  /** Telegram takes nothing in this chat, in its own words. */
  noteChatRefused(chatId: number, reason: string): Promise<void>;
  /** Those that were given up since the person wrote last. */
  unconfirmed(chatId: number): Promise<Unconfirmed | null>;
}

/** Messages for Claude. */
export interface IntakePort {
  /**
   * Puts the message into the inbox of the chat's current session, or of a new one. Refused if too many wait there, of
   * several such messages the first. Where something arrives (`arrive`), it takes its place behind that.
   */
  accept(address: ChatAddress, message: IncomingMessage): Promise<void | Refusal>;
  /**
   * Takes a message that may bring files, or be a piece of something longer. It goes to the session that is current
   * now, as one prompt with its other pieces, once its files were fetched. Refused as `accept` refuses.
   */
  arrive(address: ChatAddress, message: Arrival): Promise<void | Refusal>;
  /** Whether there is something that waits for another piece. */
  isArriving(address: ChatAddress, pieceOf: string): Promise<boolean>;
}

/** A message that a person wrote. */
export interface PersonMessage {
  chatId: number;
  messageId: number;
}

/** What has become of a person's message. `taken`: by Claude. `dropped`: it has no answer, and gets none. */
export type Standing = 'waiting' | 'taken' | 'answered' | 'dropped';
