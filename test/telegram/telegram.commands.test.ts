/** Commands and buttons, from a person in the emulated chat to the sessions and back. */
import { describe, expect, it } from 'vitest';
import type { EmulatedTelegram } from '../../src/sandbox/ports.ts';
import { ME, startBot, type TestBot } from '../helpers/bot.ts';
import { aShownProgress, toolsUsed } from '../helpers/progress.ts';
import { anApproval, aRecord, NOON } from '../helpers/records.ts';
import { aView } from '../helpers/steerable-sessions.ts';

/** What the bot answers to a command. */
async function answerTo(bot: TestBot, text: string): Promise<string> {
  const { message_id: messageId } = bot.emulator.sendText({ chatId: ME, text });
  const isAnswer: Parameters<EmulatedTelegram['waitForMessage']>[1] = (message) =>
    message.reply_to_message?.message_id === messageId;
  return (await bot.emulator.waitForMessage(ME, isAnswer)).text ?? '';
}

/** A bot at a fixed time. */
const startAtNoon = () => startBot({ now: () => NOON + 3_600_000 });

describe('a command', () => {
  it('/help says what there is', async () => {
    const bot = await startAtNoon();
    expect(await answerTo(bot, '/help')).toMatchInlineSnapshot(`
      "Write what you want done, and Claude Code does it in the session's folder. Photos, files and voice messages work, too.

      A session that is idle for long is suspended. Your next message wakes it, and it knows all that was said.

      Sessions
      /new – Start another session: /new folder name
      /sessions – List the sessions: switch, rename, end
      /rename – Rename the session: /rename name
      /suspend – Suspend the session now
      /detach – Take the session back from the desk
      /timeout – When an idle session is suspended: 10m, off
      /end – End the session

      While Claude works
      /status – What the session does, and its settings
      /stop – Interrupt Claude
      /queue – Messages wait while Claude works: on, off
      /cancel – Take a message back: reply to it

      The conversation
      /resume – Go on with an earlier conversation
      /fork – Go on with a copy of the conversation
      /clear – Begin a new conversation in this session
      /compact – Make the conversation shorter
      /usage – How full the conversation and the plan are
      /cost – What the session has cost so far

      How Claude works
      /mode – What Claude may do without asking
      /model – Choose the model
      /effort – How much the model thinks
      /commands – Claude's own commands and skills

      Files
      /diff – Changes since your message, or /diff all
      /get – Send a file here: /get path
      /rewind – Put back files that Claude edited
      /cwd – Go on in another folder: /cwd folder

      What is shown here
      /verbose – Show every tool call: on, off
      /drafts – Show turns as drafts, which vanish: on, off
      /help – What this bot can do"
    `);
  });

  it('/start greets an allowed user', async () => {
    const bot = await startAtNoon();
    expect(await answerTo(bot, '/start')).toMatchInlineSnapshot(
      `"Hello. Write what you want done, and Claude Code does it on the host, the computer that I run on. /help lists the commands."`,
    );
  });

  it('that there is not is answered with /help', async () => {
    const bot = await startAtNoon();
    bot.sessions.offered = { models: [], commands: [] };
    expect(await answerTo(bot, '/nonsense now')).toMatchInlineSnapshot(
      `"There is no command /nonsense. /help lists mine, /commands Claude's own."`,
    );
    expect(bot.sessions.accepted).toEqual([]);
  });

  it('/queue tells what becomes of messages that come while Claude works, and changes it', async () => {
    const bot = await startAtNoon();
    expect(await answerTo(bot, '/queue')).toMatch(
      /^work: messages that come while Claude works reach it at once/,
    );
    expect(await answerTo(bot, '/queue on')).toMatch(/^work: .* wait for the end of its turn/);
    expect(await answerTo(bot, '/queue maybe')).toBe('Write /queue on or /queue off.');
    expect(bot.sessions.calls).toContain('setWhileWorking(queue)');
  });

  it('/cancel wants to be a reply to the message that it is about', async () => {
    const bot = await startAtNoon();
    expect(await answerTo(bot, '/cancel')).toMatch(/^To take a message back, reply to it/);
  });

  it('/status tells how an idle session is', async () => {
    const bot = await startAtNoon();
    expect(await answerTo(bot, '/status')).toMatchInlineSnapshot(`
      "work is idle for 1 min 30 s
      Last activity: 1 min 30 s ago
      Suspends in: 8 min 30 s (timeout 10 min)
      Folder: /home/me/work
      Model: Claude Code's default
      Mode: Default
      Queue: off
      Process: 4242"
    `);
  });

  it('/status tells how a suspended session is, and why', async () => {
    const bot = await startAtNoon();
    bot.sessions.view = aView({
      state: 'suspended',
      phase: 'suspended',
      pid: null,
      suspendsAt: null,
      suspendsInMs: null,
      lastEnd: { reason: 'idle', code: 0, signal: null, at: NOON },
      idleForMs: 4_200_000,
      model: 'opus',
      inbox: 1,
    });
    expect(await answerTo(bot, '/status')).toMatchInlineSnapshot(`
      "work is suspended for 1 h: the idle timeout was over
      Messages not answered yet: 1
      Last activity: 1 h 10 min ago
      Idle timeout: 10 min
      Folder: /home/me/work
      Model: opus
      Mode: Default
      Queue: off"
    `);
  });

  it('/status tells that a session waits for an answer', async () => {
    const bot = await startAtNoon();
    bot.sessions.view = aView({
      state: 'active',
      phase: 'live.active.awaitingApproval',
      suspendsAt: null,
      suspendsInMs: null,
      approvals: 1,
      inbox: 2,
      permissionMode: 'acceptEdits',
    });
    expect(await answerTo(bot, '/status')).toMatchInlineSnapshot(`
      "work is active (waiting for your answer)
      Claude waits for your answer
      Messages not answered yet: 2
      Last activity: 1 min 30 s ago
      Idle timeout: 10 min
      Folder: /home/me/work
      Model: Claude Code's default
      Mode: Accept edits
      Queue: off
      Process: 4242"
    `);
  });

  it.each(['/status', '/timeout', '/timeout 5m', '/suspend', '/stop', '/end'])(
    '%s says so when there is no session',
    async (command) => {
      const bot = await startAtNoon();
      bot.sessions.view = null;
      expect(await answerTo(bot, command)).toBe('There is no session here. Your next message starts one.');
    },
  );

  it('/timeout shows it, and that it is off', async () => {
    const bot = await startAtNoon();
    expect(await answerTo(bot, '/timeout')).toMatchInlineSnapshot(
      `"This session is suspended after 10 min without activity. /timeout 30m changes that, /timeout off ends it."`,
    );
    bot.sessions.view = aView({ idleTimeoutMs: null });
    expect(await answerTo(bot, '/timeout')).toMatchInlineSnapshot(
      `"The idle timeout is off: this session is never suspended for idleness. /timeout 10m changes that."`,
    );
  });

  it('/timeout changes it, and switches it off', async () => {
    const bot = await startAtNoon();
    bot.sessions.view = aView({ idleTimeoutMs: 1_800_000, suspendsInMs: 1_710_000 });
    expect(await answerTo(bot, '/timeout 30m')).toMatchInlineSnapshot(
      `"This session is now suspended after 30 min without activity: 28 min 30 s from now."`,
    );
    bot.sessions.view = aView({ idleTimeoutMs: null, suspendsInMs: null });
    expect(await answerTo(bot, '/timeout off')).toMatchInlineSnapshot(
      `"The idle timeout is off: this session is never suspended for idleness."`,
    );
    expect(bot.sessions.calls).toEqual(['setIdleTimeout(1800000)', 'setIdleTimeout(null)']);
  });

  it.each(['-5', 'NaN', 'soon', '366d', '0', '1e3', '10m; rm -rf /'])(
    '/timeout refuses %s with a sentence, and changes nothing',
    async (value) => {
      const bot = await startAtNoon();
      expect(await answerTo(bot, `/timeout ${value}`)).toContain(JSON.stringify(value));
      expect(bot.sessions.calls).toEqual([]);
    },
  );

  it('/new starts a session, in a folder if one is named', async () => {
    const bot = await startAtNoon();
    expect(await answerTo(bot, '/new')).toMatchInlineSnapshot(
      `"New session work in /home/me/work. Your next message goes to it."`,
    );
    await answerTo(bot, '/new my project');
    expect(bot.sessions.calls.map((call) => call.replace(/\d+/, 'id'))).toEqual([
      'create(id, )',
      'create(id, my project)',
    ]);
  });

  it('/new passes on why it is refused', async () => {
    const bot = await startAtNoon();
    bot.sessions.refused = 'There is no folder "x".';
    expect(await answerTo(bot, '/new x')).toBe('There is no folder "x".');
  });

  it('/suspend says that the conversation is kept', async () => {
    const bot = await startAtNoon();
    expect(await answerTo(bot, '/suspend')).toMatchInlineSnapshot(
      `"work is suspended. Its conversation is kept; your next message wakes it."`,
    );
    expect(bot.sessions.calls).toEqual(['suspend()']);
  });

  it('/stop interrupts, or says that there is nothing to interrupt', async () => {
    const bot = await startAtNoon();
    expect(await answerTo(bot, '/stop')).toMatchInlineSnapshot(
      `"work is idle, so there is nothing to interrupt."`,
    );
    bot.sessions.view = aView({ state: 'active', phase: 'live.active.interrupting' });
    expect(await answerTo(bot, '/stop')).toMatchInlineSnapshot(`"Interrupting work."`);
    expect(bot.sessions.calls).toEqual(['interrupt()', 'interrupt()']);
  });

  it('/end ends the session', async () => {
    const bot = await startAtNoon();
    expect(await answerTo(bot, '/end')).toMatchInlineSnapshot(
      `"work has ended. Your next message starts a new session."`,
    );
    expect(bot.sessions.calls).toEqual(['end()']);
  });

  it('is answered though Telegram fails for a while', async () => {
    const bot = await startAtNoon();
    bot.emulator.fault({ method: 'sendMessage', times: 3, error: { code: 502, description: 'Bad Gateway' } });
    expect(await answerTo(bot, '/end')).toContain('ended');
  });
});

