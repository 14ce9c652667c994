/** What the bot itself says to a person's message (to a command, to a photo …), until Telegram took it. */
import type { OutgoingFile } from './session-record.ts';

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
