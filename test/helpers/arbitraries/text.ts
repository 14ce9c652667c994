/** Texts that mean harm: what Unicode has of traps, and what programs take for more than text. */
import fc from 'fast-check';

const TRAPS = [
  // Half a surrogate pair, either half, and a pair the wrong way round.
  ...['\ud83d', '\udc00', '\udc00\ud83d'],
  // Direction overrides, isolates and marks; zero width; a byte order mark.
  ...['\u202e', '\u202a\u202c', '\u2066\u2069', '\u200e\u200f', '\u200b', '\u200d', '\u2060', '\ufeff'],
  // Controls, line ends of every kind, an escape sequence.
  ...['\0', '\x07', '\x1b[31m', '\r\n', '\u0085', '\u2028', '\u2029', '\x7f'],
  // One character of many code points; a change of case that changes the length; tags; the last code point.
  ...['👨‍👩‍👧‍👦', '🇩🇪🇩', 'e\u0301\u0323', 'İ', 'ß', '\u{e0001}\u{e0041}\u{e007f}', '\u{10ffff}', '\uffff'],
  ...['שלום', 'مرحبا', '漢字', '٣', '１０', 'ｏｆｆ'],
  // Names that every object has, and paths.
  ...['__proto__', 'constructor', 'toString', '../../etc/passwd', '/dev/null'],
  // What others read as commands, numbers, formats or markup.
  ...[
    '/end',
    '/new ..',
    '/timeout -1',
    '@hiber_bot',
    '%s%n',
    '${x}',
    '$(id)',
    '<b>',
    '`',
    '**',
    '[x](y)',
    'NaN',
    '1e999',
  ],
];

/** A letter under so many marks that they reach far out of its line. */
const flood = fc.nat(300).map((count) => `z${'\u0335\u0301'.repeat(count)}`);

/** Mostly short; now and then longer than a message of Telegram's may be. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 8,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...TRAPS), fc.string({ unit: 'grapheme', maxLength: 4 })), {
        maxLength: 8,
      })
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: flood },
  { weight: 1, arbitrary: fc.nat(9_000).map((length) => 'x'.repeat(length)) },
);
