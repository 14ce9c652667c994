/** What the bot itself says to commands and the like, from the chats' records to the chats' lines. */
import type { Api } from 'grammy';
import type { InlineKeyboardMarkup, MessageEntity } from 'grammy/types';
import type { OwedReply } from '../../../machines/owed-reply.ts';
import { ofFormerGroup } from '../../../machines/session-migration.ts';
import { isGivenUp } from '../../../machines/session-outbox.ts';
import type { OutgoingFile } from '../../../machines/session-record.ts';
import { RecentSet } from '../bounded.ts';
import { logFields } from '../api-failure.ts';
import type { RepliesPort } from '../ports.ts';
import type { RichText } from '../render/rich-text.ts';
import { splitRichText } from '../render/split.ts';
import type { ChatLine } from './chat-line.ts';
import { copyReader, type CopyReaderOptions } from './copy-reader.ts';
import { messageDelivery, type Delivery } from './delivery.ts';
import { fileParts } from './file-parts.ts';
import type { MessagePart } from './outgoing.ts';

/** The lane of a chat's line that no session owns. Session ids have no colon. */
const REPLIES = ':replies';
/** Below Telegram's 4,096, so that a line can be set before a part (`topicGoneText`). */
const PART_LIMIT = 4_000;
/** More than all chats can owe before their records have heard of a delivery. */
const KNOWN_KEPT = 5_000;

export interface RepliesOptions extends CopyReaderOptions {
  api: Api;
  lineOf: (chatId: number) => ChatLine;
  /** Where deliveries are reported. */
  owed: RepliesPort;
}

export class Replies {
  readonly #options: RepliesOptions;
  /** Those under way or delivered: they may be offered any number of times. */
  readonly #known = new RecentSet<string>(KNOWN_KEPT);
  /** Those that wait or are under way, by chat and message. */
  readonly #queued = new Map<number, Map<number, Delivery>>();

  constructor(options: RepliesOptions) {
    this.#options = options;
  }

  offer(chatId: number, replies: readonly OwedReply[]): void {
    for (const reply of replies) {
      if (this.#known.add(keyOf(chatId, reply.messageId))) this.#enqueue(chatId, reply);
    }
  }

  /** The group is a supergroup now: what is not under way leaves its line, and will be offered again there. */
  move(from: number, to: number): void {
    const line = this.#options.lineOf(from);
    for (const [messageId, delivery] of this.#queued.get(from) ?? []) {
      if (!line.drop(delivery)) this.#known.add(keyOf(to, ofFormerGroup(messageId)));
    }
    this.#queued.delete(from);
  }

  #enqueue(chatId: number, reply: OwedReply): void {
    const { api, lineOf, owed } = this.#options;
    const { messageId, threadId, partsSent, doubts } = reply;
    const forget = () => this.#queued.get(chatId)?.delete(messageId);
    const delivery = messageDelivery(api, {
      address: { chatId, threadId },
      parts: () => this.#parts(reply),
      partsSent,
      doubts,
      replyTo: messageId,
      keyboard: keyboardOf(reply),
      onPart: (sent) => this.#book(chatId, owed.notePart(chatId, messageId, sent)),
      onOutcomeUnknown: (doubted) => {
        if (isGivenUp(doubted)) forget();
        this.#book(chatId, owed.noteOutcomeUnknown(chatId, messageId));
      },
      onChatRefused: (reason) => this.#book(chatId, owed.noteChatRefused(chatId, reason)),
      onDone: () => {
        forget();
        this.#book(chatId, owed.noteTaken(chatId, messageId));
      },
    });
    const queued = this.#queued.get(chatId) ?? new Map<number, Delivery>();
    this.#queued.set(chatId, queued.set(messageId, delivery));
    lineOf(chatId).add(REPLIES, delivery);
  }

  #parts(reply: OwedReply): MessagePart[] {
    const { file } = reply;
    const text = textOf(reply);
    return file ? fileParts([file], text, copyReader(this.#options)) : splitRichText(text, PART_LIMIT);
  }

  /** If the disk refuses, the worst that can come of it is a reply that is said again after a restart. */
  #book(chatId: number, booked: Promise<void>): void {
    booked.catch((error: unknown) =>
      this.#options.log.warn({ chat: chatId, ...logFields(error) }, 'telegram.reply.notBooked'),
    );
  }
}

function keyOf(chatId: number, messageId: number): string {
  return `${chatId}/${messageId}`;
}

/** What a chat's record keeps of a reply. */
export function owedReply(
  place: Pick<OwedReply, 'messageId' | 'threadId'>,
  { text, keyboard, file }: { text: RichText; keyboard?: InlineKeyboardMarkup; file?: OutgoingFile },
): OwedReply {
  const rows = keyboard?.inline_keyboard ?? [];
  return {
    ...place,
    text: text.text,
    entities: text.entities.map((entity) => ({ ...entity })),
    buttons: rows.map((row) => row.map((button) => ({ text: button.text, data: dataOf(button) }))),
    ...(file && { file }),
    partsSent: 0,
    doubts: 0,
  };
}

function dataOf(button: InlineKeyboardMarkup['inline_keyboard'][number][number]): string {
  if (!('callback_data' in button))
    throw new TypeError('A reply has only buttons that tell the bot something.');
  return button.callback_data;
}

function textOf({ text, entities }: OwedReply): RichText {
  // Ours, from `owedReply`. If a person changed the file, Telegram refuses them, and the text is sent without.
  return { text, entities: entities as unknown as MessageEntity[] };
}

function keyboardOf({ buttons }: OwedReply): InlineKeyboardMarkup | null {
  if (buttons.length === 0) return null;
  return {
    inline_keyboard: buttons.map((row) => row.map(({ text, data }) => ({ text, callback_data: data }))),
  };
}
