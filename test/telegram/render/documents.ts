/** Generates Markdown that means harm to a renderer: nested, half-open, huge, of every script, with links of every kind. */
import fc from 'fast-check';
import { answer } from './answers.ts';
import { crowd } from './crowds.ts';

const WORDS = [
  'word',
  'naïve',
  'Straße',
  '漢字かな',
  'שלום עולם',
  'مرحبا',
  '👨‍👩‍👧‍👦',
  '🇩🇪',
  '👍🏽',
  '❤️',
  'e\u0301\u0323',
  'z\u0335\u0321\u0322a\u0300\u0301l\u0334g\u0353o\u0346',
  '\u200b',
  '\u200f\u200e',
  '\u202e',
  '\u2028',
  'a\u030a',
  '\ufeff',
  '\u00a0',
  '\u3000',
  '\ud83d',
  '\0',
  '\t',
  '\r',
  '\x1b[0m',
  '&amp;',
  '&#0;',
  '&nbsp;',
  '\\*',
  '/end',
  '/end@some_bot',
  '/usr/bin',
  '@someone',
  '@types/node',
  '#tag',
  '$USD',
  '$x^2$',
  'www.example.com.',
  'HTTPS://EXAMPLE.COM/(x)',
  '+1 (555) 010-9999',
  '1:23',
  '==mark==',
  '||spoiler||',
  ':::note',
  '<script>alert(1)</script>',
  '<a href="tg://x">t</a>',
  '<details><summary>s</summary>',
  '&lt;b&gt;',
  '\\',
  'a@b.co',
  'evil.com',
  '<br>',
  '<b>',
  '</b>',
  '<!-- x',
  '<tg-button>',
  '…',
  'https://x.dev/a_b?c=(d)',
  '[^1]',
  '`',
  '``',
  '*',
  '**',
  '_',
  '~~',
  '[',
  '](',
  '|',
  '||',
];

const URLS = [
  'https://example.com/a b',
  'http://localhost:3000',
  './src/x.ts',
  'file:///etc/passwd',
  'vscode://file/x',
  'javascript:alert(1)',
  'tel:+123',
  'ftp://a.b/c',
  '',
  'mailto:a@b.c',
  'tg://user?id=1',
  'tg://resolve?domain=x',
  'http://[::1]:80/',
  'http://[::zz]/',
  'http://a.b:0/',
  'http://a.b:99999/',
  'https://user:pw@a.b/',
  'https://ünïcode.example/ü',
  'https://a_b.c-d.ee/%zz',
  'http://1.2.3.4',
  'http://.',
  'http://..a',
  'http://a..b',
  'https://a.b/\u202e\u0000',
  '#anchor',
  '//a.b/c',
  'HTTP://A.B',
  'https://{x}.y',
  'https://a.b"c/',
  'http://0x7f.1',
  'https://a.b./',
];

const word = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  { weight: 1, arbitrary: fc.nat(600).map((length) => 'x'.repeat(length)) },
);
const words = fc.array(word, { minLength: 1, maxLength: 6 }).map((list) => list.join(' '));
const url = fc.constantFrom(...URLS);

const { inline } = fc.letrec<{ inline: string }>((tie) => ({
  inline: fc.oneof(
    { maxDepth: 4 },
    words,
    tie('inline').map((text) => `**${text}**`),
    tie('inline').map((text) => `_${text}_`),
    tie('inline').map((text) => `***${text}*`),
    tie('inline').map((text) => `~~${text}~~`),
    words.map((text) => `\`${text}\``),
    fc.tuple(tie('inline'), url).map(([text, target]) => `[${text}](<${target}>)`),
    fc.tuple(tie('inline'), url).map(([text, target]) => `![${text}](${target})`),
    url.map((target) => `<${target}>`),
    url,
    tie('inline').map((text) => `[${text}][ref]`),
    fc.tuple(tie('inline'), tie('inline')).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie('inline'), tie('inline')).map(([a, b]) => `${a}  \n${b}`),
  ),
}));

/** Every line of the text behind the prefix; the first one behind another. */
function prefixed(text: string, first: string, rest: string): string {
  return first + text.replaceAll('\n', `\n${rest}`);
}

const table = fc
  .tuple(fc.nat(5), fc.array(fc.array(inline, { minLength: 1, maxLength: 6 }), { maxLength: 40 }))
  .map(([columns, rows]) => {
    const head = Array.from({ length: columns + 1 }, (_, index) => `h${index}`);
    const rule = head.map((_, index) => [':-', '-:', ':-:', '-'][index % 4]);
    return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  });

const fence = fc
  .tuple(
    fc.constantFrom('```', '~~~', '````'),
    fc.constantFrom('', 'python', 'c++', '{.weird title="x"}', 'a'.repeat(40), 'ts file.ts'),
    fc.array(words, { maxLength: 60 }),
    fc.constantFrom('```', '~~~', '', '`'),
  )
  .map(([open, info, lines, close]) => `${open}${info}\n${lines.join('\n\t')}\n${close}`);

const { blocks } = fc.letrec<{ block: string; blocks: string }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 4 },
    { weight: 3, arbitrary: inline },
    { weight: 1, arbitrary: fence },
    { weight: 1, arbitrary: table },
    { weight: 1, arbitrary: inline.map((text) => `### ${text}`) },
    { weight: 1, arbitrary: inline.map((text) => `${text}\n===`) },
    { weight: 1, arbitrary: tie('blocks').map((text) => prefixed(text, '> ', '> ')) },
    { weight: 1, arbitrary: tie('blocks').map((text) => prefixed(text, '- ', '  ')) },
    { weight: 1, arbitrary: tie('blocks').map((text) => prefixed(text, '- [x] ', '  ')) },
    { weight: 1, arbitrary: tie('blocks').map((text) => prefixed(text, '7. ', '   ')) },
    { weight: 1, arbitrary: tie('blocks').map((text) => prefixed(text, '[^1]: ', '    ')) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '---',
        '\t',
        '<div>\n<b>x',
        '[ref]: https://a.b/c "t"',
        '[^1]',
        '<!--',
        '---\na: b\n---',
        '<pre>\n**x**\n</pre>',
        '$$\nx_1\n$$',
      ),
    },
  ),
  blocks: fc
    .tuple(fc.array(tie('block'), { minLength: 1, maxLength: 6 }), fc.constantFrom('\n\n', '\n', '\n\n\n'))
    .map(([list, gap]) => list.join(gap)),
}));

const cutOff = (document: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(document, fc.nat(3), fc.nat(1_000_000))
    .map(([text, chance, where]) => (chance === 0 ? text.slice(0, where % (text.length + 1)) : text));

/** Up to some thousand characters; a quarter of them are cut off somewhere, as while they stream in. */
export const hostileDocument: fc.Arbitrary<string> = cutOff(blocks);

/** The same, as Claude writes them, and crowds: up to some ten thousand characters. */
export const markdownDocument: fc.Arbitrary<string> = cutOff(
  fc.oneof(
    { weight: 12, arbitrary: blocks },
    { weight: 6, arbitrary: answer },
    { weight: 2, arbitrary: crowd },
    // One kind within what another has left open.
    { weight: 1, arbitrary: fc.tuple(blocks, crowd, answer).map((texts) => texts.join('\n')) },
  ),
);
