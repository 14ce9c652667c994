/** `hibernaut drain`, with a turn that runs: nothing new begins, what is written is kept, and the next daemon answers it. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { execa } from 'execa';
import { until } from '../helpers/until.ts';
import { ANNA, BEN, MAIN, startProgram, type Program } from '../helpers/program.ts';

let program: Program;
beforeEach(async () => {
  program = await startProgram({ HIBERNAUT_DRAIN: '1s' });
});
afterEach(() => program.close());

const said = (chatId: number, pattern: RegExp) =>
  program.telegram.messages(chatId).filter(({ from, text }) => from?.is_bot && pattern.test(text ?? ''));

const GOES_ON = 'The drain goes on without this command. "hibernaut status" shows what it waits for.';

const drain = (...args: string[]) =>
  execa(process.execPath, [MAIN, 'drain', ...args], {
    env: program.environment,
    extendEnv: false,
    reject: false,
  });

it('waits for the turn and says so, answers it, keeps what others write, and stops with 0', async () => {
  program.telegram.sendText({ chatId: ANNA, text: 'slow 130' });
  await program.telegram.waitForMessage(ANNA, ({ text }) => /word2/.test(text ?? ''));
  // Whoever leaves the command leaves the drain going.
  const left = drain('--wait', '--timeout', '1m');
  let printed = '';
  left.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await until(
    'the command to say what it waits for',
    () => Promise.resolve(printed),
    (text) => text.includes('waits for'),
  );
  left.kill('SIGINT');
  expect([(await left).exitCode, (await left).stderr]).toEqual([1, GOES_ON]);
  expect((await left).stdout).toMatch(/waits for work in chat 101 \(working\), no longer than (1 min|5\d s)/);
  expect(await program.cli('status')).toMatch(
    /is draining[^]*It begins no more turns, and waits for work in chat 101/,
  );

  program.telegram.sendText({ chatId: BEN, text: 'what now?' });
  await program.telegram.waitForMessage(BEN, ({ text }) => /being restarted/.test(text ?? ''));
  const waited = await drain('--wait', '--timeout', '1m');
  expect(waited.exitCode).toBe(0);
  expect(waited.stdout).toContain('Hibernaut has stopped');
  expect(said(ANNA, /word130$/)).toHaveLength(1);
  expect(said(BEN, /You said/)).toEqual([]);
  expect(await program.stop()).toBe(0);
  expect(program.claudeProcesses()).toEqual([]);

  await program.start();
  await program.telegram.waitForMessage(BEN, ({ text }) => /You said: what now\?/.test(text ?? ''), 30_000);
  expect(said(BEN, /You said/)).toHaveLength(1);
});

it('needs a daemon, and a duration', async () => {
  const unreadable = await drain('--timeout', 'soon');
  expect(unreadable.exitCode).toBe(1);
  expect(unreadable.stderr).toContain('--timeout is "soon". Write a duration');
  await program.stop();
  const alone = await drain();
  expect(alone.exitCode).toBe(1);
  expect(alone.stderr).toContain('No Hibernaut runs');
});
