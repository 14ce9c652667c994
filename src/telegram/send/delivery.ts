/** What waits in a chat's line, each knowing its next call to Telegram: messages in parts with their files, edits, deletions. */
import type { Api } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import { isGivenUp } from '../../../machines/session-outbox.ts';
import { failureOf } from '../api-failure.ts';
import { apiSignal } from '../api.ts';
import type { ChatAddress } from '../ports.ts';
import type { RichText } from '../render/rich-text.ts';
import { fileGoneText, filesRefusedText, liveMessageOverText } from '../texts/delivery.ts';
import { FileGoneError } from './album.ts';
import type { MessagePart } from './outgoing.ts';
import { PartList } from './part-list.ts';
import { isContentRefused, sendMessage } from './send-message.ts';

export interface Delivery {
  /**
   * Makes the next call and resolves with whether that was the last one. Throws what grammY throws; then the same call
   * is made again when the line says so.
   */
  step(signal: AbortSignal): Promise<boolean>;
  /**
   * Told that nobody knows whether the last call was done. Whether it is to be made again. Without it a call may be
   * repeated freely, as an edit may.
   */
  outcomeUnknown?(): boolean;
  /** Told that Telegram takes nothing in this chat, in its own words; it stays in the line. */
  chatRefused?(reason: string): void;
}

export interface PartsOptions {
  address: ChatAddress;
  /**
   * Called when its turn has come: rendering is not for the path of an update. Never empty, and the same after a
   * restart, which goes on behind those that were sent. Words and files, in any order.
   */
  parts: () => MessagePart[] | Promise<MessagePart[]>;
  /**
   * What goes out instead of a file and of all that follows it, if Telegram does not take the file; it may be empty.
   * Null, or without this: a line in the file's place says so, and what follows it goes out.
   */
  partsWithoutFile?: () => MessagePart[] | null;
  /** How many parts Telegram has already; those without the file are counted behind all others. */
  partsSent: number;
  /** How often the outcome of sending the next part was unknown before. */
  doubts: number;
  replyTo: number | null;
  /** On the last part. */
  keyboard: InlineKeyboardMarkup | null;
  onPart: (partsSent: number) => void;
  /** @param messageId the last part's; null if all parts were sent before, or nothing is said in place of a file */
  onDone: (messageId: number | null) => void;
  /** @param doubts how often it is unknown of this part by now */
  onOutcomeUnknown: (doubts: number) => void;
  onChatRefused: (reason: string) => void;
  /** The topic was deleted: it goes to the chat itself. */
  onTopicGone?: () => void;
}

/** A message of any length, with files among its parts. Only its first part rings. */
export function messageDelivery(api: Api, options: PartsOptions): Delivery {
  let parts: PartList | null = null;
  let { partsSent, doubts } = options;
  return {
    outcomeUnknown: () => {
      doubts += 1;
      options.onOutcomeUnknown(doubts);
      return !isGivenUp(doubts);
    },
    chatRefused: (reason) => {
      // It may be refused for days, and a file is large.
      parts = null;
      options.onChatRefused(reason);
    },
    step: async (signal) => {
      parts ??= new PartList(await options.parts(), options.partsWithoutFile?.() ?? null, partsSent);
      const messageId = await sendPart(api, parts, options, signal);
      partsSent = parts.sent;
      doubts = 0;
      const isDone = parts.next === null;
      if (isDone) options.onDone(messageId);
      else options.onPart(partsSent);
      return isDone;
    },
  };
}

/** Sends the next part. Null if it is a file that Telegram does not take; then the parts go on in another way. */
async function sendPart(
  api: Api,
  parts: PartList,
  { address, replyTo, keyboard, onTopicGone }: PartsOptions,
  signal: AbortSignal,
): Promise<number | null> {
  const { next } = parts;
  if (!next) return null;
  const { text, entities, document = null, album = null } = next.part;
  try {
    const messageId = await sendMessage(
      api,
      {
        address,
        text: { text, entities },
        document,
        album,
        replyTo: next.isFirst ? replyTo : null,
        keyboard: next.isLast ? keyboard : null,
        isSilent: !next.isFirst,
      },
      signal,
      onTopicGone,
    );
    parts.noteSent();
    return messageId;
  } catch (error) {
    const instead = insteadOfFile(next.part, error);
    if (!instead) throw error;
    parts.noteFileRefused(instead);
    return null;
  }
}

