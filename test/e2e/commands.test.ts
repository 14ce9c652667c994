/** The commands, against the whole program: each does what it says, with the process that belongs to it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND_NAMES } from '../../src/telegram/texts/command-names.ts';
import { isRunning } from '../helpers/processes.ts';
import { ANNA, BEN, startProgram, type Program } from '../helpers/program.ts';
import { isAsking } from '../helpers/asking.ts';
import { until } from '../helpers/until.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
  await mkdir(join(program.workspace, 'shop'));
});
afterAll(() => program.close());

describe('commands', () => {
  it('are registered with Telegram', () => {
    expect(program.telegram.commands.map(({ command }) => command)).toEqual(COMMAND_NAMES);
  });

  it('/timeout changes the deadline at once, refuses what is no duration, and can be off', async () => {
    await program.ask('hello', /You said: hello/);
    const idle = await program.sessionIs('idle');
    expect(idle.idleTimeoutMs).toBe(600_000);
    await program.ask('/timeout 36h', /1 d 12 h/);
    const longer = await program.session();
    expect(longer.suspendsAt).toBe(longer.lastActivityAt + 36 * 3_600_000);
    await program.ask('/timeout -5', /-5/);
    await program.ask('/timeout soon', /soon/);
    expect((await program.session()).idleTimeoutMs).toBe(36 * 3_600_000);
    await program.ask('/timeout off', /off|never/i);
    expect(await program.session()).toMatchObject({ idleTimeoutMs: null, suspendsAt: null });
    await program.ask('/timeout 1s', /1 s/);
    const suspended = await program.sessionIs('suspended');
    expect(suspended.pid).toBeNull();
    expect(isRunning(idle.pid)).toBe(false);
  });

  it('/status tells the state', async () => {
    await program.ask('/timeout 10m', /10 min/);
    expect(await program.ask('/status', /suspended/i)).toContain(program.workspace);
  });

  it('/suspend ends the process and the next message continues', async () => {
    await program.ask('remember the green gate', /I will remember/);
    const { pid } = await program.sessionIs('idle');
    await program.ask('/suspend', /suspend/i);
    await program.sessionIs('suspended');
    expect(isRunning(pid)).toBe(false);
    await program.ask('what did I say?', /green gate/);
  });

  it('/stop interrupts the turn and keeps the process', async () => {
    await program.sessionIs('idle');
    program.telegram.sendText({ chatId: ANNA, text: 'slow 900' });
    const working = await program.sessionIs('active');
    await program.telegram.waitForMessage(ANNA, ({ text }) => /word3/.test(text ?? ''));
    await program.ask('/stop', /interrupt|stopped/i);
    expect((await program.sessionIs('idle')).pid).toBe(working.pid);
    await program.ask('still there?', /You said: still there\?/);
    expect((await program.session()).pid).toBe(working.pid);
  });

  it('/new starts a session in a folder, /sessions switches between them', async () => {
    const before = await program.session();
    await program.ask('/new shop', /shop/);
    await program.ask('in the shop', /You said: in the shop/);
    const shop = await program.session();
    expect(shop.id).not.toBe(before.id);
    expect(shop.workspace).toBe(join(program.workspace, 'shop'));
    await program.ask('/new /etc', /\/etc/);
    expect((await program.session()).id).toBe(shop.id);

    const asked = program.telegram.sendText({ chatId: ANNA, text: '/sessions' });
    const list = await program.telegram.waitForMessage(
      ANNA,
      (message) => message.message_id > asked.message_id && isAsking(message),
    );
    const buttons = list.reply_markup?.inline_keyboard.flat() ?? [];
    const other = buttons.find(({ text }) => !text.includes('shop'));
    const press = (button: string) =>
      program.telegram.press({ chatId: ANNA, messageId: list.message_id, button });
    const shown = () =>
      program.telegram.messages(ANNA).find(({ message_id: id }) => id === list.message_id)?.reply_markup
        ?.inline_keyboard[0]?.[0]?.text;
    await press(other?.text ?? '?');
    await expect.poll(shown).toBe('Switch to it');
    await press('Switch to it');
    expect(await program.ask('what did I say?', /green gate/)).not.toContain('in the shop');
  });

  it('/end terminates the session with its process, and the next message starts a new one', async () => {
    // The answer is in the chat before the turn is over.
    const { sessions: current } = await until(
      'the sessions to be idle',
      () => program.status(),
      ({ sessions }) => sessions.every(({ state }) => state !== 'active'),
    );
    const asked = current.toSorted((a, b) => b.lastActivityAt - a.lastActivityAt)[0];
    await program.ask('/end', /end/i);
    await expect
      .poll(async () => (await program.status()).sessions.filter(({ id }) => id === asked?.id))
      .toMatchObject([{ state: 'terminated', pid: null }]);
    expect(isRunning(asked?.pid)).toBe(false);
  });

  it('/end, then a message: a new conversation that remembers nothing', async () => {
    const chat = { chatId: BEN };
    await program.ask('remember the old oak', /I will remember/, chat);
    const old = await program.session(BEN);
    await program.ask('/end', /end/i, chat);
    const recalled = await program.ask('what did I say?', /what did i say|nothing|1\./i, chat);
    expect(recalled).not.toContain('old oak');
    expect((await program.session(BEN)).claudeSessionId).not.toBe(old.claudeSessionId);
  });

  it('/help explains every command', async () => {
    const help = await program.ask('/help', /\/timeout/);
    for (const { command } of program.telegram.commands) expect(help).toContain(`/${command}`);
  });
});
