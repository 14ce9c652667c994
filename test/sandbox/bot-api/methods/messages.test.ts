/** sendMessage and its neighbours: what the bot gets back, and what it is refused with. */
import { describe, expect, it } from 'vitest';
import { CHAT, startChat, startTelegram } from '../emulated.ts';

const HOUR_MS = 3_600_000;
const GROUP = -5;

describe('sendMessage', () => {
  it('returns the message as Telegram stores it', async () => {
    const { telegram, api } = await startChat({ now: () => 1_700_000_000_999 });
    const sent = await api.sendMessage(CHAT, '  a\tb \u202e\r\n bold https://a.com ', {
      entities: [{ type: 'bold', offset: 10, length: 4 }],
      link_preview_options: { is_disabled: true },
    });
    expect(sent).toEqual({
      message_id: 2,
      from: { id: telegram.bot.id, is_bot: true, first_name: 'Hibernaut', username: 'hibernaut_sandbox_bot' },
      chat: { id: CHAT, type: 'private', first_name: 'Person 7' },
      date: 1_700_000_000,
      text: 'a b \n bold https://a.com',
      entities: [
        { type: 'bold', offset: 6, length: 4 },
        { type: 'url', offset: 11, length: 13 },
      ],
      link_preview_options: { is_disabled: true },
    });
    expect(telegram.messages(CHAT).at(-1)).toEqual(sent);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no text', {}, 'message text is empty'],
    ['an empty text', { text: '' }, 'message text is empty'],
    ['whitespace', { text: ' \n\t ' }, 'text must be non-empty'],
    ['invisible characters', { text: '\u200b\u2800\u00a0' }, 'text must be non-empty'],
    ['4097 characters', { text: 'a'.repeat(4_097) }, 'message is too long'],
    ['32769 bytes', { text: 'é'.repeat(16_385) }, 'text is too long'],
    ['half a character', { text: 'a\ud83d' }, 'strings must be encoded in UTF-8'],
    [
      'an entity beyond the end',
      { text: 'abc', entities: [{ type: 'bold', offset: 1, length: 3 }] },
      'entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 4',
    ],
    [
      'an entity inside of a character',
      { text: 'a😀', entities: [{ type: 'code', offset: 2, length: 1 }] },
      'entity begins in a middle of a UTF-16 symbol at byte offset 5',
    ],
    [
      'a link to this machine',
      { text: 'a', entities: [{ type: 'text_link', offset: 0, length: 1, url: 'http://localhost:3000' }] },
      "entity URL 'http://localhost:3000' is invalid: Wrong HTTP URL",
    ],
    [
      'a mention of nobody',
      { text: 'a', entities: [{ type: 'text_link', offset: 0, length: 1, url: 'tg://user?id=12' }] },
      'user not found',
    ],
    [
      'an entity without a length',
      { text: 'a', entities: [{ type: 'bold', offset: 0 }] },
      'can\'t parse MessageEntity: Can\'t find field "length"',
    ],
    [
      'an entity of no type',
      { text: 'a', entities: [{ type: 'blink', offset: 0, length: 1 }] },
      "can't parse MessageEntity: Unsupported type specified",
    ],
    ['no chat', { chat_id: '', text: 'a' }, 'chat_id is empty'],
    ['a chat that never wrote', { chat_id: 8, text: 'a' }, 'chat not found'],
    ['a chat by a name', { chat_id: '@nobody', text: 'a' }, 'chat not found'],
    ['a topic that is not there', { text: 'a', message_thread_id: 5 }, 'message thread not found'],
    [
      'a reply to nothing',
      { text: 'a', reply_parameters: { message_id: 99 } },
      'message to be replied not found',
    ],
    ['a broken reply', { text: 'a', reply_parameters: '{' }, "can't parse reply parameters JSON object"],
  ])('refuses %s', async (_what, parameters, description) => {
    const { telegram, refusal } = await startChat();
    expect(await refusal('sendMessage', { chat_id: CHAT, ...parameters })).toBe(
      `400 Bad Request: ${description}`,
    );
    expect(telegram.messages(CHAT)).toHaveLength(1);
  });

  it('counts code points, not UTF-16 units', async () => {
    const { api } = await startChat();
    const { text } = await api.sendMessage(CHAT, '😀'.repeat(4_096));
    expect(text).toHaveLength(8_192);
  });

  it('shows what it replies to, and sends without it where that is allowed', async () => {
    const { api } = await startChat();
    const reply = await api.sendMessage(CHAT, 'a', { reply_parameters: { message_id: 1 } });
    expect(reply.reply_to_message).toMatchObject({ message_id: 1, text: 'hello' });
    const deeper = await api.sendMessage(CHAT, 'b', { reply_parameters: { message_id: reply.message_id } });
    expect(deeper.reply_to_message).not.toHaveProperty('reply_to_message');
    const lone = await api.sendMessage(CHAT, 'c', {
      reply_parameters: { message_id: 99, allow_sending_without_reply: true },
    });
    expect(lone.reply_to_message).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{', "can't parse reply keyboard markup JSON object"],
    ['a list', [], 'object expected as reply markup'],
    [
      'a row that is none',
      { inline_keyboard: [{}] },
      'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ],
    [
      'a button without a text',
      buttons({ callback_data: 'a' }),
      'can\'t parse inline keyboard button: Can\'t find field "text"',
    ],
    [
      'an empty text',
      buttons({ text: '', callback_data: 'a' }),
      'inline keyboard button text must be non-empty',
    ],
    [
      'a button without an action',
      buttons({ text: 'A' }),
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    ['65 bytes of data', buttons({ text: 'A', callback_data: `${'é'.repeat(32)}a` }), 'BUTTON_DATA_INVALID'],
    [
      'a bad link',
      buttons({ text: 'A', url: 'grammy' }),
      "inline keyboard button URL 'grammy' is invalid: Wrong HTTP URL",
    ],
  ])('refuses a keyboard of %s', async (_what, reply_markup, description) => {
    const { refusal } = await startChat();
    expect(await refusal('sendMessage', { chat_id: CHAT, text: 'a', reply_markup })).toBe(
      `400 Bad Request: ${description}`,
    );
  });

  it('takes 64 bytes of data, and no keyboard for an empty one', async () => {
    const { api } = await startChat();
    const keyboard = { inline_keyboard: [[{ text: 'A', callback_data: 'é'.repeat(32) }], []] };
    const sent = await api.sendMessage(CHAT, 'a', { reply_markup: keyboard });
    expect(sent.reply_markup).toEqual({ inline_keyboard: [keyboard.inline_keyboard[0]] });
    expect(await api.sendMessage(CHAT, 'b', { reply_markup: { inline_keyboard: [] } })).not.toHaveProperty(
      'reply_markup',
    );
  });

  it('is forbidden to a bot that was blocked or thrown out', async () => {
    const { telegram, refusal } = await startChat();
    telegram.sendText({ chatId: GROUP, userId: CHAT, text: 'x' });
    telegram.setBotAllowed(CHAT, false);
    telegram.setBotAllowed(GROUP, false);
    expect(await refusal('sendMessage', { chat_id: CHAT, text: 'a' })).toBe(
      '403 Forbidden: bot was blocked by the user',
    );
    expect(await refusal('sendMessage', { chat_id: GROUP, text: 'a' })).toBe(
      '403 Forbidden: bot was kicked from the group chat',
    );
  });
});

describe('deleting', () => {
  it('removes a message once', async () => {
    const { telegram, api, refusal } = await startChat();
    const { message_id } = await api.sendMessage(CHAT, 'a');
    expect(await api.deleteMessage(CHAT, message_id)).toBe(true);
    expect(telegram.messages(CHAT)).toHaveLength(1);
    expect(await refusal('deleteMessage', { chat_id: CHAT, message_id })).toBe(
      '400 Bad Request: message to delete not found',
    );
  });

  it('skips those that are gone when it deletes several', async () => {
    const { telegram, api } = await startChat();
    expect(await api.deleteMessages(CHAT, [1, 2, 3])).toBe(true);
    expect(telegram.messages(CHAT)).toEqual([]);
  });

  it('is refused after 48 hours', async () => {
    let now = 0;
    const { refusal } = await startChat({ now: () => now });
    now = 49 * HOUR_MS;
    expect(await refusal('deleteMessage', { chat_id: CHAT, message_id: 1 })).toBe(
      "400 Bad Request: message can't be deleted for everyone",
    );
  });
});

describe('what the bot is doing', () => {
  it('is shown until a message of the bot comes', async () => {
    const { telegram, api } = await startChat();
    await api.sendChatAction(CHAT, 'typing');
    expect(telegram.activity(CHAT)).toEqual([{ action: 'typing', threadId: null, draft: null }]);
    await api.sendMessage(CHAT, 'here');
    expect(telegram.activity(CHAT)).toEqual([]);
  });

  it('is refused if it is nothing that Telegram knows', async () => {
    const { refusal } = await startChat();
    expect(await refusal('sendChatAction', { chat_id: CHAT, action: 'thinking' })).toBe(
      '400 Bad Request: wrong parameter action in request',
    );
  });

  it('shows a draft beside it, the newest text of it', async () => {
    const { telegram, call } = await startChat();
    await call('sendChatAction', { chat_id: CHAT, action: 'typing' });
    for (const text of ['so', 'so far']) await call('sendMessageDraft', { chat_id: CHAT, draft_id: 5, text });
    expect(telegram.activity(CHAT)).toEqual([
      { action: 'typing', threadId: null, draft: null },
      { action: 'draft', threadId: null, draft: { id: 5, text: 'so far' } },
    ]);
    expect(telegram.messages(CHAT)).toHaveLength(1);
  });

  it('has no drafts in groups', async () => {
    const { telegram, call } = await startTelegram();
    telegram.sendText({ chatId: GROUP, userId: CHAT, text: 'x' });
    expect((await call('sendMessageDraft', { chat_id: GROUP, draft_id: 5, text: 'x' })).httpStatus).toBe(400);
  });
});

describe('setMessageReaction', () => {
  it('sets one of the emoji that bots may use, and takes it away', async () => {
    const { telegram, api, refusal } = await startChat();
    await api.setMessageReaction(CHAT, 1, [{ type: 'emoji', emoji: '👀' }]);
    expect(telegram.reaction(CHAT, 1)).toBe('👀');
    const reaction = [{ type: 'emoji', emoji: '✅' }];
    expect(await refusal('setMessageReaction', { chat_id: CHAT, message_id: 1, reaction })).toBe(
      '400 Bad Request: REACTION_INVALID',
    );
    expect(await refusal('setMessageReaction', { chat_id: CHAT, message_id: 9 })).toBe(
      '400 Bad Request: message to react not found',
    );
    await api.setMessageReaction(CHAT, 1, []);
    expect(telegram.reaction(CHAT, 1)).toBeNull();
  });
});

function buttons(...row: object[]) {
  return { inline_keyboard: [row] };
}
