/** A restart in the middle of things is a pause for the people in the chat: Claude goes on by itself, and a tap counts. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';
import { isAsking } from '../helpers/asking.ts';

let program: Program;
beforeEach(async () => {
  program = await startProgram({ HIBERNAUT_DRAIN: '1s' });
});
afterEach(() => program.close());

const said = (pattern: RegExp) =>
  program.telegram.messages(ANNA).filter(({ from, text }) => from?.is_bot && pattern.test(text ?? ''));

/** Resolves with the message with which Claude asks. */
async function asks(after: number) {
  return program.telegram.waitForMessage(
    ANNA,
    (message) => message.message_id > after && isAsking(message),
    40_000,
  );
}

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

it('a tap while the daemon waits for it counts, and the turn ends before the stop', async () => {
  await program.stop();
  program.environment['HIBERNAUT_DRAIN'] = '30s';
  await program.start();
  const { message_id } = program.telegram.sendText({
    chatId: ANNA,
    text: 'run: touch marker && echo just in time',
  });
  const asked = await asks(message_id);
  const stopped = program.stop();
  await program.telegram.press({ chatId: ANNA, messageId: asked.message_id, button: 'Allow' });
  expect(await stopped).toBe(0);
  await access(join(program.workspace, 'marker'));
  await program.start();
  expect(await program.session()).toMatchObject({ inbox: 0 });
});
