/** How much formatting a message takes, and what is given up of more: it never costs a link, a block of code or a word. */
import type { MessageEntity } from 'grammy/types';
import type { RichText } from './rich-text.ts';
import { settle } from './settle.ts';
import { tappablePlaces } from './untappable.ts';

/** Telegram drops what is above this without a word (issue rubenlagus/TelegramBots#854; the Bot API does not say). */
const MOST_ENTITIES = 100;
/**
 * Of all entities of a message with their addresses, in bytes: beyond some 9,500 Telegram refuses the message
 * (`ENTITIES_TOO_LONG`; tdlib/telegram-bot-api#165, where its author calls that a good approximation).
 */
const MOST_BYTES = 8_000;
/** One of them on the wire without its text: kind, offset, length, and what a text's length takes. */
const ENTITY_BYTES = 20;

/** A command with the name of its bot (`match_bot_commands`), in UTF-16 units. */
const LONGEST_TAPPABLE = 100;

/** What is missed least comes first: a word in bold reads well without it. */
const BY_WORTH: readonly MessageEntity['type'][] = ['italic', 'strikethrough', 'bold', 'blockquote', 'code'];

/**
 * As Telegram keeps it (`settle`), and no more than it takes: the least important formatting goes first, of that the
 * last. What a message can't do without (`neededIn`) is never given up: `roomFor` has to see that it fits.
 */
export function limitEntities({ text, entities }: RichText): RichText {
  const settled = settle(entities);
  if (fits(settled)) return { text, entities: settled };
  const isNeeded = neededIn(text);
  const worth = (entity: MessageEntity) =>
    isNeeded(entity) ? BY_WORTH.length : BY_WORTH.indexOf(entity.type);
  const kept = settled.toSorted((a, b) => worth(b) - worth(a)).slice(0, MOST_ENTITIES);
  while (!fits(kept)) kept.pop();
  // What was cut around something that is gone now is one again.
  return { text, entities: settle(kept) };
}

/**
 * How much of the text one message takes, in UTF-16 units: `limit`, or up to where what it can't do without would be too
 * much formatting.
 */
export function roomFor({ text, entities }: RichText, limit: number): number {
  const isNeeded = neededIn(text.slice(0, limit + LONGEST_TAPPABLE));
  let count = 0;
  let bytes = 0;
  for (const entity of entities) {
    if (entity.offset >= limit) break;
    if (!isNeeded(entity)) continue;
    count += 1;
    bytes += bytesOf(entity);
    if (count > MOST_ENTITIES || bytes > MOST_BYTES) return entity.offset;
  }
  return limit;
}

/**
 * Without it something would be lost: an address, the shape of code or a table, or that a word can't be tapped, of which
 * the code may be a part only: `@some` and code behind it.
 */
function neededIn(text: string): (entity: MessageEntity) => boolean {
  const isTappableAt = new Uint8Array(text.length);
  for (const { begin, end } of tappablePlaces(text)) isTappableAt.fill(1, begin, end);
  return ({ type, offset, length }) => {
    if (type === 'code') return isTappableAt.subarray(offset, offset + length).includes(1);
    return type === 'pre' || type === 'text_link';
  };
}

function fits(entities: readonly MessageEntity[]): boolean {
  const bytes = entities.reduce((sum, entity) => sum + bytesOf(entity), 0);
  return entities.length <= MOST_ENTITIES && bytes <= MOST_BYTES;
}

function bytesOf(entity: MessageEntity): number {
  const fact = 'url' in entity ? entity.url : 'language' in entity ? entity.language : undefined;
  return ENTITY_BYTES + Buffer.byteLength(fact ?? '');
}
