/** How the bot comes into chats and out of them, and groups that become supergroups. */
import { describe, expect, it } from 'vitest';
import { startTelegram } from './emulated.ts';

const GROUP = -5;
const ANNA = 7;

type Api = Awaited<ReturnType<typeof startTelegram>>['api'];

const wants = (api: Api) => api.getUpdates({ allowed_updates: ['message', 'my_chat_member'] });

/** All that the bot got since. */
const updates = (api: Api) => api.getUpdates({ offset: 1 });

describe('the place of the bot in a group', () => {
  it('is told of when a person adds it, throws it out, and takes it back', async () => {
    const { telegram, api, refusal } = await startTelegram();
    await wants(api);
    telegram.addBot({ chatId: GROUP, userId: ANNA });
    telegram.setBotAllowed(GROUP, false, 8);
    expect(await refusal('sendMessage', { chat_id: GROUP, text: 'x' })).toBe(
      '403 Forbidden: bot was kicked from the group chat',
    );
    telegram.setBotAllowed(GROUP, true);
    const changes = (await updates(api)).map(({ my_chat_member: change }) => [
      change?.from.id,
      change?.chat.id,
      change?.old_chat_member.status,
      change?.new_chat_member.status,
    ]);
    expect(changes).toEqual([
      [ANNA, GROUP, 'left', 'member'],
      [8, GROUP, 'member', 'kicked'],
      [ANNA, GROUP, 'kicked', 'member'],
    ]);
  });

  it('is told of when it leaves by itself, as its own doing', async () => {
    const { telegram, api } = await startTelegram();
    await wants(api);
    telegram.addBot({ chatId: GROUP, userId: ANNA });
    await api.leaveChat(GROUP);
    expect((await updates(api)).at(-1)?.my_chat_member).toMatchObject({
      from: { id: telegram.bot.id },
      new_chat_member: { status: 'left' },
    });
  });

  it('is nothing that a person changes in a private chat by adding it', async () => {
    const { telegram } = await startTelegram();
    expect(() => telegram.addBot({ chatId: ANNA, userId: ANNA })).toThrow('private chat');
  });
});

describe('a group that becomes a supergroup', () => {
  it('tells its new id in both, and refuses every call to the old one with it', async () => {
    const { telegram, api, call } = await startTelegram();
    await wants(api);
    telegram.createGroup({ chatId: GROUP, title: 'Team' });
    telegram.sendText({ chatId: GROUP, userId: ANNA, text: 'before' });
    const supergroup = telegram.migrate({ chatId: GROUP, userId: ANNA });
    expect(supergroup).toBe(-1_000_000_000_005);
    const messages = (await updates(api)).map(({ message }) => message);
    expect(messages.slice(1)).toMatchObject([
      { chat: { id: GROUP, type: 'group' }, from: { id: ANNA }, migrate_to_chat_id: supergroup },
      {
        chat: { id: supergroup, type: 'supergroup', title: 'Team' },
        message_id: 1,
        sender_chat: { id: supergroup },
        migrate_from_chat_id: GROUP,
      },
    ]);
    for (const [method, more] of [
      ['sendMessage', { text: 'x' }],
      ['getChat', {}],
      ['leaveChat', {}],
    ] as const) {
      expect(await call(method, { chat_id: GROUP, ...more })).toMatchObject({
        error_code: 400,
        description: 'Bad Request: group chat was upgraded to a supergroup chat',
        parameters: { migrate_to_chat_id: supergroup },
      });
    }
    expect((await api.sendMessage(supergroup, 'x')).message_id).toBe(2);
  });

  it('is a group before', async () => {
    const { telegram } = await startTelegram();
    const supergroup = telegram.migrate({ chatId: GROUP, userId: ANNA });
    expect(() => telegram.migrate({ chatId: supergroup, userId: ANNA })).toThrow('is no group');
    expect(() => telegram.migrate({ chatId: ANNA, userId: ANNA })).toThrow('is no group');
  });
});
