/** Sends one message, in a simpler shape if Telegram refuses the first. */
import { GrammyError, type Api } from 'grammy';
import { apiSignal } from '../api.ts';
import { isChatRefused, simplerMessage, type OutgoingMessage } from './outgoing.ts';

/**
 * @returns the id of the message in the chat
 * @throws what grammY throws, for whatever a simpler shape can't help: too fast, blocked, no connection …
 */
export async function sendMessage(api: Api, message: OutgoingMessage, signal: AbortSignal): Promise<number> {
  try {
    const { chatId } = message.address;
    const sent = await api.sendMessage(chatId, message.text.text, optionsOf(message), apiSignal(signal));
    return sent.message_id;
  } catch (error) {
    const next = nextShape(message, error);
    if (!next) throw error;
    return sendMessage(api, next, signal);
  }
}

function nextShape(message: OutgoingMessage, error: unknown): OutgoingMessage | null {
  if (!(error instanceof GrammyError)) return null;
  const movedTo = error.parameters.migrate_to_chat_id;
  if (movedTo !== undefined && movedTo !== message.address.chatId) {
    return { ...message, address: { ...message.address, chatId: movedTo } };
  }
  return isContentRefused(error) ? simplerMessage(message, error.description) : null;
}

function optionsOf({ address, text, replyTo, keyboard, isSilent }: OutgoingMessage) {
  return {
    entities: text.entities,
    // A preview would fetch an address that the model's words name, and so could carry data away.
    link_preview_options: { is_disabled: true },
    ...(address.threadId !== null && { message_thread_id: address.threadId }),
    ...(replyTo !== null && {
      reply_parameters: { message_id: replyTo, allow_sending_without_reply: true },
    }),
    ...(keyboard && { reply_markup: keyboard }),
    ...(isSilent && { disable_notification: true }),
  };
}

/** A 400 about what the message says, not about the chat that it goes to. */
export function isContentRefused(error: unknown): error is GrammyError {
  return (
    error instanceof GrammyError &&
    error.error_code === 400 &&
    error.parameters.migrate_to_chat_id === undefined &&
    !isChatRefused(error.error_code, error.description)
  );
}
