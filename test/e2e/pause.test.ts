/** A restart in the middle of things is a pause for the people in the chat: Claude goes on by itself. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';

let program: Program;
beforeEach(async () => {
  program = await startProgram({ HIBERNAUT_DRAIN: '1s' });
});
afterEach(() => program.close());

const said = (pattern: RegExp) =>
  program.telegram.messages(ANNA).filter(({ from, text }) => from?.is_bot && pattern.test(text ?? ''));

it('a turn that takes longer than the stop waits goes on by itself, over two restarts, and nobody is bothered', async () => {
  program.telegram.sendText({ chatId: ANNA, text: 'hang on' });
  const turns = (count: number) =>
    expect.poll(() => program.model.turns.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
  await turns(1);
  for (const restart of [1, 2]) {
    expect(await program.stop()).toBe(0);
    expect(program.claudeProcesses()).toEqual([]);
    await program.start();
    await turns(restart + 1);
    expect(await program.session()).toMatchObject({ state: 'active', inbox: 1 });
  }
  expect(said(/restarted|cut off|crash/i).map(({ text }) => text)).toEqual([]);
  expect(program.model.turns.filter(({ text }) => text === 'hang on')).toHaveLength(1);
});
