/** Telegram changes some characters of every text before it stores it. Done here first, so that offsets stay true. */
import type { MessageEntity } from 'grammy/types';
import { countBelow } from './count-below.ts';
import { slice, type RichText } from './rich-text.ts';

/** Control characters that become a space (td: `clean_input_string`). `\n` stays. */
// eslint-disable-next-line no-control-regex -- these are what Telegram replaces
const BECOME_SPACE = /[\0-\x09\x0b\x0c\x0e-\x1f]/g;
/** Separators, direction overrides, and three combining marks that draw outside of their line (td: the same). */
const REMOVED = /\r|[\u2028-\u202e]|\u0333|\u033f|\u030a/g;
/** Of a row of direction marks the last one counts; the others become non-joiners (td: `clean_input_string`). */
const REPEATED_DIRECTION_MARK = /[\u200e\u200f](?=[\u200e\u200f])/g;

/** The text as Telegram stores it, except that nothing is trimmed. Half surrogate pairs, which it refuses, are replaced. */
export function clean(rich: RichText): RichText {
  const kept = rich.text.toWellFormed().replace(BECOME_SPACE, ' ');
  const removed = [...kept.matchAll(REMOVED)].map(({ index }) => index);
  const text = kept.replace(REMOVED, '').replace(REPEATED_DIRECTION_MARK, '\u200c');
  return { text, entities: removed.length === 0 ? rich.entities : moved(rich.entities, removed) };
}

/** @param removed offsets of the units that are gone, ascending */
function moved(entities: readonly MessageEntity[], removed: readonly number[]): MessageEntity[] {
  return entities.flatMap((entity) => {
    const offset = entity.offset - countBelow(removed, entity.offset);
    const oldEnd = entity.offset + entity.length;
    const length = oldEnd - countBelow(removed, oldEnd) - offset;
    return length > 0 ? [{ ...entity, offset, length }] : [];
  });
}

/**
 * Without the whitespace around it, which Telegram trims as well. Spaces before the first line of a code block stay:
 * Telegram leaves what is formatted, and they are the line's indentation.
 */
export function trim(rich: RichText): RichText {
  const { text, entities } = rich;
  const end = text.trimEnd().length;
  const spaces = /^\s*/.exec(text.slice(0, end))?.[0] ?? '';
  const lineBegin = spaces.lastIndexOf('\n') + 1;
  const isCode = entities.some(
    ({ type, offset, length }) => type === 'pre' && offset <= lineBegin && lineBegin < offset + length,
  );
  return slice(rich, isCode ? lineBegin : spaces.length, end);
}

/** Telegram takes these for spaces, or for nothing, when it looks whether a text is empty (td: `strip_empty_characters`). */
const INVISIBLE =
  /^[\s\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\u{e0000}-\u{e007f}]*$/u;

/** True if a reader would see nothing. Telegram refuses such a message. */
export function isBlank({ text }: RichText): boolean {
  return INVISIBLE.test(text);
}
