/** How wide a text is where every column is as wide as the next: in code and tables. */

/** A tab becomes a single space in Telegram; here it goes to the next tab stop. */
const TAB_STOP = 4;
const ZERO_WIDTH = /^[\p{M}\p{Cf}\p{Cc}]+$/u;
/** What takes two columns: East Asian scripts except half-width forms, full-width forms, emoji (Unicode UAX #11). */
const WIDE =
  /^(?![\uff61-\uffdc])(?:[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\p{sc=Yi}\u3000-\u303f\u30fb\u30fc\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{RI})/u;
const ASCII_ONLY = /^[\x20-\x7e]*$/;

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that the text takes in one line. */
export function widthOf(text: string): number {
  if (ASCII_ONLY.test(text)) return text.length;
  let width = 0;
  for (const { segment } of characters.segment(text)) width += characterWidth(segment);
  return width;
}

function characterWidth(character: string): number {
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

export function expandTabs(text: string): string {
  if (!text.includes('\t')) return text;
  return text.split('\n').map(expandLine).join('\n');
}

function expandLine(line: string): string {
  let column = 0;
  return line
    .split('\t')
    .map((piece, index, pieces) => {
      if (index === pieces.length - 1) return piece;
      column += widthOf(piece);
      const gap = TAB_STOP - (column % TAB_STOP);
      column += gap;
      return piece + ' '.repeat(gap);
    })
    .join('');
}