/** What is said in place of files; null if it is not they that are to blame. */
function insteadOfFile({ document, album }: MessagePart, error: unknown): RichText | null {
  if (error instanceof FileGoneError) return fileGoneText(error.fileName);
  const names = album ? album.files.map(({ fileName }) => fileName) : document ? [document.fileName] : [];
  if (names.length === 0 || !isContentRefused(error)) return null;
  return filesRefusedText(names, error.description);
}

export interface EditOptions {
  chatId: number;
  messageId: number;
  /** Null: it stays as it is. */
  text: RichText | null;
  /** Null: without buttons. */
  keyboard: InlineKeyboardMarkup | null;
}

/** Replaces a message's text and buttons. A message that is gone, or can't be edited, is left. */
export function editDelivery(api: Api, options: EditOptions, onDone: () => void = () => {}): Delivery {
  const { chatId, messageId, text, keyboard } = options;
  return {
    step: async (signal) => {
      const edited =
        text === null
          ? api.editMessageReplyMarkup(chatId, messageId, markupOf(keyboard), apiSignal(signal))
          : editText(api, { chatId, messageId, text, keyboard }, signal);
      await toleratingRefusal(edited);
      onDone();
      return true;
    },
  };
}

function markupOf(keyboard: InlineKeyboardMarkup | null) {
  return keyboard ? { reply_markup: keyboard } : {};
}

/** A message that is not needed any more. */
export interface Closed {
  /** Null: there is none. */
  messageId: number | null;
  /** What is left of it; null to delete it. */
  text: RichText | null;
}

/** Replaces a message's text and takes its buttons, or deletes it; where Telegram does not (after 48 hours), it says so. */
export function closeDelivery(
  api: Api,
  chatId: number,
  closed: () => Promise<Closed>,
  onDone: (messageId: number | null) => void,
): Delivery {
  return {
    step: async (signal) => {
      const { messageId, text } = await closed();
      if (messageId !== null) await closeMessage(api, chatId, { messageId, text }, signal);
      onDone(messageId);
      return true;
    },
  };
}

async function closeMessage(
  api: Api,
  chatId: number,
  { messageId, text }: { messageId: number; text: RichText | null },
  signal: AbortSignal,
): Promise<void> {
  const isDeleted =
    text === null && (await toleratingRefusal(api.deleteMessage(chatId, messageId, apiSignal(signal))));
  if (isDeleted) return;
  const left = { chatId, messageId, text: text ?? liveMessageOverText(), keyboard: null };
  await toleratingRefusal(editText(api, left, signal));
}

/** Edits a message. As plain text if Telegram refuses the entities. */
export async function editText(
  api: Api,
  edit: EditOptions & { text: RichText },
  signal: AbortSignal,
): Promise<void> {
  const { chatId, messageId, keyboard } = edit;
  const { text, entities } = edit.text;
  const options = { entities, link_preview_options: { is_disabled: true }, ...markupOf(keyboard) };
  try {
    await api.editMessageText(chatId, messageId, text, options, apiSignal(signal));
  } catch (error) {
    const isAboutEntities = isContentRefused(error) && /entit|url/i.test(error.description);
    if (!isAboutEntities || entities.length === 0) throw error;
    await editText(api, { ...edit, text: { text, entities: [] } }, signal);
  }
}

/** Whether Telegram did it. False if it refused for good; any other failure is thrown on. */
async function toleratingRefusal(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (failureOf(error).kind === 'refused') return false;
    throw error;
  }
}
