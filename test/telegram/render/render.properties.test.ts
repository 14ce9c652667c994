/** Whatever Claude writes: messages that Telegram takes, with their formatting in order, and every word still there. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/telegram/render/markdown.ts';
import { plain, type RichText } from '../../../src/telegram/render/rich-text.ts';
import { MESSAGE_LIMIT, splitRichText } from '../../../src/telegram/render/split.ts';
import { HOSTILE_RUNS, HOSTILE_TIMEOUT_MS } from '../../helpers/arbitraries/runs.ts';
import { hostileText } from '../../helpers/arbitraries/text.ts';
import { checkEntities } from '../../helpers/tdlib.ts';

/** What has a meaning in Markdown, whole and in halves. */
const SYNTAX = [
  ...[
    '**',
    '_',
    '***',
    '~~',
    '`',
    '``',
    '```\n',
    '```js\n',
    '~~~\n',
    '\n',
    '\n\n',
    '  \n',
    '\\',
    '&amp;',
    '&#0;',
  ],
  ...['# ', '> ', '- ', '- [x] ', '1. ', '---\n', '| a | b |\n|---|:-:|\n', '|', '===\n', '    ', '\t'],
  ...[
    '[x](',
    '](https://a.b/c)',
    '![',
    '[r]: http://a.b\n',
    '[^1]',
    '[^1]: ',
    '<https://x.y>',
    '<div>\n',
    '<!--',
    '<?',
  ],
];

const block = fc
  .array(fc.oneof(hostileText, fc.constantFrom(...SYNTAX)), { maxLength: 4 })
  .map((pieces) => pieces.join(''));

/** Blocks with a word of their own between each two, by which a loss would be seen. */
const document = fc.array(block, { maxLength: 2 }).map((blocks) => {
  const words = blocks.map((_, index) => `word${String(index)}`);
  return { words, markdown: blocks.map((text, index) => `${text}\n\n${words[index] ?? ''}\n\n`).join('') };
});

/** Telegram's own parser is asked about each of so many. */
const ORACLE_EVERY = 10;

it('makes whole messages of any Markdown, and loses no word', { timeout: HOSTILE_TIMEOUT_MS }, () => {
  let count = 0;
  fc.assert(
    fc.property(document, ({ words, markdown }) => {
      const parts = splitRichText(renderMarkdown(markdown));
      for (const part of parts) expectSound(part);
      const shown = parts.map(({ text }) => text).join('\n');
      let from = 0;
      for (const word of words) {
        const at = shown.indexOf(word, from);
        expect(at, word).toBeGreaterThanOrEqual(0);
        from = at + word.length;
      }
      count += 1;
      if (count % ORACLE_EVERY > 0) return;
      for (const { text, entities } of parts) expect(checkEntities(text, entities)).toBeNull();
    }),
    { numRuns: HOSTILE_RUNS },
  );
});

it('cuts any text into messages, and loses nothing that can be seen', { timeout: HOSTILE_TIMEOUT_MS }, () => {
  const text = fc.array(hostileText, { maxLength: 3 }).map((texts) => texts.join(' '));
  fc.assert(
    fc.property(text, fc.integer({ min: 20, max: MESSAGE_LIMIT }), (whole, limit) => {
      const parts = splitRichText(plain(whole), limit);
      for (const part of parts) {
        expectSound(part);
        expect(part.text.length).toBeLessThanOrEqual(limit);
      }
      expect(letters(parts.map((part) => part.text).join(''))).toBe(letters(whole));
    }),
    { numRuns: HOSTILE_RUNS },
  );
});

function expectSound({ text, entities }: RichText): void {
  expect(text.length).toBeLessThanOrEqual(MESSAGE_LIMIT);
  expect(text.isWellFormed()).toBe(true);
  expect(text.trim()).not.toBe('');
  expect(entities.length).toBeLessThanOrEqual(100);
  const openEnds: number[] = [];
  let last = 0;
  for (const { offset, length } of entities) {
    const end = offset + length;
    expect(offset).toBeGreaterThanOrEqual(last);
    expect(length).toBeGreaterThan(0);
    expect(end).toBeLessThanOrEqual(text.length);
    // Between the halves of a surrogate pair nothing begins or ends.
    for (const edge of [offset, end]) expect(text.codePointAt(edge - 1) ?? 0).toBeLessThan(0x1_0000);
    last = offset;
    while ((openEnds.at(-1) ?? Infinity) <= offset) openEnds.pop();
    expect(end).toBeLessThanOrEqual(openEnds.at(-1) ?? Infinity);
    openEnds.push(end);
  }
}

/** Telegram removes or replaces much else; letters and digits stay. */
function letters(text: string): string {
  return text.toWellFormed().replace(/[^\p{L}\p{N}]/gu, '');
}
