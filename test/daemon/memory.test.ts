/** Which sessions are in memory: those with a process or mail, and no others. */
import { describe, expect, it } from 'vitest';
import { CHAT, startTestDaemon } from '../helpers/test-daemon.ts';
import { watchActors } from '../helpers/watch-actors.ts';

describe('a quiet session', () => {
  it('has no actor any more, once its last record is on disk and its last answer delivered', async () => {
    const actors = watchActors();
    const test = await startTestDaemon({ inspect: actors.inspect });
    test.telegram.isBlocked = true;
    await test.writes('hi');
    await test.prompted();
    test.claude.latest.answers('Hello.');
    const { id } = await test.current();
    await test.sessions.suspend(CHAT, test.now());
    await expect.poll(() => test.phase(id)).toBe('suspended.resting');
    expect(actors.running(id)).toBe(1);

    test.telegram.isBlocked = false;
    await test.sessions.setIdleTimeout(CHAT, 1_000, test.now());
    await expect.poll(() => test.telegram.told()).toEqual(['Hello.']);
    await expect.poll(() => actors.running(id)).toBe(0);
    expect(test.stored(id).outbox).toEqual([]);
    expect(await test.current()).toMatchObject({ state: 'suspended', phase: 'suspended', pid: null });
  });

  it('is shown by the status without waking', async () => {
    const actors = watchActors();
    const test = await startTestDaemon({ inspect: actors.inspect });
    await test.sessions.create(CHAT, { messageId: 1, argument: '', at: test.now() });
    const { sessions } = await test.daemon.status();
    expect(sessions).toMatchObject([{ state: 'suspended', chatId: 7 }]);
    await test.sessions.list(7);
    expect(actors.running(sessions[0]?.id ?? '')).toBe(0);
  });

  it('takes a late word from Telegram, and is quiet again', async () => {
    const actors = watchActors();
    const test = await startTestDaemon({ inspect: actors.inspect });
    await test.sessions.create(CHAT, { messageId: 1, argument: '', at: test.now() });
    const { id } = await test.current();
    test.telegram.reportLiveMessage(id, 12);
    await expect.poll(() => test.stored(id).liveMessageId).toBe(12);
    await expect.poll(() => actors.running(id)).toBe(0);
  });

  it('that nobody knows is no trouble for Telegram', async () => {
    const test = await startTestDaemon();
    test.telegram.reportLiveMessage('nosuch', 12);
    await test.talks('hi', 'Hello.');
    expect(test.logged()).not.toContain('session.notReached');
  });
});

it('hundreds of sessions that come and go leave none in memory', async () => {
  const actors = watchActors();
  const test = await startTestDaemon({ inspect: actors.inspect });
  const ids = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const address = { chatId: 100 + index, threadId: null };
      await test.sessions.create(address, { messageId: 1, argument: '', at: test.now() });
      const view = await test.sessions.setIdleTimeout(address, 2_000, test.now());
      return view?.id ?? '';
    }),
  );
  await expect.poll(() => ids.filter((id) => actors.running(id) > 0)).toEqual([]);
  expect(ids.every((id) => test.stored(id).idleTimeoutMs === 2_000)).toBe(true);
});
