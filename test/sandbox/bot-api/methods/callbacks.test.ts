/** Taps on buttons and the bot's word on them. */
import { Bot } from 'grammy';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHAT, startChat } from '../emulated.ts';

const KEYBOARD = {
  inline_keyboard: [[{ text: 'Allow', callback_data: 'yes' }], [{ text: 'Docs', url: 'https://a.com/' }]],
};
const TOO_OLD = '400 Bad Request: query is too old and response timeout expired or query ID is invalid';

describe('press', () => {
  it('reaches the bot, and shows what it says', async () => {
    const { telegram, api } = await startChat();
    const bot = new Bot(telegram.token, { client: { apiRoot: telegram.url } });
    bot.on('callback_query:data', (ctx) =>
      ctx.answerCallbackQuery({ text: `${ctx.from.id} ${ctx.callbackQuery.data}`, show_alert: true }),
    );
    void bot.start();
    onTestFinished(() => bot.stop());
    const { message_id } = await api.sendMessage(CHAT, 'May I?', { reply_markup: KEYBOARD });
    const byText = telegram.press({ chatId: CHAT, messageId: message_id, button: 'Allow' });
    expect(await byText).toEqual({ text: '7 yes', showAlert: true });
    const byData = telegram.press({ chatId: CHAT, userId: 8, messageId: message_id, button: 'yes' });
    expect(await byData).toEqual({ text: '8 yes', showAlert: true });
  });

  it('carries the message as it is', async () => {
    const { telegram, api } = await startChat();
    const sent = await api.sendMessage(CHAT, 'May I?', { reply_markup: KEYBOARD });
    void telegram.press({ chatId: CHAT, messageId: sent.message_id, button: 'Allow' });
    const updates = await api.getUpdates();
    expect(updates.at(-1)).toMatchObject({
      callback_query: { data: 'yes', from: { id: CHAT }, message: sent },
    });
  });

  it('ends with null when the bot does not answer in time, which it then hears', async () => {
    const { telegram, api, refusal } = await startChat({ callbackLifetimeMs: 1 });
    const { message_id } = await api.sendMessage(CHAT, 'May I?', { reply_markup: KEYBOARD });
    expect(await telegram.press({ chatId: CHAT, messageId: message_id, button: 'Allow' })).toBeNull();
    const query = (await api.getUpdates()).at(-1)?.callback_query;
    expect(await refusal('answerCallbackQuery', { callback_query_id: query?.id })).toBe(TOO_OLD);
  });

  it('names the buttons that are there', async () => {
    const { telegram, api } = await startChat();
    const { message_id } = await api.sendMessage(CHAT, 'May I?', { reply_markup: KEYBOARD });
    expect(() => telegram.press({ chatId: CHAT, messageId: message_id, button: 'Deny' })).toThrow(
      `Message ${message_id} has no button "Deny". Its buttons: "Allow", "Docs".`,
    );
    expect(() => telegram.press({ chatId: CHAT, messageId: 99, button: 'Deny' })).toThrow(
      'There is no message 99',
    );
  });
});

describe('answerCallbackQuery', () => {
  it('works once for each query', async () => {
    const { telegram, api, refusal } = await startChat();
    telegram.pushCallback({ chatId: CHAT, userId: 8, messageId: 1, data: 'x' });
    const id = (await api.getUpdates()).at(-1)?.callback_query?.id ?? '';
    expect(await api.answerCallbackQuery(id)).toBe(true);
    expect(await refusal('answerCallbackQuery', { callback_query_id: id })).toBe(TOO_OLD);
  });

  it('refuses more than 200 characters, and leaves the query open', async () => {
    const { telegram, api, refusal } = await startChat();
    telegram.pushCallback({ chatId: CHAT, userId: 8, messageId: 1, data: 'x' });
    const id = (await api.getUpdates()).at(-1)?.callback_query?.id ?? '';
    expect(await refusal('answerCallbackQuery', { callback_query_id: id, text: 'a'.repeat(201) })).toBe(
      '400 Bad Request: MESSAGE_TOO_LONG',
    );
    expect(await api.answerCallbackQuery(id, { text: 'a'.repeat(200) })).toBe(true);
  });
});

describe('pushCallback', () => {
  it('forges a query on a message that is not there', async () => {
    const { telegram, api } = await startChat();
    telegram.pushCallback({ chatId: CHAT, userId: 666, messageId: 99, data: 'allow' });
    expect((await api.getUpdates()).at(-1)).toMatchObject({
      callback_query: {
        from: { id: 666 },
        data: 'allow',
        message: { message_id: 99, date: 0, chat: { id: CHAT } },
      },
    });
  });
});
