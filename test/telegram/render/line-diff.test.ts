/** Differences between texts, line by line. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff } from '../../../src/telegram/render/line-diff.ts';

const MARKS = { before: /^[ -]/, after: /^[ +]/ };
const side = (diff: string, mark: RegExp) =>
  diff
    .split('\n')
    .filter((line) => mark.test(line))
    .map((line) => line.slice(1))
    .join('\n');

describe('lineDiff', () => {
  it('shows what stays, goes and comes', () => {
    expect(lineDiff('a\nb\nc\nd', 'a\nB\nc\nd\ne').split('\n')).toEqual([' a', '-b', '+B', ' c', ' d', '+e']);
  });

  it('shows a new text as coming, a removed one as going', () => {
    expect([lineDiff('', 'a\nb\n'), lineDiff('a\n', '')]).toEqual(['+a\n+b', '-a']);
  });

  it('shows that the last line break goes or comes', () => {
    expect(lineDiff('a\n', 'a')).toBe(' a\n-');
    expect(lineDiff('a', 'a\n')).toBe(' a\n+');
  });

  it('holds both texts whole, and no line twice that could stay', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 })
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = lineDiff(before, after);
        expect(side(diff, MARKS.before)).toBe(before);
        expect(side(diff, MARKS.after)).toBe(after);
        if (before === after) expect(diff).not.toMatch(/^[-+]/m);
      }),
    );
  });

  it('puts all old lines before all new ones where comparing would take too long', () => {
    const old = Array.from({ length: 2_000 }, (_, line) => `old ${line}`);
    const fresh = Array.from({ length: 2_000 }, (_, line) => `new ${line}`);
    const diff = lineDiff(['same', ...old, 'end'].join('\n'), ['same', ...fresh, 'end'].join('\n')).split(
      '\n',
    );
    expect(diff.slice(0, 2)).toEqual(['-same', '-old 0']);
    expect(diff.slice(2_001, 2_003)).toEqual(['-end', '+same']);
    expect(diff).toHaveLength(4_004);
  });
});
