/** Who is heard, and by which session: strangers, two chats at once, topics of a forum. Invariant 5. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANNA, BEN, startProgram, STRANGER, type Program } from '../helpers/program.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.close());

const FORUM = -1001;

describe('people', () => {
  it('a stranger gets nothing: no answer, no session, no call', async () => {
    const before = program.telegram.calls.filter(({ method }) => method !== 'getUpdates').length;
    program.telegram.sendText({ chatId: STRANGER, text: '/start' });
    program.telegram.sendText({ chatId: STRANGER, text: 'hello' });
    await expect
      .poll(() => program.telegram.calls.at(-1), { timeout: 30_000 })
      .toMatchObject({ method: 'getUpdates', status: null });
    expect(program.telegram.calls.filter(({ method }) => method !== 'getUpdates')).toHaveLength(before);
    expect((await program.status()).sessions).toEqual([]);
    expect(program.telegram.messages(STRANGER)).toHaveLength(2);
  });

  it('two chats work at the same time, neither waits for the other', async () => {
    program.telegram.sendText({ chatId: ANNA, text: 'slow 400' });
    await program.sessionIs('active', ANNA);
    await program.ask('quick', /You said: quick/, { chatId: BEN });
    expect((await program.session(ANNA)).state).toBe('active');
    const [anna, ben] = [await program.session(ANNA), await program.session(BEN)];
    expect(anna.pid).not.toBe(ben.pid);
    await program.ask('/stop', /interrupt|stopped/i);
  });

  it('in a forum each topic is a session of its own', async () => {
    await program.ask('remember topic one', /I will remember topic one/, { chatId: FORUM, threadId: 11 });
    await program.ask('remember topic two', /I will remember topic two/, { chatId: FORUM, threadId: 22 });
    const recalled = await program.ask('what did I say?', /topic one/, { chatId: FORUM, threadId: 11 });
    expect(recalled).not.toContain('topic two');
    const sessions = (await program.status()).sessions.filter(({ chatId }) => chatId === FORUM);
    expect(sessions.map(({ threadId }) => threadId).sort()).toEqual([11, 22]);
    const sent = program.telegram.messages(FORUM).filter(({ from }) => from?.is_bot);
    expect(new Set(sent.map(({ message_thread_id }) => message_thread_id))).toEqual(new Set([11, 22]));
  });
});
