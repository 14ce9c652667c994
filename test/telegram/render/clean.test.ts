/** What Telegram changes in a text is changed before it is sent, and formatting moves along. */
import { describe, expect, it } from 'vitest';
import { clean, isBlank, trim } from '../../../src/telegram/render/clean.ts';
import { bold, plain, pre, rich } from '../../../src/telegram/render/rich-text.ts';
import { normalizedByTdlib } from '../../helpers/tdlib.ts';
import { marked } from './marked.ts';

describe('clean', () => {
  it('does to each character of the basic plane what Telegram does', () => {
    for (let first = 0; first < 0x10000; first += 0x1000) {
      const units = Array.from({ length: 0x1000 }, (_, index) => String.fromCharCode(first + index));
      const text = units
        .map((unit) => `a${unit}b`)
        .join('')
        .replace(/[*_~|[\]`\ud800-\udfff]/g, '');
      expect(normalizedByTdlib(text, [])).toEqual(clean(plain(text)));
    }
  });

  it('treats rows of direction marks as Telegram does', () => {
    const text = 'a\u200e\u200f\u200fb\u200f\u202e\u200ec';
    expect(normalizedByTdlib(text, [])).toEqual(clean(plain(text)));
  });

  it('moves formatting with the text, and drops what is left without any', () => {
    const text = rich`a\r\r${bold('b\r')}\r${bold('\r')}c${bold('\u202ed\0')}`;
    expect(marked(clean(text))).toBe('a<bold>b</bold>c<bold>d </bold>');
  });

  it('replaces half a surrogate pair, which no JSON parser of Telegram takes', () => {
    expect(clean(plain('a\ud83db\udc4d')).text).toBe('a\ufffdb\ufffd');
  });
});

describe('trim', () => {
  it('removes the whitespace around a text, formatted or not', () => {
    expect(marked(trim(rich` \n ${bold(' a ')} \u00a0\n`))).toBe('<bold>a</bold>');
  });

  it('leaves the indentation of code, which Telegram leaves too, but no empty line before it', () => {
    expect(marked(trim(pre('\n\n    if x:\n  ')))).toBe('<pre>    if x:</pre>');
  });
});

describe('isBlank', () => {
  it('is true for texts that Telegram calls empty', () => {
    const blank = ['', ' \n\t', '\u200b\u200d\ufeff', '\u3000\u2800\ufffc', '\u{e0061}', '\u00a0'];
    expect(blank.filter((text) => !isBlank(plain(text)))).toEqual([]);
    expect(isBlank(plain('\u200b.'))).toBe(false);
  });
});
