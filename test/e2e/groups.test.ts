/** Groups with the whole program: where the bot stays, and a supergroup that remembers what was said in the group. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANNA, startProgram, STRANGER, type Program } from '../helpers/program.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.close());

const GROUP = -7;
const POLL = { timeout: 30_000 };

const mention = (words: string) => `@${program.telegram.bot.username} ${words}`;

describe('groups', () => {
  it('that a stranger took the bot to are left without a word', async () => {
    program.telegram.addBot({ chatId: -8, userId: STRANGER });
    await expect
      .poll(() => program.telegram.calls.filter(({ method }) => method === 'leaveChat'), POLL)
      .toMatchObject([{ payload: { chat_id: -8 }, status: 200 }]);
    expect(program.telegram.messages(-8)).toEqual([]);
  });

  it('that become supergroups go on with their conversation, after a crash right then too', async () => {
    program.telegram.addBot({ chatId: GROUP, userId: ANNA });
    await program.telegram.waitForMessage(GROUP, ({ text }) => text?.startsWith('Here I listen') === true);
    await program.ask(mention('remember the lake'), /I will remember the lake/, { chatId: GROUP });
    await program.sessionIs('idle', GROUP);
    const before = await program.session(GROUP);
    const supergroup = program.telegram.migrate({ chatId: GROUP, userId: STRANGER });
    await program.kill();
    await program.start();
    // The answer before may come a second time: the daemon died before it was booked as delivered.
    await program.ask(mention('what did I say?'), /^(?!I will).*the lake/s, { chatId: supergroup });
    const after = await program.session(supergroup);
    expect(after).toMatchObject({ id: before.id, claudeSessionId: before.claudeSessionId });
    expect((await program.status()).sessions.filter(({ chatId }) => chatId === GROUP)).toEqual([]);
  });
});
