/** A text with its formatting as Telegram checks, cleans and stores it (td: `fix_formatted_text`). */
import { type MessageEntity } from 'grammy/types';
import { badRequest } from '../api-error.ts';
import { cleanText, isInvisible } from './clean.ts';
import { endOf, isSplittable, normalizeEntities, sortEntities } from './entity-order.ts';

export interface FormattedText {
  text: string;
  entities: MessageEntity[];
}

/** A far larger number than any message has characters; Telegram checks against it. */
const MAX_OFFSET = 1_000_000;
/** Formatting above this is silently dropped by Telegram's servers (td: `MAX_USER_ENTITY_COUNT`). */
const MAX_ENTITIES = 100;

/**
 * @param options.trim whether whitespace around the text goes, as it does in messages
 * @throws ApiError with Telegram's description if an entity lies outside of the text or inside of a character
 */
export function fixFormattedText(
  original: FormattedText,
  options: { trim: boolean } = { trim: true },
): FormattedText {
  if (!original.text.isWellFormed()) throw badRequest('Strings must be encoded in UTF-8');
  for (const entity of original.entities) checkRange(entity);
  const normalized = normalizeEntities(original.entities);
  checkBorders(original.text, normalized);

  const cleaned = cleanText(original.text);
  const entities = normalizeEntities(normalized.map((entity) => moved(entity, cleaned.offsets)));
  if (!options.trim) return { text: cleaned.text, entities };
  return limited(trimmed({ text: cleaned.text, entities }));
}

/** @throws ApiError if a reader would see nothing */
export function mustBeVisible(formatted: FormattedText): FormattedText {
  if (isInvisible(formatted.text)) throw badRequest('Text must be non-empty');
  return formatted;
}

function checkRange({ offset, length }: MessageEntity): void {
  const isWrong = (value: number) => value < 0 || value > MAX_OFFSET;
  if (isWrong(offset)) throw badRequest(`Receive an entity with incorrect offset ${offset}`);
  if (isWrong(length)) throw badRequest(`Receive an entity with incorrect length ${length}`);
}

/** Goes through the text as Telegram does, so that of several faults the same one is named. */
function checkBorders(text: string, sorted: readonly MessageEntity[]): void {
  const open: MessageEntity[] = [];
  let next = 0;
  let byteOffset = 0;
  let offset = 0;
  const visit = () => {
    for (let inner = open.at(-1); inner && offset >= endOf(inner); inner = open.at(-1)) {
      if (offset !== endOf(inner)) {
        const where = `ends in a middle of a UTF-16 symbol at byte offset ${byteOffset}`;
        throw badRequest(`Entity beginning at UTF-16 offset ${inner.offset} ${where}`);
      }
      open.pop();
    }
    for (let entity = sorted[next]; entity && offset >= entity.offset; entity = sorted[++next]) {
      if (offset !== entity.offset) {
        throw badRequest(`Entity begins in a middle of a UTF-16 symbol at byte offset ${byteOffset}`);
      }
      open.push(entity);
    }
  };
  for (const character of text) {
    visit();
    offset += character.length;
    byteOffset += Buffer.byteLength(character);
  }
  visit();
  checkEnd(sorted[next], open.at(-1));
}

function checkEnd(unreached: MessageEntity | undefined, unclosed: MessageEntity | undefined): void {
  if (unreached) {
    throw badRequest(`Entity begins after the end of the text at UTF-16 offset ${unreached.offset}`);
  }
  if (unclosed) {
    const where = `ends after the end of the text at UTF-16 offset ${endOf(unclosed)}`;
    throw badRequest(`Entity beginning at UTF-16 offset ${unclosed.offset} ${where}`);
  }
}

function moved(entity: MessageEntity, offsets: readonly number[]): MessageEntity {
  const begin = offsets[entity.offset] ?? 0;
  const end = offsets[endOf(entity)] ?? begin;
  return { ...entity, offset: begin, length: end - begin };
}

/** Whitespace goes from the end, and from the start as far as no formatting begins there. */
function trimmed({ text, entities }: FormattedText): FormattedText {
  const kept = text.replace(/[ \n]+$/, '');
  const inside = entities
    .filter((entity) => entity.offset < kept.length)
    .map((entity) => ({ ...entity, length: Math.min(entity.length, kept.length - entity.offset) }));
  const firstVisible = kept.search(/[^ \n]/);
  const start = Math.min(firstVisible < 0 ? 0 : firstVisible, inside[0]?.offset ?? Infinity);
  return {
    text: kept.slice(start),
    entities: sortEntities(inside.map((entity) => ({ ...entity, offset: entity.offset - start }))),
  };
}

function limited({ text, entities }: FormattedText): FormattedText {
  if (entities.length <= MAX_ENTITIES) return { text, entities };
  const byWorth = [...entities.filter((entity) => !isSplittable(entity)), ...entities.filter(isSplittable)];
  return { text, entities: sortEntities(byWorth.slice(0, MAX_ENTITIES)) };
}
