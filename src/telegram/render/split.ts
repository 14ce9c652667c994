/** A text of any length as messages that Telegram takes. */
import { cutBefore, LOOKED_AT } from './boundaries.ts';
import { clean, isBlank, trim } from './clean.ts';
import { limitEntities, roomFor } from './limits.ts';
import { slice, type RichText } from './rich-text.ts';
import { untappable } from './untappable.ts';

/** The longest text of a message (Bot API, sendMessage). Telegram counts code points; UTF-16 units are never fewer. */
export const MESSAGE_LIMIT = 4_096;

/**
 * Cut where a reader would. Each part stands by itself: trimmed, with something to see, its formatting whole (a block of
 * code goes on as one in the next part). Nothing is lost but whitespace at the cuts. Empty for a text without anything
 * to see.
 * @param limit of a part in UTF-16 units, at least 2
 */
export function splitRichText(rich: RichText, limit = MESSAGE_LIMIT): RichText[] {
  if (limit < 2) throw new RangeError(`A part must have room for a character, 2 or more; not ${limit}.`);
  const parts: RichText[] = [];
  let rest = trim(clean(rich));
  for (let room = roomFor(rest, limit); rest.text.length > room; room = roomFor(rest, limit)) {
    const cut = cutBefore(slice(rest, 0, LOOKED_AT * room + 1), room);
    const isWithinWord = /^\S\S/.test(rest.text.slice(cut - 1, cut + 1));
    // Half a word may look like a command where the whole one did not.
    const [part, next] = isWithinWord
      ? [untappable(slice(rest, 0, cut)), untappable(slice(rest, cut))]
      : [slice(rest, 0, cut), slice(rest, cut)];
    parts.push(trim(part));
    rest = trim(next);
  }
  return [...parts, rest].filter((part) => !isBlank(part)).map(limitEntities);
}
