/** /usage, /cost, /cwd and /rewind, from the chat to the sessions and back. */
import { describe, expect, it } from 'vitest';
import type { RewindPoint } from '../../machines/claude-reports.ts';
import { ME, startBot, type TestBot } from '../helpers/bot.ts';
import { NOON } from '../helpers/records.ts';
import { aView } from '../helpers/steerable-sessions.ts';

const UUID = '00000000-0000-4000-8000-0000000000aa';
const POINT: RewindPoint = {
  uuid: UUID,
  text: 'write a.txt: two',
  changes: { files: ['/work/a.txt', '/work/b.txt'], insertions: 3, deletions: 1 },
};

const start = (): Promise<TestBot> => startBot({ now: () => NOON });

async function answerTo(bot: TestBot, text: string) {
  const asked = bot.emulator.sendText({ chatId: ME, text });
  const { message_id: messageId, text: said = '' } = await bot.emulator.waitForMessage(
    ME,
    (message) => message.reply_to_message?.message_id === asked.message_id,
  );
  const message = () => bot.emulator.messages(ME).find(({ message_id }) => message_id === messageId);
  return {
    said,
    now: () => message()?.text ?? '',
    buttons: () => (message()?.reply_markup?.inline_keyboard ?? []).flat().map(({ text }) => text),
    press: (button: string) => bot.emulator.press({ chatId: ME, messageId, button }),
  };
}

const rewinds = (bot: TestBot) => bot.sessions.calls.filter((call) => call.startsWith('rewind('));

describe('/usage', () => {
  it("says how full the conversation is, and how much of the plan's limits is used", async () => {
    const bot = await start();
    const limits = [{ name: 'This week', usedPercent: 41.6, resetsAt: NOON + 3_600_000 }];
    bot.sessions.used = {
      usage: { contextTokens: 50_000, contextLimit: 200_000, limits },
      at: NOON - 60_000,
    };
    expect((await answerTo(bot, '/usage')).said).toMatchInlineSnapshot(`
      "Conversation of work: 25 % full, 50,000 of 200,000 tokens, 1 min ago. /compact makes it shorter.
      This week: 42 % used, reset in 1 h"
    `);
  });

  it('says that it is not known yet', async () => {
    expect((await answerTo(await start(), '/usage')).said).toContain('Claude has not told me yet');
  });
});

describe('/cost', () => {
  it('says what the session has cost so far', async () => {
    const bot = await start();
    const { usage } = aView();
    expect((await answerTo(bot, '/cost')).said).toContain('nothing yet');
    bot.sessions.view = aView({
      usage: { ...usage, turns: 3, durationMs: 90_000, costUsd: 1.234, inputTokens: 12_345 },
    });
    expect((await answerTo(bot, '/cost')).said).toMatchInlineSnapshot(`
      "work has cost $1.23 in 3 turns, 1 min 30 s in all.
      Tokens: 12,345 in, 0 out, 0 read from the cache, 0 written to it.
      This is Claude Code's estimate at list prices; with a plan you don't pay it."
    `);
  });
});

describe('/cwd', () => {
  it('shows the folder, goes on in another one, and says why not', async () => {
    const bot = await start();
    expect((await answerTo(bot, '/cwd')).said).toContain('/home/me/work');
    expect((await answerTo(bot, '/cwd shop')).said).toContain('goes on in');
    expect(bot.sessions.calls).toContain('changeFolder(7, s1, shop)');
    bot.sessions.refused = 'There is no such folder.';
    expect((await answerTo(bot, '/cwd shop')).said).toBe('There is no such folder.');
  });
});

describe('/rewind', () => {
  it('shows what would be put back before it is', async () => {
    const bot = await start();
    bot.sessions.points = [POINT];
    const list = await answerTo(bot, '/rewind');
    expect(list.buttons()).toEqual(['write a.txt: two (2 files)']);
    await list.press('write a.txt: two (2 files)');
    await expect.poll(list.now).toContain('/work/b.txt');
    expect(rewinds(bot)).toEqual([]);
    await list.press('Put 2 files back');
    await expect.poll(list.now).toContain('2 files put back');
    expect(list.buttons()).toEqual([]);
    expect(rewinds(bot)).toEqual([`rewind(7, s1, ${UUID})`]);
  });

  it('puts nothing back if it is cancelled, or if more would be put back than the button says', async () => {
    const bot = await start();
    bot.sessions.points = [POINT];
    const list = await answerTo(bot, '/rewind');
    await list.press('write a.txt: two (2 files)');
    await expect.poll(list.buttons).toContain('Cancel');
    bot.sessions.points = [{ ...POINT, changes: { ...POINT.changes, files: ['/work/c.txt'] } }];
    const toast = await list.press('Put 2 files back');
    expect(toast?.text).toContain('look again');
    await expect.poll(list.now).toContain('/work/c.txt');
    await list.press('Cancel');
    await expect.poll(list.now).toContain('Nothing was put back');
    expect(rewinds(bot)).toEqual([]);
  });

  it('says so if there is nothing to put back, or Claude is at work', async () => {
    const bot = await start();
    expect((await answerTo(bot, '/rewind')).said).toContain('nothing to put back');
    bot.sessions.points = { refused: 'Claude is at work.' };
    expect((await answerTo(bot, '/rewind')).said).toBe('Claude is at work.');
  });
});