describe('an approval', () => {
  async function startAsking(options: Parameters<typeof startBot>[0] = {}) {
    const bot = await startBot(options);
    const approval = anApproval('q1', { input: { command: 'npm test' } });
    bot.sessions.openApprovals.set('q1', approval);
    bot.emulator.openChat(ME);
    const body = { kind: 'approval' as const, approvalId: 'q1' };
    bot.telegram.offer(
      aRecord({
        chatId: ME,
        approvals: [approval],
        outbox: [{ id: 1, at: NOON, replyTo: null, partsSent: 0, doubts: 0, body }],
      }),
    );
    const { message_id: messageId } = await bot.emulator.waitForMessage(
      ME,
      ({ reply_markup }) => reply_markup !== undefined,
    );
    const shown = () => bot.emulator.messages(ME).find(({ message_id }) => message_id === messageId);
    return { ...bot, messageId, shown };
  }

  it.each([
    ['ay:q1', 'allow', 'Allowed'],
    ['as:q1', 'allowForSession', 'Allowed for this session'],
    ['ap:q1', 'allowForProject', 'Always allowed in this project'],
    ['an:q1', 'deny', 'Denied'],
  ])('is answered by a tap on %s', async (button, decision, words) => {
    const { emulator, sessions, messageId, shown } = await startAsking();
    const toast = await emulator.press({ chatId: ME, messageId, button });
    expect(toast?.text).toBe(words);
    expect(sessions.calls).toEqual([`tapApproval(${ME}, q1, ${decision})`]);
    await expect.poll(() => shown()?.reply_markup).toBeUndefined();
    expect(shown()?.text).toMatch(new RegExp(`npm test[\\s\\S]*${words}$`));
  });

  it('is answered once: the second tap says so and takes the buttons away', async () => {
    const { emulator, sessions, messageId, shown } = await startAsking();
    sessions.openApprovals.clear();
    const toast = await emulator.press({ chatId: ME, messageId, button: 'ay:q1' });
    expect(toast?.text).toBe('This was answered before, or is not needed any more.');
    await expect.poll(() => shown()?.reply_markup).toBeUndefined();
    expect(shown()?.text).toContain('npm test');
  });

  it('is not answered by a stranger, who learns nothing', async () => {
    const { emulator, sessions, messageId, shown, calls } = await startAsking();
    emulator.pushCallback({ chatId: ME, userId: 666, messageId, data: 'ay:q1' });
    emulator.sendText({ chatId: ME, text: 'after it' });
    await expect.poll(() => sessions.accepted).toHaveLength(1);
    expect(sessions.calls).toEqual([]);
    expect(calls('answerCallbackQuery', 'editMessageText', 'editMessageReplyMarkup')).toEqual([]);
    expect(shown()?.reply_markup).toBeDefined();
  });

  it('is bound to its chat: the same id from another one is not that approval', async () => {
    const { emulator, sessions } = await startAsking();
    emulator.createGroup({ chatId: -100, title: 'Elsewhere' });
    emulator.pushCallback({ chatId: -100, userId: ME, messageId: 1, data: 'ay:q1' });
    await expect.poll(() => sessions.calls).toEqual(['tapApproval(-100, q1, allow)']);
  });

  it.each(['', 'a', 'cw', 'cx:1:s1', 'ax:q1', 'perm:allow:q1', 's:', 'ay:', '{"id":1}'])(
    'is not answered by forged data: %j',
    async (data) => {
      const { emulator, sessions, messageId } = await startAsking();
      emulator.pushCallback({ chatId: ME, userId: ME, messageId, data });
      emulator.sendText({ chatId: ME, text: 'after it' });
      await expect.poll(() => sessions.accepted).toHaveLength(1);
      expect(sessions.calls).toEqual([]);
    },
  );

  it('is answered although its chat has to wait, because the tap does not', async () => {
    const { emulator, telegram, messageId } = await startAsking({ speed: 1 });
    const error = { code: 429, description: 'Too Many Requests: retry after 60', retryAfter: 60 };
    emulator.fault({ method: 'sendMessage', times: 1, error });
    const body = { kind: 'answer' as const, markdown: 'x' };
    telegram.offer(
      aRecord({
        id: 's2',
        chatId: ME,
        outbox: [{ id: 1, at: NOON, replyTo: null, partsSent: 0, doubts: 0, body }],
      }),
    );
    await expect.poll(() => telegram.health.lastError).toContain('429');
    expect((await emulator.press({ chatId: ME, messageId, button: 'ay:q1' }))?.text).toBe('Allowed');
  });
});

