/** /mode, /model and /effort: from words and buttons to the session, and what is shown of it. */
import { describe, expect, it } from 'vitest';
import type { ClaudeOffers } from '../../machines/claude-offers.ts';
import { ME, startBot, type TestBot } from '../helpers/bot.ts';
import { aView } from '../helpers/steerable-sessions.ts';

const OFFERED: ClaudeOffers = {
  models: [
    { value: 'default', name: 'Default (recommended)', resolved: 'claude-opus-9', efforts: ['low', 'high'] },
    { value: 'haiku', name: 'Haiku', resolved: 'claude-haiku-9', efforts: [] },
  ],
  commands: [],
};

async function start(allowsBypass = false): Promise<TestBot> {
  const bot = await startBot();
  bot.sessions.offered = OFFERED;
  bot.sessions.allowsBypass = allowsBypass;
  return bot;
}

/** The bot's answer to a command, with its buttons. */
async function answerTo(bot: TestBot, text: string) {
  const asked = bot.emulator.sendText({ chatId: ME, text });
  const { message_id, text: said = '' } = await bot.emulator.waitForMessage(
    ME,
    (message) => message.reply_to_message?.message_id === asked.message_id,
  );
  return { messageId: message_id, said, buttons: () => buttonsOf(bot, message_id) };
}

function buttonsOf(bot: TestBot, messageId: number): string[] {
  const message = bot.emulator.messages(ME).find(({ message_id }) => message_id === messageId);
  return (message?.reply_markup?.inline_keyboard ?? []).flat().map(({ text }) => text);
}

const changes = (bot: TestBot) => bot.sessions.calls.filter((call) => call.startsWith('changeSettings'));

describe('/mode', () => {
  it('shows the mode and the others to choose from, and follows a tap', async () => {
    const bot = await start();
    const { messageId, said, buttons } = await answerTo(bot, '/mode');
    expect(said).toContain('Default');
    expect(buttons()).toEqual(['✓ Default', 'Accept edits', 'Plan']);
    const toast = await bot.emulator.press({ chatId: ME, messageId, button: 'Plan' });
    expect(toast?.text).toBe('Mode: Plan');
    expect(changes(bot)).toEqual(['changeSettings(7, s1, {"permissionMode":"plan"})']);
    await expect.poll(buttons).toEqual(['Default', 'Accept edits', '✓ Plan']);
  });

  it.each([
    ['plan', 'plan'],
    ['accept edits', 'acceptEdits'],
    ['acceptEdits', 'acceptEdits'],
    ['default', 'default'],
  ])('%s sets it by word', async (word, mode) => {
    const bot = await start();
    await answerTo(bot, `/mode ${word}`);
    expect(changes(bot)).toEqual([`changeSettings(7, s1, {"permissionMode":"${mode}"})`]);
  });

  it('that there is not changes nothing', async () => {
    const bot = await start();
    expect((await answerTo(bot, '/mode yolo')).said).toContain('There is no mode yolo');
    expect(changes(bot)).toEqual([]);
  });

  it('bypass is refused unless the configuration allows it, by word and by a forged or an old button', async () => {
    const bot = await start();
    expect((await answerTo(bot, '/mode bypass')).said).toContain('HIBERNAUT_ALLOW_BYPASS=1');
    bot.sessions.allowsBypass = true;
    const { messageId } = await answerTo(bot, '/mode');
    bot.sessions.allowsBypass = false;
    const toast = await bot.emulator.press({ chatId: ME, messageId, button: '⚠️ Bypass permissions' });
    expect(toast?.text).toContain('HIBERNAUT_ALLOW_BYPASS=1');
    expect(changes(bot)).toEqual([]);
  });

  it('bypass is warned of as long as it lasts', async () => {
    const bot = await start(true);
    expect((await answerTo(bot, '/mode bypass')).said).toContain('Nothing is asked in this session');
    expect((await answerTo(bot, '/status')).said).toContain('Nothing is asked in this session');
    await answerTo(bot, '/mode default');
    expect((await answerTo(bot, '/status')).said).not.toContain('Nothing is asked');
  });

  it("'s button of a session that is gone goes away", async () => {
    const bot = await start();
    const { messageId, buttons } = await answerTo(bot, '/mode');
    bot.sessions.view = aView({ id: 's2' });
    await bot.emulator.press({ chatId: ME, messageId, button: 'Plan' });
    await expect.poll(buttons).toEqual([]);
  });
});

describe('/model', () => {
  it('has a button for each model that Claude Code offers', async () => {
    const bot = await start();
    const { messageId, said, buttons } = await answerTo(bot, '/model');
    expect(said).toContain('Default (recommended)');
    expect(buttons()).toEqual(['✓ Default (recommended)', 'Haiku']);
    await bot.emulator.press({ chatId: ME, messageId, button: 'Haiku' });
    await expect.poll(buttons).toEqual(['Default (recommended)', '✓ Haiku']);
    await bot.emulator.press({ chatId: ME, messageId, button: 'Default (recommended)' });
    expect(changes(bot)).toEqual([
      'changeSettings(7, s1, {"model":"haiku"})',
      'changeSettings(7, s1, {"model":null})',
    ]);
  });

  it('takes a name, a full id that is not listed with a remark, and nothing that is a slip', async () => {
    const bot = await start();
    await answerTo(bot, '/model Haiku');
    expect((await answerTo(bot, '/model claude-opus-8-1')).said).toContain('does not list it');
    expect((await answerTo(bot, '/model haikoo')).said).toContain('There is no model haikoo');
    await answerTo(bot, '/model default');
    expect(changes(bot)).toEqual([
      'changeSettings(7, s1, {"model":"haiku"})',
      'changeSettings(7, s1, {"model":"claude-opus-8-1"})',
      'changeSettings(7, s1, {"model":null})',
    ]);
  });

  it('says so if Claude does not start, and takes a name at its word', async () => {
    const bot = await start();
    bot.sessions.offered = null;
    expect((await answerTo(bot, '/model')).said).toContain('Claude did not start');
    await answerTo(bot, '/model opus');
    await answerTo(bot, '/effort high');
    expect(changes(bot)).toEqual([
      'changeSettings(7, s1, {"model":"opus"})',
      'changeSettings(7, s1, {"effort":"high"})',
    ]);
  });
});

describe('/effort', () => {
  it("offers the model's levels, and is in /status once it is set", async () => {
    const bot = await start();
    const { messageId, buttons } = await answerTo(bot, '/effort');
    expect(buttons()).toEqual(['✓ Default', 'low', 'high']);
    await bot.emulator.press({ chatId: ME, messageId, button: 'high' });
    await expect.poll(buttons).toEqual(['Default', 'low', '✓ high']);
    expect((await answerTo(bot, '/status')).said).toContain('effort high');
    await answerTo(bot, '/effort default');
    expect((await answerTo(bot, '/effort max')).said).toContain('no effort max');
    expect(changes(bot)).toEqual([
      'changeSettings(7, s1, {"effort":"high"})',
      'changeSettings(7, s1, {"effort":null})',
    ]);
  });

  it('says that a model has none', async () => {
    const bot = await start();
    bot.sessions.view = aView({ model: 'haiku' });
    const { said, buttons } = await answerTo(bot, '/effort');
    expect(said).toContain('no levels');
    expect(buttons()).toEqual([]);
  });
});
