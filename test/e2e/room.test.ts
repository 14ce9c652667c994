/** Room for one process only, and two chats that talk by turns: all is answered, and never do two processes live. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ANNA, BEN, startProgram, type Program } from '../helpers/program.ts';

let program: Program;
beforeEach(async () => {
  program = await startProgram({ HIBERNAUT_MAX_LIVE: '1' });
});
afterEach(() => program.close());

const said = (chatId: number, pattern: RegExp) =>
  program.telegram.messages(chatId).filter(({ from, text }) => from?.is_bot && pattern.test(text ?? ''));

it('two chats by turns, then at once: everybody is answered, from memory, and told what they wait for', async () => {
  let most = 0;
  const watching = setInterval(() => {
    void program.status().then(
      ({ sessions }) => {
        most = Math.max(most, sessions.filter(({ pid }) => pid !== null).length);
      },
      () => undefined,
    );
  }, 20);
  try {
    await program.ask('remember the tall tower', /I will remember/);
    await program.ask('remember the deep lake', /I will remember/, { chatId: BEN });
    expect(await program.session(ANNA)).toMatchObject({ state: 'suspended', lastEnd: { reason: 'evicted' } });
    await program.ask('what did I say?', /tall tower/);
    expect(await program.session(BEN)).toMatchObject({ state: 'suspended', lastEnd: { reason: 'evicted' } });

    program.telegram.sendText({ chatId: ANNA, text: 'slow 200' });
    await program.telegram.waitForMessage(ANNA, ({ text }) => /word2/.test(text ?? ''));
    program.telegram.sendText({ chatId: BEN, text: 'what did I say?' });
    await program.telegram.waitForMessage(BEN, ({ text }) => /The one place .* is taken/.test(text ?? ''));
    expect(await program.session(BEN)).toMatchObject({ state: 'active', roomPlace: 1, pid: null });
    program.telegram.sendText({ chatId: BEN, text: '/status' });
    await program.telegram.waitForMessage(BEN, ({ text }) => /waits for room, 1st in line/.test(text ?? ''));
    expect(await program.cli('status')).toMatch(
      /Claude processes: 1 of 1 at most \(by HIBERNAUT_MAX_LIVE\); 1 session waits[^]*room: 1st/,
    );
    await program.telegram.waitForMessage(BEN, ({ text }) => /1\..*deep lake/s.test(text ?? ''), 30_000);
    expect(said(ANNA, /word200$/)).toHaveLength(1);
    expect(said(BEN, /is taken/)).toHaveLength(1);
  } finally {
    clearInterval(watching);
  }
  expect(most).toBe(1);
  expect(program.log()).not.toContain('process.waitsForEarlierOne');
});
