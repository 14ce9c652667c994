/** People are let in and shut out from the host, with the program's own command line. Invariant 5. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANNA, startProgram, STRANGER, type Program } from '../helpers/program.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.close());

const CARLA = 303;
const POLL = { timeout: 30_000 };

const textsOf = (chatId: number) =>
  program.telegram.messages(chatId).flatMap(({ from, text }) => (from?.is_bot ? [text ?? ''] : []));

async function pair(chatId: number, firstName: string): Promise<void> {
  program.telegram.introduce({ userId: chatId, firstName });
  const { code } = JSON.parse(await program.cli('pair', '--json')) as { code: string };
  await program.ask(`/start ${code}`, /^You are in/, { chatId });
}

describe('access', () => {
  it('is given with a code, used, and taken away while Claude works', async () => {
    await program.ask('hello', /You said: hello/);
    program.telegram.sendText({ chatId: CARLA, text: '/start' });
    await pair(CARLA, 'Carla');
    await expect.poll(() => textsOf(ANNA).at(-1), POLL).toMatch(/^Carla, Telegram id 303, was let in/);
    await program.ask('remember the bus', /I will remember the bus/, { chatId: CARLA });
    expect(await program.cli('access', 'list')).toMatch(/303 +Carla +paired/);

    program.telegram.sendText({ chatId: CARLA, text: 'slow 400' });
    await program.sessionIs('active', CARLA);
    expect(await program.cli('access', 'revoke', String(CARLA))).toContain('may no longer use the bot');
    const before = textsOf(CARLA).length;
    await program.sessionIs('suspended', CARLA);
    program.telegram.sendText({ chatId: CARLA, text: 'are you there?' });
    await program.ask('still there', /You said: still there/);
    await expect.poll(() => program.telegram.pendingUpdates(), POLL).toBe(0);
    expect(textsOf(CARLA)).toHaveLength(before);
    expect(program.model.turns.map(({ text }) => text)).not.toContain('are you there?');
  });

  it('comes back with a new code, and so does the conversation', async () => {
    await pair(CARLA, 'Carla');
    await program.ask('what did I say?', /the bus/, { chatId: CARLA });
  });

  it('outlives the daemon', async () => {
    await program.kill();
    expect(await program.cli('access', 'list')).toMatch(/303 +Carla +paired/);
    await program.start();
    await program.ask('again', /You said: again/, { chatId: CARLA });
  });

  it('is not there for a stranger, whatever they try while no code waits', async () => {
    for (const text of ['/start', '/start K7QM2-XRT9D', 'K7QM2-XRT9D']) {
      program.telegram.sendText({ chatId: STRANGER, text });
    }
    await program.ask('done', /You said: done/);
    await expect.poll(() => program.telegram.pendingUpdates(), POLL).toBe(0);
    expect(textsOf(STRANGER)).toEqual([]);
  });
});
