/** What the bot may ask about chats, and how it leaves them. */
import { describe, expect, it } from 'vitest';
import { CHAT, startChat } from '../emulated.ts';

const GROUP = -5;

describe('chats', () => {
  it('are described with the names of their people', async () => {
    const { telegram, api } = await startChat();
    telegram.introduce({ userId: CHAT, firstName: 'Anna', lastName: 'Lind', username: 'anna' });
    expect(await api.getChat(CHAT)).toMatchObject({
      id: CHAT,
      type: 'private',
      first_name: 'Anna',
      username: 'anna',
    });
    telegram.createGroup({ chatId: GROUP, title: 'Team' });
    expect(await api.getChat(GROUP)).toMatchObject({ type: 'group', title: 'Team' });
    expect(telegram.chats()).toMatchObject([{ title: 'Anna Lind' }, { title: 'Team', topics: [] }]);
  });

  it('know who is in them', async () => {
    const { telegram, api, refusal } = await startChat();
    telegram.sendText({ chatId: GROUP, userId: 8, text: 'x' });
    expect(await api.getChatMember(GROUP, 8)).toMatchObject({ status: 'member', user: { id: 8 } });
    expect(await api.getChatMember(GROUP, CHAT)).toMatchObject({ status: 'left' });
    expect(await api.getChatMember(GROUP, telegram.bot.id)).toMatchObject({ status: 'administrator' });
    expect(await refusal('getChatMember', { chat_id: GROUP, user_id: 99 })).toBe(
      '400 Bad Request: user not found',
    );
    expect(await refusal('getChatMember', { chat_id: GROUP })).toBe(
      '400 Bad Request: invalid user_id specified',
    );
  });

  it('can be left by the bot, which is then no member', async () => {
    const { telegram, api, refusal } = await startChat();
    telegram.sendText({ chatId: GROUP, userId: 8, text: 'x' });
    await api.leaveChat(GROUP);
    expect(await refusal('sendMessage', { chat_id: GROUP, text: 'a' })).toBe(
      '403 Forbidden: bot is not a member of the group chat',
    );
    expect(await refusal('leaveChat', { chat_id: CHAT })).toBe(
      "400 Bad Request: chat member status can't be changed in private chats",
    );
  });
});
