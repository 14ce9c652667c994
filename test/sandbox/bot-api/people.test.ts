/** What people do, as the bot hears of it and as the chat shows it. */
import { describe, expect, it } from 'vitest';
import { CHAT, startChat, startTelegram } from './emulated.ts';

const GROUP = -5;

describe('people', () => {
  it('write commands and mentions that carry their entities', async () => {
    const { telegram, api } = await startTelegram();
    telegram.sendText({ chatId: CHAT, text: '/new my/folder' });
    telegram.sendText({ chatId: GROUP, userId: CHAT, text: '@hiber_bot hi /status@hiber_bot' });
    const [first, second] = await api.getUpdates();
    expect(first?.message?.entities).toEqual([{ type: 'bot_command', offset: 0, length: 4 }]);
    expect(second).toMatchObject({
      message: {
        chat: { id: GROUP, type: 'group', title: 'Group 5' },
        from: { id: CHAT, is_bot: false },
        entities: [
          { type: 'mention', offset: 0, length: 10 },
          { type: 'bot_command', offset: 14, length: 17 },
        ],
      },
    });
  });

  it('write what Telegram cleans before the bot sees it', async () => {
    const { telegram } = await startTelegram();
    expect(telegram.sendText({ chatId: CHAT, text: ' a\r\nb\u0007 ' }).text).toBe('a\nb');
    expect(() => telegram.sendText({ chatId: CHAT, text: ' \n ' })).toThrow('no empty message');
    expect(() => telegram.sendText({ chatId: CHAT, text: 'a'.repeat(4_097) })).toThrow('4096 characters');
  });

  it('need a name in groups', async () => {
    const { telegram } = await startTelegram();
    expect(() => telegram.sendText({ chatId: GROUP, text: 'x' })).toThrow('needs a userId above 0');
    expect(telegram.chats()).toEqual([]);
  });

  it('edit and delete', async () => {
    const { telegram, api } = await startChat();
    telegram.editText({ chatId: CHAT, messageId: 1, text: '/help' });
    expect((await api.getUpdates()).at(-1)).toMatchObject({
      edited_message: { message_id: 1, text: '/help', entities: [{ type: 'bot_command' }] },
    });
    expect(telegram.removeMessage(CHAT, 1)).toBe(true);
    expect(telegram.removeMessage(CHAT, 1)).toBe(false);
    expect(telegram.messages(CHAT)).toEqual([]);
  });

  it('block the bot and take it back, and the bot hears of both', async () => {
    const { telegram, api } = await startChat();
    telegram.setBotAllowed(CHAT, false);
    telegram.setBotAllowed(CHAT, true);
    const updates = await api.getUpdates();
    const statuses = updates.flatMap(({ my_chat_member }) => my_chat_member?.new_chat_member.status ?? []);
    expect(statuses).toEqual(['kicked', 'member']);
    await api.sendMessage(CHAT, 'back');
  });
});

describe('waitForMessage', () => {
  it('finds a message that is there, one that comes, and one that becomes it', async () => {
    const { telegram, api } = await startChat();
    const { message_id } = await api.sendMessage(CHAT, 'draft');
    expect(await telegram.waitForMessage(CHAT, ({ text }) => text === 'draft')).toMatchObject({ message_id });
    const edited = telegram.waitForMessage(CHAT, ({ text }) => text === 'final');
    await api.editMessageText(CHAT, message_id, 'final');
    expect(await edited).toMatchObject({ message_id });
  });

  it("does not take the words of a person for the bot's, and shows the chat when it gives up", async () => {
    const { telegram, api } = await startChat();
    await api.sendMessage(CHAT, 'no', {
      reply_markup: { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] },
    });
    await expect(telegram.waitForMessage(CHAT, ({ text }) => text === 'hello', 1)).rejects.toThrow(
      'The awaited message did not come to chat 7 in 1 ms. It shows:\n  1 Person 7: hello\n  2 Hibernaut: no [A]',
    );
  });
});

describe('onChange', () => {
  it('tells of messages, edits, deletions and "typing", until it is stopped', async () => {
    const { telegram, api } = await startChat();
    const changed: number[] = [];
    const stop = telegram.onChange((chatId) => changed.push(chatId));
    const { message_id } = await api.sendMessage(CHAT, 'a');
    await api.editMessageText(CHAT, message_id, 'b');
    await api.sendChatAction(CHAT, 'typing');
    await api.deleteMessage(CHAT, message_id);
    expect(changed).toEqual([CHAT, CHAT, CHAT, CHAT]);
    stop();
    await api.sendMessage(CHAT, 'c');
    expect(changed).toHaveLength(4);
  });
});

describe('memory', () => {
  it('keeps the last 1,000 messages of a chat', async () => {
    const { telegram } = await startTelegram();
    for (let count = 1; count <= 1_002; count += 1) telegram.sendText({ chatId: CHAT, text: String(count) });
    const messages = telegram.messages(CHAT);
    expect(messages).toHaveLength(1_000);
    expect(messages[0]).toMatchObject({ message_id: 3, text: '3' });
  });
});
