/** The emulator's formatting against Telegram's own parser, and against what only Telegram's source says. */
import fc from 'fast-check';
import { type MessageEntity } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../../src/sandbox/bot-api/api-error.ts';
import { fixFormattedText } from '../../../../src/sandbox/bot-api/text/formatted-text.ts';
import { checkEntities, normalizedByTdlib } from '../../../helpers/tdlib.ts';

const PLAIN = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
  'blockquote',
  'expandable_blockquote',
] as const;

/** Short ones, so that entities meet each other, characters' middles and the end. No Markdown: TDLib would parse it. */
const texts = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'é',
      ' ',
      '\n',
      '😀',
      '👨‍👩‍👧',
      '\r',
      '\t',
      '\u0001',
      '\u202e',
      '\u2028',
      'e\u030a',
      '\u200e',
      '\u200f',
      'ж',
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

const entitiesOver = (lengthOfText: number): fc.Arbitrary<MessageEntity> => {
  const place = {
    offset: fc.integer({ min: -1, max: lengthOfText + 1 }),
    length: fc.integer({ min: -1, max: lengthOfText + 1 }),
  };
  return fc.oneof(
    fc.record({ type: fc.constantFrom(...PLAIN), ...place }),
    fc.record({ type: fc.constant('pre' as const), ...place }),
    fc.record({ type: fc.constant('pre' as const), language: fc.constantFrom('ts', 'sh'), ...place }),
    fc.record({ type: fc.constant('text_link' as const), url: fc.constant('http://a.b/'), ...place }),
  );
};

const samples = texts.chain((text) =>
  fc.tuple(fc.constant(text), fc.array(entitiesOver(text.length), { maxLength: 6 })),
);

/** The reason of a refusal, or null. */
function refusalOf(text: string, entities: MessageEntity[]): string | null {
  try {
    fixFormattedText({ text, entities });
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.message;
  }
}

describe('fixFormattedText', () => {
  it('accepts and refuses what Telegram does, with the same words', () => {
    fc.assert(
      fc.property(samples, ([text, entities]) => {
        const reason = checkEntities(text, entities);
        const described =
          reason === null ? null : `Bad Request: ${reason[0]?.toLowerCase()}${reason.slice(1)}`;
        expect(refusalOf(text, entities)).toBe(described);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps the text and the entities that Telegram keeps', () => {
    fc.assert(
      fc.property(samples, ([text, entities]) => {
        const expected = normalizedByTdlib(text, entities);
        fc.pre(typeof expected !== 'string');
        const { text: kept, entities: normalized } = fixFormattedText({ text, entities }, { trim: false });
        // TDLib gives up a text in which there is nothing to see; messages do too, but with an error.
        if (kept.trim() === '') return;
        expect({ text: kept, entities: normalized }).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('trims whitespace, but not from where formatting begins', () => {
    const bold = (offset: number, length: number) => ({ type: 'bold' as const, offset, length });
    expect(fixFormattedText({ text: ' \n a \n', entities: [bold(3, 3)] })).toEqual({
      text: 'a',
      entities: [bold(0, 1)],
    });
    expect(fixFormattedText({ text: '  a', entities: [bold(1, 2)] })).toEqual({
      text: ' a',
      entities: [bold(0, 2)],
    });
    expect(fixFormattedText({ text: 'a  ', entities: [bold(1, 2)] })).toEqual({ text: 'a', entities: [] });
  });
});
