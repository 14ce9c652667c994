/** Long answers in parts: cut where a reader would, nothing lost. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/telegram/render/markdown.ts';
import {
  bold,
  concat,
  plain,
  pre,
  quote,
  rich,
  type RichText,
} from '../../../src/telegram/render/rich-text.ts';
import { settle } from '../../../src/telegram/render/settle.ts';
import { splitRichText } from '../../../src/telegram/render/split.ts';
import { HOSTILE_TIMEOUT_MS } from '../../helpers/arbitraries/runs.ts';
import { hostileDocument } from './documents.ts';
import { marked } from './marked.ts';
import { tappableIn } from './tappable.ts';

const parts = (text: RichText, limit: number) => splitRichText(text, limit).map(marked);

describe('a text that fits', () => {
  it('is one part, without the whitespace around it', () => {
    expect(parts(rich`\n ${bold('a')} \n`, 4096)).toEqual(['<bold>a</bold>']);
    expect(parts(plain('x'.repeat(4096)), 4096)).toHaveLength(1);
  });

  it('is as Telegram stores it', () => {
    expect(parts(rich`a\0${bold('b\u202ec')}`, 10)).toEqual(['a <bold>bc</bold>']);
  });

  it('is no part at all if there is nothing to see', () => {
    expect([splitRichText(plain('')), splitRichText(plain(' \n\u200b')), splitRichText(bold(' '))]).toEqual([
      [],
      [],
      [],
    ]);
  });
});

describe('a text that is too long', () => {
  it('is cut after a paragraph, even if a line ends later', () => {
    expect(parts(plain('one two\nthree\n\nfour\nfive six'), 24)).toEqual([
      'one two\nthree',
      'four\nfive six',
    ]);
  });

  it('is cut after a line if no paragraph ends in the second half of the part', () => {
    expect(parts(plain('a\n\nb c d e f g h\ni j k l m n o p'), 24)).toEqual([
      'a\n\nb c d e f g h',
      'i j k l m n o p',
    ]);
  });

  it('is cut after a sentence, else after a word', () => {
    expect(parts(plain('One two three. Four five'), 20)).toEqual(['One two three.', 'Four five']);
    expect(parts(plain('中文句子。第二個句子很長'), 8)).toEqual(['中文句子。', '第二個句子很長']);
    expect(parts(plain('one two three four five'), 15)).toEqual(['one two three', 'four five']);
  });

  it('is cut between characters as people see them where there is no word to end', () => {
    expect(parts(plain('👨‍👩‍👧'.repeat(4)), 20)).toEqual(['👨‍👩‍👧👨‍👩‍👧', '👨‍👩‍👧👨‍👩‍👧']);
    expect(parts(plain('e\u0301'.repeat(4)), 5)).toEqual(['e\u0301e\u0301', 'e\u0301e\u0301']);
  });

  it('is not cut after a space that is one character with the mark behind it', () => {
    expect(parts(plain('aaaa bbbb \u0301cc dd'), 12)).toEqual(['aaaa', 'bbbb \u0301cc dd']);
  });

  it('is cut inside of a character only if that alone is too long, and then not inside of a surrogate pair', () => {
    const monster = `e${'\u{1d165}'.repeat(50)}`;
    const cut = splitRichText(plain(monster), 20);
    expect(cut.map(({ text }) => text).join('')).toBe(monster);
    expect(cut.every(({ text }) => text.isWellFormed() && text.length <= 20)).toBe(true);
  });

  it('keeps a code span and a link in one part if another place is good enough', () => {
    expect(parts(renderMarkdown('one two three `four five six` seven'), 24)).toEqual([
      'one two three',
      '<code>four five six</code> seven',
    ]);
  });

  it('goes on with formatting that is cut', () => {
    expect(parts(bold('one two three four five'), 15)).toEqual([
      '<bold>one two three</bold>',
      '<bold>four five</bold>',
    ]);
    expect(parts(quote('one two three\nfour five'), 15)).toEqual([
      '<blockquote>one two three</blockquote>',
      '<blockquote>four five</blockquote>',
    ]);
  });
});

describe('a block of code that is too long', () => {
  it('is cut at lines, goes on in the same language, and keeps its indentation', () => {
    expect(parts(rich`Look:\n\n${pre('if x:\n    a()\n    b()\n    c()', 'python')}`, 26)).toEqual([
      'Look:\n\n<pre python>if x:\n    a()</pre>',
      '<pre python>    b()\n    c()</pre>',
    ]);
  });

  it('begins in the next part if it fits there', () => {
    expect(parts(rich`Some words before.\n\n${pre('a\nb\nc\nd', 'sh')}`, 24)).toEqual([
      'Some words before.',
      '<pre sh>a\nb\nc\nd</pre>',
    ]);
  });

  it('leaves no part that is blank', () => {
    expect(parts(pre(`a${'\n'.repeat(100)}b`), 20)).toEqual(['<pre>a</pre>', '<pre>b</pre>']);
  });
});

describe('parts', () => {
  it('hold a hundred entities at most each', () => {
    const many = concat(...Array.from({ length: 500 }, () => concat(bold('b'), ' ')));
    expect(splitRichText(many, 300).map(({ entities }) => entities.length)).toEqual([100, 100, 100, 50]);
  });

  it('need room for one character', () => {
    expect(() => splitRichText(plain('x'), 1)).toThrow('2 or more; not 1');
  });

  const timeout = HOSTILE_TIMEOUT_MS;
  it(
    'lose nothing but whitespace, neither words nor their formatting, and stay within any limit',
    { timeout },
    () => {
      fc.assert(
        fc.property(hostileDocument, fc.integer({ min: 2, max: 300 }), (markdown, limit) => {
          const whole = renderMarkdown(markdown);
          const cut = splitRichText(whole, limit);
          expect(cut.every(({ text }) => text.length <= limit && text.isWellFormed())).toBe(true);
          const [before, after] = [
            stylesOf({ ...whole, entities: settle(whole.entities) }),
            cut.flatMap(stylesOf),
          ];
          expect(after.map(({ character }) => character)).toEqual(before.map(({ character }) => character));
          // Half a word that may look like a command is made code. Of more than a hundred entities in a part some go.
          if (cut.some(({ entities }) => entities.length >= 100)) return;
          const isCode = (index: number) => [before, after].some((all) => all[index]?.style.includes('code'));
          expect(after.filter((_, index) => !isCode(index))).toEqual(
            before.filter((_, index) => !isCode(index)),
          );
        }),
        { numRuns: 200 },
      );
    },
  );

  it('show nothing to tap where a word is cut', () => {
    const text = `${'x'.repeat(15)}/end${'y'.repeat(70)} ${'z'.repeat(30)}`;
    for (let limit = 2; limit < 60; limit++) {
      expect(splitRichText(plain(text), limit).flatMap(tappableIn)).toEqual([]);
    }
  });
});

/** Each character that can be seen, with its formatting; which of it is the outer one does not matter. */
function stylesOf({ text, entities }: RichText): { character: string; style: string }[] {
  const styles = Array.from({ length: text.length }, (): string[] => []);
  for (const entity of entities) {
    const fact = 'language' in entity ? entity.language : 'url' in entity ? entity.url : '';
    const name = `${entity.type} ${fact ?? ''}`;
    for (let index = entity.offset; index < entity.offset + entity.length; index++) styles[index]?.push(name);
  }
  return styles.flatMap((style, index) =>
    INVISIBLE.test(text.charAt(index)) ? [] : [{ character: text.charAt(index), style: style.sort().join() }],
  );
}

const INVISIBLE = /\s|[\u180e\u2000-\u200f\u2800\ufffc]|\udb40|[\udc00-\udc7f]/;
