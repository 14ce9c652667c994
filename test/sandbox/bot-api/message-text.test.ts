/** The text of a message from a call to the chat, with links and formatting at once, against Telegram's own parser. */
import fc from 'fast-check';
import { type MessageEntity } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../src/sandbox/bot-api/api-error.ts';
import { readEntities, storedText } from '../../../src/sandbox/bot-api/message-text.ts';
import { checkEntities } from '../../helpers/tdlib.ts';

const TEXT = 'a😀 b\rc';
const place = { offset: fc.integer({ min: 0, max: 8 }), length: fc.integer({ min: 0, max: 8 }) };
const entity: fc.Arbitrary<MessageEntity> = fc.oneof(
  fc.record({ type: fc.constantFrom('bold' as const, 'code' as const, 'blockquote' as const), ...place }),
  fc.record({
    type: fc.constant('text_link' as const),
    url: fc.constantFrom(
      'https://a.b/c',
      'a.b',
      'http://localhost',
      'file:///x',
      '',
      'tg://resolve?domain=x',
    ),
    ...place,
  }),
);

function verdict(entities: MessageEntity[]): string | null {
  try {
    // As it comes from a call: any JSON.
    storedText({ text: TEXT, entities: readEntities(entities) }, () => true);
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.message;
  }
}

describe('storedText', () => {
  it('names the same one of several faults as Telegram', () => {
    fc.assert(
      fc.property(fc.array(entity, { maxLength: 4 }), (entities) => {
        const reason = checkEntities(TEXT, entities);
        const described =
          reason === null ? null : `Bad Request: ${reason[0]?.toLowerCase()}${reason.slice(1)}`;
        expect(verdict(entities)).toBe(described);
      }),
      { numRuns: 1_000 },
    );
  });

  it('ignores entities that Telegram finds by itself, and finds them', () => {
    const given = { text: 'see @durov', entities: readEntities([{ type: 'mention', offset: 0, length: 3 }]) };
    expect(storedText(given, () => true).entities).toEqual([{ type: 'mention', offset: 4, length: 6 }]);
  });

  it('finds nothing inside of code and links, but inside of bold', () => {
    const text = 'a.com b.com c.com';
    const entities: MessageEntity[] = [
      { type: 'code', offset: 0, length: 5 },
      { type: 'bold', offset: 6, length: 5 },
      { type: 'text_link', url: 'https://x.y/', offset: 12, length: 5 },
    ];
    expect(storedText({ text, entities }, () => true).entities).toEqual([
      { type: 'code', offset: 0, length: 5 },
      { type: 'url', offset: 6, length: 5 },
      { type: 'bold', offset: 6, length: 5 },
      { type: 'text_link', url: 'https://x.y/', offset: 12, length: 5 },
    ]);
  });

  it('writes links as Telegram does', () => {
    const entities: MessageEntity[] = [{ type: 'text_link', url: 'HTTP://A.B', offset: 0, length: 1 }];
    expect(storedText({ text: 'a', entities }, () => true).entities).toMatchObject([{ url: 'http://a.b/' }]);
  });

  it('keeps 100 entities, links and code before bold and its like', () => {
    const text = 'ab'.repeat(101);
    const bold: MessageEntity[] = Array.from({ length: 101 }, (_, at) => ({
      type: 'bold',
      offset: 2 * at,
      length: 1,
    }));
    const code: MessageEntity = { type: 'code', offset: 201, length: 1 };
    const { entities } = storedText({ text, entities: [...bold, code] }, () => true);
    expect(entities).toHaveLength(100);
    expect(entities.at(-1)).toEqual(code);
  });
});
