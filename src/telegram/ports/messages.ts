/** What people write, and what the bot itself says to it. */
import type { OutgoingFile, Unconfirmed } from '../../../machines/session-record.ts';
import type { Arrival } from '../arrival.ts';

/** Where a conversation with people takes place: a chat, or one topic of it. */
export interface ChatAddress {
  chatId: number;
  /** Null outside forum topics. */
  threadId: number | null;
}

/** A person's message, ready for a session's inbox. */
export interface IncomingMessage {
  /** The same Telegram message always has the same one (uuid v5 of bot, chat and message id). */
  uuid: string;
  messageId: number;
  text: string;
  /** Wall clock, ms since the epoch. */
  at: number;
  /** It was sent with the command line, so the chat is shown it. */
  by?: 'commandLine';
}

/** Refused with a sentence for the sender that says what to do instead. */
export interface Refusal {
  refused: string;
}

/** What the bot itself says to a message of a person, ready to be sent. */
export interface OwedReply {
  /** The message that it answers: each is answered once. Below 0: no message, but something else that happened once. */
  messageId: number;
  threadId: number | null;
  text: string;
  /** Telegram's own (Bot API, MessageEntity). */
  entities: Record<string, unknown>[];
  /** Rows of buttons, each with what it tells the bot. */
  buttons: { text: string; data: string }[][];
  /** Sent with the text as its caption. */
  file?: OutgoingFile;
  /** How many of its parts Telegram already took. */
  partsSent: number;
  /** How often the outcome of sending its next part is unknown. */
  doubts: number;
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