describe('a choice', () => {
  async function startChoosing() {
    const bot = await startBot();
    bot.sessions.openChoices.add(4);
    bot.emulator.openChat(ME);
    const choices = [{ number: 4, about: { type: 'cutOff' as const, uuid: 'c2' }, messageId: null }];
    const body = { kind: 'choice' as const, number: 4 };
    const outbox = [{ id: 4, at: NOON, replyTo: null, partsSent: 0, doubts: 0, body }];
    bot.telegram.offer(aRecord({ chatId: ME, choices, outbox }));
    const { message_id: messageId } = await bot.emulator.waitForMessage(
      ME,
      ({ reply_markup }) => reply_markup !== undefined,
    );
    const shown = () => bot.emulator.messages(ME).find(({ message_id }) => message_id === messageId);
    return { ...bot, messageId, shown };
  }

  it('is made by a tap, and its buttons go', async () => {
    const { emulator, sessions, messageId, shown } = await startChoosing();
    expect(shown()?.text).toContain('cut off a second time');
    const toast = await emulator.press({ chatId: ME, messageId, button: 'cc:4:s1' });
    expect(toast?.text).toBe('Let Claude continue');
    expect(sessions.calls).toEqual([`choose(${ME}, s1, 4, continue)`]);
    await expect.poll(() => shown()?.reply_markup).toBeUndefined();
  });

  it('is made once: the second tap says so', async () => {
    const { emulator, sessions, messageId, shown } = await startChoosing();
    sessions.openChoices.clear();
    const toast = await emulator.press({ chatId: ME, messageId, button: 'cd:4:s1' });
    expect(toast?.text).toBe('This was answered before, or is not needed any more.');
    await expect.poll(() => shown()?.reply_markup).toBeUndefined();
  });

  it('that was made is left as what was asked and what became of it', async () => {
    const { telegram, messageId, shown } = await startChoosing();
    const body = {
      kind: 'choiceClosed' as const,
      messageId,
      about: 'cutOff' as const,
      outcome: 'drop' as const,
    };
    telegram.offer(
      aRecord({ chatId: ME, outbox: [{ id: 5, at: NOON, replyTo: null, partsSent: 0, doubts: 0, body }] }),
    );
    await expect
      .poll(() => shown()?.text)
      .toBe("Claude's turn for this was cut off a second time. You left it unfinished.");
    expect(shown()?.reply_markup).toBeUndefined();
  });

  it('that no longer matters is not asked', async () => {
    const bot = await startBot();
    bot.emulator.openChat(ME);
    const body = { kind: 'choice' as const, number: 4 };
    bot.telegram.offer(
      aRecord({ chatId: ME, outbox: [{ id: 4, at: NOON, replyTo: null, partsSent: 0, doubts: 0, body }] }),
    );
    await expect
      .poll(() => bot.reports)
      .toMatchObject([{ event: { type: 'telegram.delivered', outboxId: 4 } }]);
    expect(bot.calls('sendMessage')).toEqual([]);
  });
});

