/** Sends one message, words or a file, in a simpler shape if Telegram refuses the first. */
import { GrammyError, type Api } from 'grammy';
import { apiSignal } from '../api.ts';
import { sendAlbum, uploadOf } from './album.ts';
import { isChatRefused, isTopicGone, simplerMessage, type OutgoingMessage } from './outgoing.ts';

/**
 * @param onTopicGone told that the message's topic was deleted, so that it goes to the chat itself
 * @returns the id of the message in the chat
 * @throws what grammY throws, for whatever a simpler shape can't help: too fast, blocked, no connection … and, for a
 * file, that Telegram does not take it (`isContentRefused`) or that it can't be read (`FileGoneError`)
 */
export async function sendMessage(
  api: Api,
  message: OutgoingMessage,
  signal: AbortSignal,
  onTopicGone: () => void = () => {},
): Promise<number> {
  try {
    const sent = await send(api, message, signal);
    return sent.message_id;
  } catch (error) {
    const next = nextShape(message, error);
    if (!next) throw error;
    if (isContentRefused(error) && isTopicGone(message, error.description)) onTopicGone();
    return sendMessage(api, next, signal, onTopicGone);
  }
}

function send(api: Api, message: OutgoingMessage, signal: AbortSignal): Promise<{ message_id: number }> {
  const { address, text, document, album } = message;
  const options = optionsOf(message);
  if (album) return sendAlbum(api, { chatId: address.chatId, album, caption: text, options }, signal);
  if (document) {
    const captioned = { ...options, caption: text.text, caption_entities: text.entities };
    return api.sendDocument(
      address.chatId,
      uploadOf(document.fileName, document.bytes),
      captioned,
      apiSignal(signal),
    );
  }
  // A preview would fetch an address that the model's words name, and so could carry data away.
  const written = { ...options, entities: text.entities, link_preview_options: { is_disabled: true } };
  return api.sendMessage(address.chatId, text.text, written, apiSignal(signal));
}

function nextShape(message: OutgoingMessage, error: unknown): OutgoingMessage | null {
  if (!(error instanceof GrammyError)) return null;
  const movedTo = error.parameters.migrate_to_chat_id;
  if (movedTo !== undefined && movedTo !== message.address.chatId) {
    // There the messages are counted anew: the one that it answers would be another one.
    return { ...message, address: { ...message.address, chatId: movedTo }, replyTo: null };
  }
  return isContentRefused(error) ? simplerMessage(message, error.description) : null;
}

function optionsOf({ address, replyTo, keyboard, isSilent }: OutgoingMessage) {
  return {
    ...(address.threadId !== null && { message_thread_id: address.threadId }),
    // Not above 0: something that no message asked for, or one of a group's former life.
    ...(replyTo !== null &&
      replyTo > 0 && {
        reply_parameters: { message_id: replyTo, allow_sending_without_reply: true },
      }),
    ...(keyboard && { reply_markup: keyboard }),
    ...(isSilent && { disable_notification: true }),
  };
}

/** Telegram refuses what the message says or holds (400, or 413 for a file that is too large), not the chat that it goes to. */
export function isContentRefused(error: unknown): error is GrammyError {
  return (
    error instanceof GrammyError &&
    (error.error_code === 400 || error.error_code === 413) &&
    error.parameters.migrate_to_chat_id === undefined &&
    !isChatRefused(error.error_code, error.description)
  );
}
