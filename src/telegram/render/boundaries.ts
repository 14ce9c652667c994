/** Where a reader would cut a text that is too long for one message. */
import type { MessageEntity } from 'grammy/types';
import { bondsIn, insideOf, lineAt, type Bond } from './belongs-together.ts';
import type { RichText } from './rich-text.ts';

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Looked at beyond the limit, so that a character which begins before it is seen whole. */
const LOOK_AHEAD = 64;
/** A place to cut at counts as good if it leaves a part this full; otherwise a worse place that is later is taken. */
const FULL_ENOUGH = 0.5;
/** So much will do where that keeps a block of code or a table whole. */
const FULL_BEFORE_BLOCK = 0.25;

/** How many limits of the text have a say in where it is cut: what is cut off, and whether what comes next fits. */
export const LOOKED_AT = 2;

type Types = readonly MessageEntity['type'][];

interface Place {
  /** It is cut behind a match. */
  pattern: RegExp;
  /** Not inside of these. */
  keepsWhole: Types;
  leastFull: number;
  /** What it may tear apart (`bondsIn`). */
  tears: readonly Bond[];
  /** Further conditions. */
  when?: (rich: RichText, offset: number, limit: number) => boolean;
}

const NOTHING: Types = [];
const BLOCKS: Types = ['pre', 'blockquote'];
const PHRASES: Types = ['pre', 'code', 'text_link'];
const LOOSE: readonly Bond[] = ['none'];
const ANY: readonly Bond[] = ['none', 'rather not', 'never'];

/** The best first. */
const PLACES: readonly Place[] = [
  // A paragraph.
  { pattern: /\n\n+/g, keepsWhole: ['pre'], leastFull: FULL_ENOUGH, tears: LOOSE },
  // What comes before a block that fits into a message of its own.
  { pattern: /\n+/g, keepsWhole: ['pre'], leastFull: FULL_BEFORE_BLOCK, tears: LOOSE, when: savesBlock },
  // An item of a list with all that is indented below it; a line of a paragraph.
  { pattern: /\n+(?=\S)/g, keepsWhole: BLOCKS, leastFull: FULL_ENOUGH, tears: LOOSE },
  // A paragraph of code; a line.
  { pattern: /\n\n+(?=\S)/g, keepsWhole: NOTHING, leastFull: FULL_ENOUGH, tears: LOOSE },
  { pattern: /\n+/g, keepsWhole: NOTHING, leastFull: FULL_ENOUGH, tears: LOOSE },
  { pattern: /\n+/g, keepsWhole: NOTHING, leastFull: FULL_ENOUGH, tears: ['none', 'rather not'] },
  // A row, however long the next one is.
  { pattern: /\n+/g, keepsWhole: NOTHING, leastFull: 0, tears: LOOSE, when: savesRow },
  // A sentence (the full stop of a numbered item ends none).
  {
    pattern: /(?<!^\s*\d+)[.!?…]["')\]]*\s+|[。！？]\s*/gm,
    keepsWhole: PHRASES,
    leastFull: FULL_ENOUGH,
    tears: ANY,
  },
  { pattern: /\n+/g, keepsWhole: NOTHING, leastFull: FULL_ENOUGH, tears: ANY },
  // A word.
  { pattern: /\s+/g, keepsWhole: PHRASES, leastFull: FULL_ENOUGH, tears: ANY },
  { pattern: /\s+/g, keepsWhole: NOTHING, leastFull: 0, tears: ANY },
];

/**
 * The best offset to cut at, so that what comes before takes `limit` UTF-16 units at most: after a paragraph, else a
 * line, a sentence, a word, a character; a heading stays with its text, a row of a table and, if it fits into a message,
 * a block of code stay whole. Greater than 0; inside of a character as people see it only if that one alone is longer than
 * the limit (`slice` keeps surrogate pairs whole then).
 * @param rich longer than `limit`; of more than `LOOKED_AT` limits the rest does not matter
 */
export function cutBefore(rich: RichText, limit: number): number {
  const window = rich.text.slice(0, limit + LOOK_AHEAD);
  const segments = characters.segment(window);
  const bondAt = bondsIn(rich);
  const isBetweenCharacters = (offset: number) => segments.containing(offset)?.index === offset;

  for (const { pattern, keepsWhole, leastFull, tears, when } of PLACES) {
    const isInside = insideOf(rich.entities, keepsWhole, window.length);
    const offsets = [...window.matchAll(pattern)].map(({ 0: match, index }) => index + match.length);
    const best = offsets.findLast(
      (offset) =>
        offset > limit * leastFull &&
        offset <= limit &&
        !isInside(offset) &&
        isBetweenCharacters(offset) &&
        (tears === ANY || tears.includes(bondAt(offset))) &&
        (!when || when(rich, offset, limit)),
    );
    if (best !== undefined) return best;
  }
  return segments.containing(limit)?.index || limit;
}

/** Whether a block that would be cut at the limit fits into the message that begins at the offset. */
function savesBlock({ entities }: RichText, offset: number, limit: number): boolean {
  return entities.some(({ type, offset: begin, length }) => {
    const end = begin + length;
    return type === 'pre' && offset <= begin && begin < limit && limit < end && end - offset <= limit;
  });
}

/** Whether the line that would be cut at the limit is one of a block and fits into a message. */
function savesRow({ text, entities }: RichText, offset: number, limit: number): boolean {
  const isInBlock = entities.some(
    ({ type, offset: begin, length }) => type === 'pre' && begin <= offset && offset < begin + length,
  );
  const row = lineAt(text, offset);
  return isInBlock && row.length <= limit && offset + row.length > limit;
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