describe('Stop, on a live message', () => {
  async function startTurn() {
    const bot = await startBot();
    bot.emulator.openChat(ME);
    bot.sessions.turn = 'turn1';
    bot.telegram.show(aRecord({ chatId: ME }), aShownProgress({ tools: toolsUsed('Bash: x') }));
    const { message_id: messageId } = await bot.emulator.waitForMessage(
      ME,
      ({ reply_markup }) => reply_markup !== undefined,
    );
    const buttons = () => bot.emulator.messages(ME).flatMap(({ reply_markup: markup }) => markup ?? []);
    return { ...bot, messageId, buttons };
  }

  it('stops the turn', async () => {
    const { emulator, sessions, messageId } = await startTurn();
    const toast = await emulator.press({ chatId: ME, messageId, button: 'Stop' });
    expect(toast?.text).toBe('Stopping.');
    expect(sessions.calls).toEqual([`stopTurn(${ME}, s1, turn1)`]);
  });

  it('of a turn that is over says so, and goes', async () => {
    const { emulator, sessions, messageId, buttons } = await startTurn();
    sessions.turn = 'turn2';
    const toast = await emulator.press({ chatId: ME, messageId, button: 'Stop' });
    expect(toast?.text).toBe('That turn is over. /stop interrupts what runs now.');
    await expect.poll(buttons).toEqual([]);
  });
});
