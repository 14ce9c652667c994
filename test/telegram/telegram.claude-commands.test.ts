/** Commands that are Claude's: handed on, listed, and in the chat's menu. */
import { describe, expect, it } from 'vitest';
import type { CommandOffer } from '../../machines/claude-offers.ts';
import { ME, startBot, type TestBot } from '../helpers/bot.ts';

const SHIP: CommandOffer = {
  name: 'ship-it',
  description: 'Ships it. In detail.',
  argumentHint: '',
  aliases: [],
  isBuiltin: false,
};

async function start(): Promise<TestBot> {
  const bot = await startBot();
  bot.sessions.offered = { models: [], commands: [SHIP, { ...SHIP, name: 'context', isBuiltin: true }] };
  return bot;
}

const handedOn = (bot: TestBot) => bot.sessions.accepted.map(({ text }) => text);

async function answerTo(bot: TestBot, text: string): Promise<string> {
  const asked = bot.emulator.sendText({ chatId: ME, text });
  const answer = await bot.emulator.waitForMessage(
    ME,
    (message) => message.reply_to_message?.message_id === asked.message_id,
  );
  return answer.text ?? '';
}

describe("a command of Claude's", () => {
  it.each([
    ['/ship_it to prod', '/ship-it to prod'],
    ['/ship-it to prod', '/ship-it to prod'],
    ['/context', '/context'],
    ['/compact keep the names', '/compact keep the names'],
  ])('%s is a message to it', async (written, handed) => {
    const bot = await start();
    bot.emulator.sendText({ chatId: ME, text: written });
    await expect.poll(() => handedOn(bot)).toEqual([handed]);
  });

  it('that comes twice is the same message', async () => {
    const bot = await start();
    const { message_id: messageId } = bot.emulator.sendText({ chatId: ME, text: '/context' });
    await expect.poll(() => bot.sessions.accepted).toMatchObject([{ messageId }]);
    const { uuid } = bot.sessions.accepted[0] ?? {};
    expect(uuid).toMatch(/^[\da-f-]{36}$/);
    expect(bot.texts()).toEqual([]);
  });

  it('that nobody knows is answered, and no message', async () => {
    const bot = await start();
    expect(await answerTo(bot, '/shop')).toContain('There is no command /shop');
    expect(handedOn(bot)).toEqual([]);
  });

  it('goes to Claude if nobody can tell, because it does not start: then that is told', async () => {
    const bot = await start();
    bot.sessions.offered = null;
    bot.emulator.sendText({ chatId: ME, text: '/shop' });
    await expect.poll(() => handedOn(bot)).toEqual(['/shop']);
  });
});

describe('/commands', () => {
  it('lists them as Telegram can write them, those of the project first', async () => {
    const bot = await start();
    expect(await answerTo(bot, '/commands')).toMatchInlineSnapshot(`
      "Claude's own commands in this folder. Telegram takes neither dashes nor colons in a command, so I write them as _.

      The project's, the plugins' and yours
      /ship_it – Ships it.

      Built in
      /context – Ships it."
    `);
  });
});

describe('the menu of a chat', () => {
  it("gets Claude's commands, once as long as they are the same", async () => {
    const bot = await start();
    const menus = () => bot.calls('setMyCommands').filter(({ payload }) => 'scope' in payload);
    bot.telegram.showCommands(ME, [SHIP]);
    bot.telegram.showCommands(ME, [SHIP]);
    await expect.poll(() => menus().length).toBe(1);
    expect(JSON.stringify(menus()[0]?.payload)).toContain('ship_it');
    bot.telegram.showCommands(ME, []);
    await expect.poll(() => menus().length).toBe(2);
  });
});
