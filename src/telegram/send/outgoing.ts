/** One message on its way out, and what else can be said when Telegram refuses it as it is. Pure. */
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { ChatAddress } from '../ports.ts';
import { concat, type RichText } from '../render/rich-text.ts';
import type { Album } from './album.ts';
import { refusedText, topicClosedText, topicGoneText } from '../texts/delivery.ts';

/** A file, from its bytes: 50 MB at most (Bot API, sendDocument). */
export interface OutgoingDocument {
  /** What people see, and save it as: any characters. Telegram tells its kind by the ending. */
  fileName: string;
  bytes: Uint8Array;
}

/** What one message holds: words, or files with the words as their caption. */
export interface MessagePart extends RichText {
  document?: OutgoingDocument;
  album?: Album;
}

/** Of a caption (Bot API, sendDocument), less what may have to be set before it (`topicGoneText`). UTF-16 units. */
export const CAPTION_LIMIT = 900;

export interface OutgoingMessage {
  address: ChatAddress;
  /** Of a file `CAPTION_LIMIT` at most, and empty for none. */
  text: RichText;
  /** Null: a message of words. */
  document: OutgoingDocument | null;
  /** Instead of a document. Without buttons. */
  album?: Album | null;
  /** The message it answers. */
  replyTo: number | null;
  keyboard: InlineKeyboardMarkup | null;
  /** True: the phone does not ring. */
  isSilent: boolean;
}

/**
 * The message in a shape that Telegram may take after it refused this one, or null if there is none. Each shape is
 * simpler than the one before, so this ends. A file stays a file: what else to say is for its sender to know.
 * @param description Telegram's own words (a 400), such as `Bad Request: message thread not found`
 */
export function simplerMessage(message: OutgoingMessage, description: string): OutgoingMessage | null {
  const { address, text, document, album, replyTo } = message;
  if (address.threadId !== null && /thread not found|topic/i.test(description)) {
    const toChat = { chatId: address.chatId, threadId: null };
    const why = isClosed(description) ? topicClosedText() : topicGoneText();
    return { ...message, address: toChat, replyTo: null, text: concat(why, text) };
  }
  if (replyTo !== null && /repl(y|ied)/i.test(description)) return { ...message, replyTo: null };
  // Its edges, its size, its format: a picture that is none to Telegram is a file still.
  if (album?.as === 'photo' && !/entit|url/i.test(description)) {
    return { ...message, album: { ...album, as: 'document' } };
  }
  if (text.entities.length > 0) return { ...message, text: { text: text.text, entities: [] } };
  if (document || album) return null;
  const refused = refusedText(description);
  if (text.text === refused.text) return null;
  return { ...message, replyTo: null, keyboard: null, text: refused };
}

/** True if the topic of the message was deleted, so that nothing goes there any more. */
export function isTopicGone({ address }: OutgoingMessage, description: string): boolean {
  return address.threadId !== null && /thread not found|topic/i.test(description) && !isClosed(description);
}

function isClosed(description: string): boolean {
  return /TOPIC_CLOSED/i.test(description);
}

/** A group may take words and no files: td `can_send_message_content`, and the server's own `CHAT_SEND_DOCS_FORBIDDEN`. */
const FILES_FORBIDDEN = /rights to send documents|CHAT_SEND_(DOCS|MEDIA)_FORBIDDEN/i;
/** Of an upload above the limit. */
const TOO_LARGE = 413;

/** True if Telegram refuses not this message but the chat: blocked, kicked, gone, or no right to write. */
export function isChatRefused(code: number, description: string): boolean {
  if (code === TOO_LARGE) return false;
  if (code !== 400) return true;
  if (FILES_FORBIDDEN.test(description)) return false;
  return /chat not found|not enough rights|have no rights|need administrator rights|CHAT_\w+_FORBIDDEN|CHAT_RESTRICTED|PEER_ID_INVALID|USER_IS_BLOCKED/i.test(
    description,
  );
}
