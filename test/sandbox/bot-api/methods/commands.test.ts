/** The menu of commands. */
import { describe, expect, it } from 'vitest';
import { startTelegram } from '../emulated.ts';

const NEW = { command: 'new', description: 'Start a session' };
const HELP = { command: 'help', description: 'Say what there is' };

describe('setMyCommands', () => {
  it('registers them as a private chat shows them', async () => {
    const { telegram, api } = await startTelegram();
    await api.setMyCommands([NEW, { command: '/help', description: ' Say what there is ' }]);
    expect(telegram.commands).toEqual([NEW, HELP]);
    expect(await api.getMyCommands()).toEqual([NEW, HELP]);
    await api.setMyCommands([HELP], { scope: { type: 'all_private_chats' } });
    expect(telegram.commands).toEqual([HELP]);
    await api.deleteMyCommands({ scope: { type: 'all_private_chats' } });
    expect(telegram.commands).toEqual([NEW, HELP]);
  });

  it('for one chat are what that chat shows, and no other', async () => {
    const { telegram, api } = await startTelegram();
    await api.setMyCommands([NEW]);
    await api.setMyCommands([HELP], { scope: { type: 'chat', chat_id: 7 } });
    expect([telegram.commandsIn(7), telegram.commandsIn(8)]).toEqual([[HELP], [NEW]]);
  });

  it.each<[string, unknown, string]>([
    ['a capital letter', [{ ...NEW, command: 'New' }], 'BOT_COMMAND_INVALID'],
    ['no name', [{ ...NEW, command: '/' }], 'command must be non-empty'],
    ['a long name', [{ ...NEW, command: 'a'.repeat(33) }], 'command length must not exceed 32'],
    ['no description', [{ ...NEW, description: ' ' }], 'command description must be non-empty'],
    [
      'a long description',
      [{ ...NEW, description: 'a'.repeat(257) }],
      'command description length must not exceed 256',
    ],
    ['101 of them', Array.from({ length: 101 }, () => NEW), 'BOT_COMMANDS_TOO_MUCH'],
    ['no list', NEW, 'expected an Array of BotCommand'],
    [
      'no description at all',
      [{ command: 'new' }],
      'can\'t parse BotCommand: Can\'t find field "description"',
    ],
  ])('refuses %s', async (_what, commands, description) => {
    const { refusal } = await startTelegram();
    expect(await refusal('setMyCommands', { commands })).toBe(`400 Bad Request: ${description}`);
  });

  it('keeps the menus of scopes apart', async () => {
    const { api, refusal } = await startTelegram();
    await api.setMyCommands([NEW], { scope: { type: 'chat', chat_id: 7 } });
    expect(await api.getMyCommands()).toEqual([]);
    expect(await api.getMyCommands({ scope: { type: 'chat', chat_id: 7 } })).toEqual([NEW]);
    expect(await refusal('getMyCommands', { scope: { type: 'moon' } })).toBe(
      "400 Bad Request: can't parse BotCommandScope: Unsupported type specified",
    );
  });
});
