/** The main job, with nothing faked but Telegram and the model: answered, idle, suspended, awake again with its memory. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRunning } from '../helpers/processes.ts';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';

describe('a session', () => {
  let program: Program;
  beforeAll(async () => {
    program = await startProgram({ HIBERNAUT_IDLE_TIMEOUT: '2s' });
  });
  afterAll(() => program.close());

  it('answers, keeps its process, is suspended after its idle timeout, and wakes with its memory', async () => {
    await program.ask('remember the blue door', /I will remember the blue door/);
    const first = await program.sessionIs('idle');
    expect(first.pid).toBeTypeOf('number');
    expect(first.suspendsAt).toBe(first.lastActivityAt + 2_000);
    expect(isRunning(first.pid)).toBe(true);

    await program.ask('remember the red window', /I will remember the red window/);
    expect((await program.session()).pid).toBe(first.pid);

    const suspended = await program.sessionIs('suspended');
    expect(suspended).toMatchObject({ pid: null, suspendsAt: null, lastEnd: { reason: 'idle' } });
    expect(isRunning(first.pid)).toBe(false);
    expect(program.claudeProcesses()).toEqual([]);

    const recalled = await program.ask('what did I say?', /blue door/);
    expect(recalled).toContain('red window');
    const awake = await program.session();
    expect(awake.pid).not.toBe(first.pid);
    expect(awake.claudeSessionId).toBe(first.claudeSessionId);
  });

  it('stays awake while Claude works longer than the idle timeout', async () => {
    program.telegram.sendText({ chatId: ANNA, text: 'slow 60' });
    const { pid } = await program.sessionIs('active');
    await program.telegram.waitForMessage(ANNA, ({ text }) => /word60$/.test(text ?? ''), 30_000);
    expect((await program.session()).pid).toBe(pid);
  });

  it('stays awake while a background task of Claude runs', async () => {
    program.telegram.sendText({ chatId: ANNA, text: 'background: until [ -e go ]; do sleep 0.05; done' });
    const phase = async () => (await program.session()).phase;
    await expect.poll(phase).toBe('live.active.background.running');
    const { pid, idleTimeoutMs } = await program.session();
    const idleFor = async () => (await program.session()).idleForMs;
    await expect.poll(idleFor).toBeGreaterThan(2 * (idleTimeoutMs ?? 0));
    expect(await phase()).toBe('live.active.background.running');
    writeFileSync(join(program.workspace, 'go'), '');
    await program.telegram.waitForMessage(
      ANNA,
      ({ text }) => /background task ended/.test(text ?? ''),
      30_000,
    );
    expect((await program.session()).pid).toBe(pid);
    expect((await program.session()).lastEnd?.reason).not.toBe('crashed');
  });
});
