/** Composing formatted text: offsets stay true whatever is put before, around or cut off. */
import { describe, expect, it } from 'vitest';
import {
  bold,
  code,
  concat,
  italic,
  join,
  link,
  plain,
  pre,
  rich,
  slice,
} from '../../../src/telegram/render/rich-text.ts';
import { marked } from './marked.ts';

describe('composing', () => {
  it('keeps the formatting of what is put into a template, and takes strings literally', () => {
    const text = rich`Suspended ${bold('alpha')} after ${'<10> min'}, ${italic(rich`see ${code('x')}`)}`;
    expect(marked(text)).toBe(
      'Suspended <bold>alpha</bold> after <10> min, <italic>see <code>x</code></italic>',
    );
  });

  it('counts offsets in UTF-16 units', () => {
    expect(concat('👍', bold('漢👍')).entities).toEqual([{ type: 'bold', offset: 2, length: 3 }]);
  });

  it('puts a separator between parts only', () => {
    expect(marked(join([bold('a'), 'b', ''], ', '))).toBe('<bold>a</bold>, b, ');
    expect(join([], ', ')).toEqual(plain(''));
  });

  it('takes more parts than a function takes arguments', () => {
    const parts = Array.from({ length: 300_000 }, () => 'a');
    expect(join(parts, ' ').text).toHaveLength(599_999);
  });

  it('formats nothing where there is no text: Telegram knows no empty formatting', () => {
    expect([bold(''), pre('', 'ts'), link('', 'https://a.b')]).toEqual([plain(''), plain(''), plain('')]);
  });

  it('names the language of code only if there is one', () => {
    expect(pre('x', 'ts').entities).toEqual([{ type: 'pre', language: 'ts', offset: 0, length: 1 }]);
    expect(pre('x').entities).toEqual([{ type: 'pre', offset: 0, length: 1 }]);
  });
});

describe('slice', () => {
  const text = rich`ab${bold('cd👍')}${italic('ef')}`;

  it('clips formatting to what is left', () => {
    expect(marked(slice(text, 3, 7))).toBe('<bold>d👍</bold><italic>e</italic>');
    expect(marked(slice(text, 6))).toBe('<italic>ef</italic>');
    expect(slice(text, 0, 2)).toEqual(plain('ab'));
  });

  it('never cuts a surrogate pair: slices that meet inside of one lose nothing and share nothing', () => {
    expect(marked(slice(text, 0, 5))).toBe('ab<bold>cd</bold>');
    expect(marked(slice(text, 5))).toBe('<bold>👍</bold><italic>ef</italic>');
  });

  it('takes offsets outside of the text for its ends', () => {
    expect(slice(text, -5, 99)).toEqual(text);
    expect(slice(text, 99)).toEqual(plain(''));
  });
});
