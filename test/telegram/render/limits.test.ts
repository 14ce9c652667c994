/** Formatting as Telegram keeps it, and no more of it than a message takes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitEntities } from '../../../src/telegram/render/limits.ts';
import { renderMarkdown } from '../../../src/telegram/render/markdown.ts';
import {
  bold,
  code,
  concat,
  italic,
  link,
  plain,
  pre,
  quote,
  rich,
  type RichText,
} from '../../../src/telegram/render/rich-text.ts';
import { settle } from '../../../src/telegram/render/settle.ts';
import { splitRichText } from '../../../src/telegram/render/split.ts';
import { normalizedByTdlib } from '../../helpers/tdlib.ts';
import { marked } from './marked.ts';
import { faultsOf } from './verdict.ts';

const many = (count: number, one: RichText) =>
  concat(...Array.from({ length: count }, () => concat(one, ' ')));
const typesOf = ({ entities }: RichText) => new Set(entities.map(({ type }) => type));

describe('settle', () => {
  it.each<[string, RichText, string]>([
    ['equal neighbours are one', rich`${bold('a')}${bold('b')}`, '<bold>ab</bold>'],
    ['what is in itself is one', bold(rich`a${bold('b')}c`), '<bold>abc</bold>'],
    [
      'bold is cut around a link',
      bold(rich`a${link('b', 'http://x.y/')}c`),
      '<bold>a</bold><text_link http://x.y/><bold>b</bold></text_link><bold>c</bold>',
    ],
    ['bold is not in code', bold(rich`a${code('b')}`), '<bold>a</bold><code>b</code>'],
    [
      'bold is cut where italic begins',
      bold(rich`a${italic('b')}c`),
      '<bold>a</bold><bold><italic>b</italic>c</bold>',
    ],
    [
      'a quote holds all',
      quote(bold(rich`a${pre('b')}`)),
      '<blockquote><bold>a</bold><pre>b</pre></blockquote>',
    ],
  ])('%s', (_what, { text, entities }, settled) => {
    expect(marked({ text, entities: settle(entities) })).toBe(settled);
    expect(normalizedByTdlib(text, entities)).toEqual({ text, entities: settle(entities) });
  });

  it('does to any formatting of ours what Telegram does', () => {
    const { part } = fc.letrec<{ part: RichText }>((tie) => ({
      part: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('a', 'bc ', 'd\n').map(plain),
        fc.constantFrom(code('c'), pre('p\np'), pre('q', 'ts')),
        fc.tuple(fc.constantFrom(bold, italic), tie('part')).map(([style, inner]) => style(inner)),
        fc.array(tie('part'), { maxLength: 3 }).map((inner) => concat(...inner)),
      ),
    }));
    const linked = part.map(({ text }) => link(text === '' ? 'l' : text, 'http://x.y/'));
    const whole = fc.array(fc.oneof(part, part.map(quote), linked, linked.map(bold)), { maxLength: 6 });
    fc.assert(
      fc.property(whole, (parts) => {
        // Quotes that touch are one for Telegram; ours never do.
        const { text, entities } = concat(...parts.map((one) => concat(one, '-')));
        expect(normalizedByTdlib(text, entities)).toEqual({ text, entities: settle(entities) });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('limitEntities', () => {
  it('gives up the least important first: italic, bold, quotes, code, and of one kind the last', () => {
    const mixed = (count: number) =>
      limitEntities(
        concat(
          many(count, italic('i')),
          many(30, bold('b')),
          many(30, quote('q')),
          many(30, code('c')),
          pre('p'),
          link('l', 'http://x.y/'),
        ),
      ).entities.map(({ type }) => type);
    expect(mixed(50).filter((type) => type === 'italic')).toHaveLength(8);
    expect(mixed(50).slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 'italic'));
    expect(mixed(50).slice(-2)).toEqual(['pre', 'text_link']);
  });

  it('counts as Telegram does, which cuts bold around links', () => {
    const links = concat(...Array.from({ length: 40 }, () => rich`a ${link('b', 'http://x.y/')} `));
    const { entities } = limitEntities(bold(links));
    expect(entities.filter(({ type }) => type === 'text_link')).toHaveLength(40);
    expect(entities.length).toBeLessThanOrEqual(100);
  });

  it('changes nothing up to a hundred', () => {
    const some = many(100, bold('b'));
    expect(limitEntities(some)).toEqual(some);
  });
});

describe('a message with more links than it takes', () => {
  it('is cut before the first that is too many, so that none is lost', () => {
    const parts = splitRichText(many(250, link('l', 'http://x.y/')));
    expect(parts.map(({ entities }) => entities.length)).toEqual([100, 100, 50]);
    expect(parts.flatMap(faultsOf)).toEqual([]);
  });

  it('is cut earlier if their addresses are long', () => {
    const markdown = Array.from({ length: 30 }, (_, n) => `[${n}](https://x.y/${'z'.repeat(1_000)})`);
    const parts = splitRichText(renderMarkdown(markdown.join(' ')));
    expect(parts.flatMap(({ entities }) => entities)).toHaveLength(30);
    expect(parts.every(({ entities }) => entities.length <= 8)).toBe(true);
  });

  it('shows an address that no browser would take as words', () => {
    const [part] = splitRichText(renderMarkdown(`[a](https://x.y/${'z'.repeat(2_500)})`));
    expect(part?.text).toMatch(/^a \(https:\/\/x\.y\/z+\)$/);
    expect(part?.entities).toEqual([]);
  });
});

it('what could be tapped stays code among any number of other things', () => {
  const markdown = `${'`c` '.repeat(300)} /end ${'**b** _i_ `/new` '.repeat(200)}`;
  const parts = splitRichText(renderMarkdown(markdown));
  expect(parts.flatMap(faultsOf)).toEqual([]);
  expect(parts.every((part) => typesOf(part).has('code'))).toBe(true);
});

it('code at the end of a name stays too, which could be tapped without it', () => {
  const parts = splitRichText(renderMarkdown('@someone`x` and `y`\n'.repeat(60)));
  expect(parts.flatMap(faultsOf)).toEqual([]);
});
