/** One message on its way out, and what else can be said when Telegram refuses it as it is. Pure. */
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { ChatAddress } from '../ports.ts';
import { concat, type RichText } from '../render/rich-text.ts';
import { refusedText, topicGoneText } from '../texts/delivery.ts';

export interface OutgoingMessage {
  address: ChatAddress;
  text: RichText;
  /** The message it answers. */
  replyTo: number | null;
  keyboard: InlineKeyboardMarkup | null;
  /** True: the phone does not ring. */
  isSilent: boolean;
}

/**
 * The message in a shape that Telegram may take after it refused this one, or null if there is none. Each shape is
 * simpler than the one before, so this ends.
 * @param description Telegram's own words (a 400), such as `Bad Request: message thread not found`
 */
export function simplerMessage(message: OutgoingMessage, description: string): OutgoingMessage | null {
  const { address, text, replyTo } = message;
  if (address.threadId !== null && /thread not found|topic/i.test(description)) {
    const toChat = { chatId: address.chatId, threadId: null };
    return { ...message, address: toChat, replyTo: null, text: concat(topicGoneText(), text) };
  }
  if (replyTo !== null && /repl(y|ied)/i.test(description)) return { ...message, replyTo: null };
  if (text.entities.length > 0) return { ...message, text: { text: text.text, entities: [] } };
  const refused = refusedText(description);
  if (text.text === refused.text) return null;
  return { ...message, replyTo: null, keyboard: null, text: refused };
}

/** True if Telegram refuses not this message but the chat: blocked, kicked, gone, or no right to write. */
export function isChatRefused(code: number, description: string): boolean {
  if (code !== 400) return true;
  return /chat not found|not enough rights|have no rights|need administrator rights|CHAT_\w+_FORBIDDEN|CHAT_RESTRICTED|PEER_ID_INVALID|USER_IS_BLOCKED/i.test(
    description,
  );
}
