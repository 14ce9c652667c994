/** Edits and pins. */
import { describe, expect, it } from 'vitest';
import { CHAT, startChat } from '../emulated.ts';

const NOT_MODIFIED =
  '400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same ' +
  'as a current content and reply markup of the message';
const KEYBOARD = { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] };

describe('editMessageText', () => {
  it('changes text, formatting and keyboard, and says when', async () => {
    let now = 1_000_000;
    const { telegram, api } = await startChat({ now: () => now });
    const { message_id } = await api.sendMessage(CHAT, 'a');
    now = 5_000_000;
    const edited = await api.editMessageText(CHAT, message_id, 'bold', {
      entities: [{ type: 'bold', offset: 0, length: 4 }],
      reply_markup: KEYBOARD,
    });
    expect(edited).toMatchObject({
      message_id,
      date: 1_000,
      edit_date: 5_000,
      text: 'bold',
      reply_markup: KEYBOARD,
    });
    expect(telegram.messages(CHAT).at(-1)).toEqual(edited);
  });

  it('takes the keyboard away if it does not name it', async () => {
    const { telegram, api } = await startChat();
    const { message_id } = await api.sendMessage(CHAT, 'a', { reply_markup: KEYBOARD });
    await api.editMessageText(CHAT, message_id, 'a');
    expect(telegram.messages(CHAT).at(-1)).not.toHaveProperty('reply_markup');
  });

  it('is refused if nothing would change: text after cleaning, formatting, and keyboard', async () => {
    const { api, refusal } = await startChat();
    const entities = [{ type: 'bold' as const, offset: 0, length: 1 }];
    const { message_id } = await api.sendMessage(CHAT, 'a', { entities, reply_markup: KEYBOARD });
    const same = {
      chat_id: CHAT,
      message_id,
      text: ' a ',
      entities: [{ type: 'bold', offset: 1, length: 1 }],
    };
    expect(await refusal('editMessageText', { ...same, reply_markup: KEYBOARD })).toBe(NOT_MODIFIED);
    expect(await api.editMessageText(CHAT, message_id, 'a', { reply_markup: KEYBOARD })).toMatchObject({
      text: 'a',
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['of a message that is gone', { message_id: 99 }, 'message to edit not found'],
    ['of a message of somebody else', { message_id: 1 }, "message can't be edited"],
    ['to nothing', { text: '' }, 'message text is empty'],
    ['to too much', { text: 'a'.repeat(4_097) }, 'message is too long'],
  ])('is refused %s', async (_what, parameters, description) => {
    const { api, refusal } = await startChat();
    const { message_id } = await api.sendMessage(CHAT, 'a');
    expect(await refusal('editMessageText', { chat_id: CHAT, message_id, text: 'b', ...parameters })).toBe(
      `400 Bad Request: ${description}`,
    );
  });
});

describe('editMessageReplyMarkup', () => {
  it('changes the keyboard and nothing else', async () => {
    const { telegram, api, refusal } = await startChat();
    const { message_id } = await api.sendMessage(CHAT, 'a');
    await api.editMessageReplyMarkup(CHAT, message_id, { reply_markup: KEYBOARD });
    expect(telegram.messages(CHAT).at(-1)).toMatchObject({ text: 'a', reply_markup: KEYBOARD });
    await api.editMessageReplyMarkup(CHAT, message_id);
    expect(telegram.messages(CHAT).at(-1)).not.toHaveProperty('reply_markup');
    expect(await refusal('editMessageReplyMarkup', { chat_id: CHAT, message_id })).toBe(NOT_MODIFIED);
  });
});

describe('pinning', () => {
  it('puts the last one first, and takes away the named one, the last one, or all', async () => {
    const { telegram, api, refusal } = await startChat();
    const { message_id } = await api.sendMessage(CHAT, 'a');
    await api.pinChatMessage(CHAT, 1);
    await api.pinChatMessage(CHAT, message_id);
    expect(telegram.pinned(CHAT)).toEqual([message_id, 1]);
    expect(await api.getChat(CHAT)).toMatchObject({ pinned_message: { text: 'a' } });
    await api.unpinChatMessage(CHAT, 1);
    await api.unpinChatMessage(CHAT);
    expect(telegram.pinned(CHAT)).toEqual([]);
    expect(await refusal('pinChatMessage', { chat_id: CHAT, message_id: 9 })).toBe(
      '400 Bad Request: message to pin not found',
    );
  });
});
