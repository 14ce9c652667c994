/** What Telegram changes in every text before it stores it (td: `misc.cpp`, `MessageEntity.cpp`). */

export interface CleanedText {
  text: string;
  /** Where each UTF-16 offset of the original went; one more than the original has units. */
  offsets: number[];
}

/** Control characters that become a space. `\n` stays, `\r` goes. */
// eslint-disable-next-line no-control-regex -- these are what Telegram replaces
const BECOMES_SPACE = /[\0-\x09\x0b\x0c\x0e-\x1f]/;
/** Line and paragraph separators, direction overrides, and three combining lines that draw outside of their row. */
const REMOVED = /[\r\u2028-\u202e]|\u0333|\u033f|\u030a/;
/** Of a row of direction marks only the last one counts. */
const REPEATED_DIRECTION_MARK = /[\u200e\u200f](?=[\u200e\u200f])/g;

export function cleanText(original: string): CleanedText {
  let text = '';
  const offsets: number[] = [];
  for (const unit of original.split('')) {
    offsets.push(text.length);
    if (BECOMES_SPACE.test(unit)) text += ' ';
    else if (!REMOVED.test(unit)) text += unit;
  }
  offsets.push(text.length);
  return { text: text.replace(REPEATED_DIRECTION_MARK, '\u200c'), offsets };
}

const LOOKS_LIKE_SPACE =
  /[\u1680\u180e\u2000-\u200a\u202e\u202f\u205f\u2800\u3000\ufffc]|[\u{e0000}-\u{e007f}]/gu;
const INVISIBLE_ONLY = /^[ \n\t\r\0\v\u200b-\u200f\u202e\ufeff\u00a0]*$/u;

/** Whether a reader would see nothing at all. Telegram refuses such a text. */
export function isInvisible(text: string): boolean {
  return INVISIBLE_ONLY.test(text.replace(LOOKS_LIKE_SPACE, ' '));
}

/** Code points, as Telegram counts the 4096 of a message. */
export function lengthInCodePoints(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}
