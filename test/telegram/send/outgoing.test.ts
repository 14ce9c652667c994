import { describe, expect, it } from 'vitest';
import { bold, rich } from '../../../src/telegram/render/rich-text.ts';
import { isChatRefused, simplerMessage, type OutgoingMessage } from '../../../src/telegram/send/outgoing.ts';

const keyboard = { inline_keyboard: [[{ text: 'Allow', callback_data: 'ay:1' }]] };

function message(over: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const address = { chatId: 7, threadId: null };
  return {
    address,
    text: rich`an ${bold('answer')}`,
    document: null,
    replyTo: null,
    keyboard,
    isSilent: false,
    ...over,
  };
}

describe('a message in a simpler shape', () => {
  it('goes to the chat when the topic is gone, keeps its buttons and shifts its formatting', () => {
    const simpler = simplerMessage(
      message({ address: { chatId: 7, threadId: 3 }, replyTo: 4 }),
      'Bad Request: message thread not found',
    );
    expect(simpler).toMatchObject({ address: { chatId: 7, threadId: null }, replyTo: null, keyboard });
    const { text, entities } = simpler?.text ?? { text: '', entities: [] };
    const { offset = 0, length = 0 } = entities.find(({ type }) => type === 'bold') ?? {};
    expect(text.slice(offset, offset + length)).toBe('answer');
  });

  it('answers nothing when the question is gone, and keeps the rest', () => {
    const asked = message({ replyTo: 4 });
    expect(simplerMessage(asked, 'Bad Request: message to be replied not found')).toEqual({
      ...asked,
      replyTo: null,
    });
  });

  it('is plain when its formatting is refused, and keeps buttons, topic and question', () => {
    const asked = message({ address: { chatId: 7, threadId: 3 }, replyTo: 4 });
    expect(simplerMessage(asked, "Bad Request: can't parse entities: x")).toEqual({
      ...asked,
      text: { text: 'an answer', entities: [] },
    });
  });

  it('becomes ever simpler, and ends', () => {
    const shapes: string[] = [];
    let shape: OutgoingMessage | null = message({ replyTo: 4 });
    while (shape) {
      shapes.push(shape.text.text);
      shape = simplerMessage(shape, 'Bad Request: message is too long');
    }
    expect(shapes).toEqual([
      'an answer',
      'an answer',
      'Telegram refused this part of the answer (Bad Request: message is too long). Ask for it in another form.',
    ]);
  });
});

describe('a file in a simpler shape', () => {
  it('stays a file: without formatting, and then there is none', () => {
    const document = { fileName: 'a.md', bytes: new Uint8Array(1) };
    const plainly = simplerMessage(message({ document }), 'Bad Request: x');
    expect(plainly).toMatchObject({ document, text: { text: 'an answer', entities: [] } });
    expect(plainly && simplerMessage(plainly, 'Bad Request: x')).toBeNull();
  });
});

describe('a refusal', () => {
  it.each([
    [403, 'Forbidden: bot was blocked by the user'],
    [403, 'Forbidden: bot was kicked from the supergroup chat'],
    [401, 'Unauthorized'],
    [400, 'Bad Request: chat not found'],
    [400, 'Bad Request: not enough rights to send text messages to the chat'],
    [400, 'Bad Request: need administrator rights in the channel chat'],
    [400, 'Bad Request: CHAT_WRITE_FORBIDDEN'],
  ])('is of the chat: %i %s', (code, description) => {
    expect(isChatRefused(code, description)).toBe(true);
  });

  it.each([
    [413, 'Request Entity Too Large'],
    [400, 'Bad Request: not enough rights to send documents to the chat'],
    [400, 'Bad Request: CHAT_SEND_DOCS_FORBIDDEN'],
  ])('is of files: %i %s', (code, description) => {
    expect(isChatRefused(code, description)).toBe(false);
  });

  it.each([
    'Bad Request: message thread not found',
    'Bad Request: message text is empty',
    'Bad Request: BUTTON_DATA_INVALID',
    "Bad Request: can't parse entities",
  ])('is of the message: %s', (description) => {
    expect(isChatRefused(400, description)).toBe(false);
  });
});
