/** The newest end of a growing text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/telegram/render/markdown.ts';
import { bold, plain, pre, rich } from '../../../src/telegram/render/rich-text.ts';
import { tail } from '../../../src/telegram/render/tail.ts';
import { checkEntities } from '../../helpers/tdlib.ts';
import { hostileDocument } from './documents.ts';
import { marked } from './marked.ts';
import { tappableIn } from './tappable.ts';

describe('tail', () => {
  it('is the whole text as long as that has room', () => {
    expect(marked(tail(rich`a ${bold('b')}`, 3))).toBe('a <bold>b</bold>');
  });

  it('begins with an ellipsis and a whole line', () => {
    const end = 'three four five six seven eight nine';
    expect(tail(plain(`aaaa bb y z\n${end}`), 44).text).toBe(`…\n${end}`);
  });

  it('begins with a whole word if no line begins soon', () => {
    expect(tail(plain('one two three four five six seven'), 20).text).toBe('…\nfive six seven');
  });

  it('keeps formatting that goes on', () => {
    expect(marked(tail(pre('if x:\n    a()\n    b()', 'py'), 20))).toBe('…\n<pre py>    a()\n    b()</pre>');
  });

  it('is within its limit, taken by Telegram, without anything to tap, and ends as the text does', () => {
    fc.assert(
      fc.property(hostileDocument, fc.integer({ min: 3, max: 300 }), (markdown, limit) => {
        const whole = renderMarkdown(markdown);
        const end = tail(whole, limit);
        expect(end.text.length).toBeLessThanOrEqual(limit);
        expect(checkEntities(end.text, end.entities)).toBeNull();
        expect(whole.text.endsWith(end.text.replace(/^…\n?/, ''))).toBe(true);
        expect(tappableIn(end)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
