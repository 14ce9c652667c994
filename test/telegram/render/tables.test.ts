/** Tables, in columns. */
import { expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/telegram/render/markdown.ts';

const linesOf = (markdown: string) => renderMarkdown(markdown).text.split('\n');

it('aligns cells as the table says', () => {
  expect(linesOf('| a | b | c |\n|:--|--:|:-:|\n| left | 1 | x |\n| l | 1000 | middle |')).toEqual([
    'a    │    b │   c',
    '─────┼──────┼───────',
    'left │    1 │   x',
    'l    │ 1000 │ middle',
  ]);
});

it('is one block of code', () => {
  const { text, entities } = renderMarkdown('Look:\n\n| a |\n|---|\n| **b** `c` |');
  expect(text).toBe('Look:\n\na\n───\nb c');
  expect(entities).toEqual([{ type: 'pre', offset: 7, length: text.length - 7 }]);
});

it('counts two columns for East Asian characters and emoji, none for combining marks', () => {
  expect(
    linesOf('| a | b |\n|---|---|\n| 漢字 | x |\n| 👨‍👩‍👧 | x |\n| é | x |\n| e\u0301 | x |\n| ｶﾅ | x |'),
  ).toEqual(['a    │ b', '─────┼──', '漢字 │ x', '👨‍👩‍👧   │ x', 'é    │ x', 'e\u0301    │ x', 'ｶﾅ   │ x']);
});

it('writes links out, since none can be tapped in code', () => {
  expect(linesOf('| a |\n|---|\n| [x](https://y.dev) https://z.dev |')[2]).toBe(
    'x (https://y.dev) https://z.dev',
  );
});

it('shows a long cell whole without widening the other rows', () => {
  const long = 'x'.repeat(5_000);
  const rows = linesOf(`| a | b |\n|---|---|\n${'| y | z |\n'.repeat(500)}| ${long} | z |`);
  expect(rows[2]).toBe(`y${' '.repeat(39)} │ z`);
  expect(rows.at(-1)).toBe(`${long} │ z`);
});

it('takes rows that are too short', () => {
  expect(linesOf('| a | b |\n|---|---|\n| y |')).toEqual(['a │ b', '──┼──', 'y']);
});
