/** Where a reader would cut a text that is too long for one message. */
import type { MessageEntity } from 'grammy/types';
import type { RichText } from './rich-text.ts';

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Looked at beyond the limit, so that a character which begins before it is seen whole. */
const LOOK_AHEAD = 64;
/** A place to cut at counts as good if it leaves a part this full; otherwise a worse place that is later is taken. */
const FULL_ENOUGH = 0.5;

interface Place {
  /** It is cut behind a match. */
  pattern: RegExp;
  /** Not within these. */
  keepsWhole: MessageEntity['type'][];
  leastFull: number;
}

/** The best first. */
const PLACES: Place[] = [
  { pattern: /\n\n+/g, keepsWhole: ['pre'], leastFull: FULL_ENOUGH },
  { pattern: /\n+/g, keepsWhole: [], leastFull: FULL_ENOUGH },
  {
    pattern: /[.!?…]["')\]]*\s+|[。！？]\s*/g,
    keepsWhole: ['pre', 'code', 'text_link'],
    leastFull: FULL_ENOUGH,
  },
  { pattern: /\s+/g, keepsWhole: ['pre', 'code', 'text_link'], leastFull: FULL_ENOUGH },
  { pattern: /\s+/g, keepsWhole: [], leastFull: 0 },
];

/**
 * The best offset to cut at, so that what comes before takes `limit` UTF-16 units at most: after a paragraph, else a
 * line, a sentence, a word, a character. Greater than 0; inside of a character as people see it only if that one alone is
 * longer than the limit (`slice` keeps surrogate pairs whole then).
 * @param rich longer than `limit`
 */
export function cutBefore({ text, entities }: RichText, limit: number): number {
  const window = text.slice(0, limit + LOOK_AHEAD);
  const segments = characters.segment(window);
  const isBetweenCharacters = (offset: number) => segments.containing(offset)?.index === offset;

  for (const { pattern, keepsWhole, leastFull } of PLACES) {
    const isInside = insideOf(entities, keepsWhole, window.length);
    const offsets = [...window.matchAll(pattern)].map(({ 0: match, index }) => index + match.length);
    const best = offsets.findLast(
      (offset) =>
        offset > limit * leastFull && offset <= limit && !isInside(offset) && isBetweenCharacters(offset),
    );
    if (best !== undefined) return best;
  }
  return segments.containing(limit)?.index || limit;
}

/** The first offset from `from` on at which a character begins: where a line does, if one does before `to`; else a word. */
export function cutAfter(text: string, from: number, to: number): number {
  const window = text.slice(from, to);
  const line = window.indexOf('\n');
  if (line >= 0) return from + line + 1;
  const space = window.search(/\s/);
  if (space >= 0) return from + space + 1;
  const before = Math.max(0, from - LOOK_AHEAD);
  const segment = characters.segment(text.slice(before, from + LOOK_AHEAD)).containing(from - before);
  if (!segment) return from;
  const begin = before + segment.index;
  return begin === from ? from : begin + segment.segment.length;
}

function insideOf(entities: readonly MessageEntity[], types: readonly string[], length: number) {
  const isInsideAt = new Uint8Array(length + 1);
  for (const entity of entities) {
    if (!types.includes(entity.type)) continue;
    isInsideAt.fill(1, entity.offset + 1, entity.offset + entity.length);
  }
  return (offset: number) => isInsideAt[offset] === 1;
}
