/** Generates Markdown as Claude writes it, of up to some messages: headings, paragraphs, lists, tables, code, quotes. */
import fc from 'fast-check';

const WORDS = (
  'the a of to and in is that it for on with as this are be by or from at which can not if when each only then so ' +
  'function returns value `parseConfig()` **never** *always* file path `src/index.ts` error timeout request session ' +
  '[the docs](https://example.com/docs) `/usr/local/bin` https://example.com/a?b=c retries cache naïve Größe 漢字 ' +
  'שלום 👩‍💻 3.14 e.g. i.e. ~~old~~ @types/node #42 user@example.com'
).split(' ');

const sentence = fc
  .array(fc.constantFrom(...WORDS), { minLength: 3, maxLength: 25 })
  .chain((words) => fc.constantFrom('.', '.', '.', '?', '!', ':').map((end) => `${words.join(' ')}${end}`));
const paragraph = fc.array(sentence, { minLength: 1, maxLength: 7 }).map((list) => list.join(' '));
const title = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 6 })
  .map((list) => list.join(' '));

const heading = fc
  .tuple(fc.integer({ min: 1, max: 4 }), title)
  .map(([level, text]) => `${'#'.repeat(level)} ${text}`);

const item = fc.tuple(fc.nat(2), fc.boolean(), sentence);
const list = fc
  .tuple(fc.constantFrom('-', '*', '1.', '- [ ]', '- [x]'), fc.array(item, { minLength: 1, maxLength: 14 }))
  .map(([marker, items]) =>
    items
      .map(([depth, isLoose, text]) => `${'    '.repeat(depth)}${marker} ${text}${isLoose ? '\n' : ''}`)
      .join('\n'),
  );

const CELLS = [
  'name',
  'a much longer cell, with **bold** words and `code` in it',
  '12.5',
  '漢字',
  '👍🏽',
  'e\u0301',
  'שלום',
  '',
  'x'.repeat(120),
  '[link](https://example.com)',
];
const table = fc.integer({ min: 1, max: 6 }).chain((columns) => {
  const row = fc.array(fc.constantFrom(...CELLS), { minLength: columns, maxLength: columns });
  return fc.array(row, { minLength: 1, maxLength: 40 }).map((rows) => {
    const rule = Array.from({ length: columns }, (_, index) => [':--', '--:', ':-:', '---'][index % 4]);
    const [head = [], ...body] = rows;
    return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  });
});

const CODE = [
  '',
  '}',
  'function f() {',
  '    return 1;',
  '        // ' + 'long '.repeat(20),
  '\tif x:',
  '',
  'x = "`"',
];
const code = fc
  .tuple(
    fc.constantFrom('ts', 'python', '', 'diff', 'c++'),
    fc.array(fc.constantFrom(...CODE), { maxLength: 150 }),
  )
  .map(([language, lines]) => ['```' + language, ...lines, '```'].join('\n'));

const quoted = paragraph.map((text) => `> ${text.replaceAll('. ', '.\n> ')}`);
const footnote = fc.tuple(title, sentence).map(([text, note]) => `${text}[^n]\n\n[^n]: ${note}`);

const block = fc.oneof(
  { weight: 6, arbitrary: paragraph },
  { weight: 3, arbitrary: heading },
  { weight: 3, arbitrary: list },
  { weight: 1, arbitrary: table },
  { weight: 2, arbitrary: code },
  { weight: 1, arbitrary: quoted },
  { weight: 1, arbitrary: footnote },
  {
    weight: 1,
    arbitrary: fc.constantFrom('---', '<details>\n<summary>More</summary>\n\nless\n\n</details>'),
  },
);

export const answer: fc.Arbitrary<string> = fc
  .array(block, { minLength: 1, maxLength: 16 })
  .map((blocks) => blocks.join('\n\n'));
