/** The daemon stops, is killed, starts again: conversations go on, messages are answered, no process stays behind. Invariants 1 to 4. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRunning } from '../helpers/processes.ts';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';
import { isAsking } from '../helpers/asking.ts';

let program: Program;
beforeEach(async () => {
  program = await startProgram();
});
afterEach(() => program.close());

const answers = (pattern: RegExp) =>
  program.telegram.messages(ANNA).filter(({ from, text }) => from?.is_bot && pattern.test(text ?? ''));

describe('a daemon that is stopped and started', () => {
  it('leaves no process, brings the session back, and the conversation goes on', async () => {
    await program.ask('remember the tall tower', /I will remember/);
    const before = await program.sessionIs('idle');
    expect(await program.stop()).toBe(0);
    expect(isRunning(before.pid)).toBe(false);
    expect(program.claudeProcesses()).toEqual([]);

    program.telegram.sendText({ chatId: ANNA, text: 'what did I say?' });
    await program.start();
    await program.telegram.waitForMessage(ANNA, ({ text }) => /1\..*tall tower/s.test(text ?? ''), 30_000);
    expect((await program.session()).claudeSessionId).toBe(before.claudeSessionId);
  });

  it('lets a running turn finish first', async () => {
    program.telegram.sendText({ chatId: ANNA, text: 'slow 30' });
    await program.sessionIs('active');
    await program.telegram.waitForMessage(ANNA, ({ text }) => /word2/.test(text ?? ''));
    expect(await program.stop()).toBe(0);
    expect(answers(/word30$/)).toHaveLength(1);
  });
});

describe('a daemon that is killed', () => {
  it('while idle: the next one ends the orphan, and the next message is answered with the memory', async () => {
    await program.ask('remember the deep lake', /I will remember/);
    const { pid } = await program.sessionIs('idle');
    await program.kill();
    await program.start();
    expect(isRunning(pid)).toBe(false);
    await program.ask('what did I say?', /deep lake/);
  });

  it('in mid-tool: nothing of the tool survives, the turn is continued, what came meanwhile is answered', async () => {
    const { message_id } = program.telegram.sendText({ chatId: ANNA, text: 'run: tail -f /dev/null' });
    const asked = await program.telegram.waitForMessage(
      ANNA,
      (message) => message.message_id > message_id && isAsking(message),
      30_000,
    );
    await program.telegram.press({ chatId: ANNA, messageId: asked.message_id, button: 'Allow' });
    await expect.poll(() => program.claudeProcesses().length, { timeout: 30_000 }).toBeGreaterThan(1);
    program.telegram.sendText({ chatId: ANNA, text: 'queued before the crash' });
    await expect.poll(async () => (await program.session()).inbox).toBe(2);
    const orphans = program.claudeProcesses();
    await program.kill();
    program.telegram.sendText({ chatId: ANNA, text: 'sent while it was down' });
    await program.start();
    expect(orphans.filter(isRunning)).toEqual([]);

    await program.telegram.waitForMessage(
      ANNA,
      ({ text }) => /You said: sent while it was down/.test(text ?? ''),
      40_000,
    );
    expect(answers(/You said: queued before the crash/)).toHaveLength(1);
    const prompted = program.model.turns.map(({ text }) => text);
    expect(prompted.filter((text) => text.includes('queued before the crash'))).toHaveLength(1);
    expect(prompted.filter((text) => text.includes('sent while it was down'))).toHaveLength(1);
  });

  it('at once after a message was sent: it is answered once', async () => {
    await program.ask('hello', /You said: hello/);
    program.telegram.sendText({ chatId: ANNA, text: 'just in time' });
    await program.kill();
    await program.start();
    await program.telegram.waitForMessage(
      ANNA,
      ({ text }) => /You said: just in time/.test(text ?? ''),
      30_000,
    );
    await program.sessionIs('idle');
    expect(answers(/You said: just in time/)).toHaveLength(1);
  });
});

describe('a Claude process that is killed', () => {
  it('in mid-turn is told to the chat, and the turn is continued by a new one', async () => {
    program.telegram.sendText({ chatId: ANNA, text: 'slow 200' });
    await program.telegram.waitForMessage(ANNA, ({ text }) => /word3/.test(text ?? ''), 30_000);
    const { pid } = await program.session();
    process.kill(pid ?? NaN, 'SIGKILL');
    await program.telegram.waitForMessage(ANNA, ({ text }) => /crash/i.test(text ?? ''), 30_000);
    const after = await program.sessionIs('idle');
    expect(after.pid).not.toBe(pid);
    expect(after.inbox).toBe(0);
  });
});
