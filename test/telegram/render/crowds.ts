/** Generates Markdown with more of one thing than a message takes: formatting, links, nesting, code, marks. */
import fc from 'fast-check';

const SMALL = [
  '**b**',
  '_i_',
  '~~s~~',
  '`c`',
  '`/end`',
  '/end',
  '@someone',
  '[l](https://a.b)',
  '***`x`***',
  '**a [l](https://a.b) z**',
  '> q\n\n',
  '- **x**: `y`\n',
  '```ts\n1\n```\n',
  'https://a.b/c',
  '\n\n',
];

/** Hundreds of small pieces of formatting. */
const crowded = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...SMALL), { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 20, max: 400 }),
    fc.constantFrom(' ', '', '\n', ' and '),
  )
  .map(([kinds, count, between]) =>
    Array.from({ length: count }, (_, index) => kinds[index % kinds.length]).join(between),
  );

/** Links whose addresses weigh more than their words. */
const heavyLinks = fc
  .tuple(
    fc.integer({ min: 1, max: 150 }),
    fc.integer({ min: 10, max: 2_500 }),
    fc.constantFrom(' ', '\n', ''),
  )
  .map(([count, length, between]) =>
    Array.from({ length: count }, (_, index) => `[w${index}](https://a.b/${'x'.repeat(length)})`).join(
      between,
    ),
  );

/** One construct in itself, far deeper than anyone writes. */
const deep = fc
  .tuple(
    fc.constantFrom(
      ...([
        ['> ', ''],
        ['- ', ''],
        ['1. ', ''],
        ['**', '**'],
        ['*_', '_*'],
        ['[', '](https://a.b)'],
        ['![', '](x)'],
        ['~~', '~~'],
        ['`', '`'],
        ['<b>', '</b>'],
        ['[^1]: ', ''],
      ] as const),
    ),
    fc.integer({ min: 2, max: 120 }),
  )
  .map(([[open, close], depth]) => `${open.repeat(depth)}x /end${close.repeat(depth)}`);

/** Code or words without a place to cut. */
const huge = fc
  .tuple(
    fc.constantFrom('```', '~~~ts', '    ', '', '> ', '| a |\n|---|\n| ', '# '),
    fc.constantFrom('x', '漢', '👨‍👩‍👧‍👦', 'e\u0301', 'ab ', '/a', '\u00a0', '`', '\u200f'),
    fc.integer({ min: 500, max: 9_000 }),
  )
  .map(([before, piece, length]) => {
    const between = /^[`~]{3}/.test(before) ? '\n' : '';
    return before + between + piece.repeat(Math.ceil(length / piece.length));
  });

export const crowd: fc.Arbitrary<string> = fc.oneof(crowded, heavyLinks, deep, huge);
