/** The way of a message: into a session, to Claude, and its answer back. */
import { describe, expect, it } from 'vitest';
import { CHAT, startTestDaemon } from '../helpers/test-daemon.ts';

describe('a message', () => {
  it('creates a session and is answered', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    const session = await test.current();
    expect(session).toMatchObject({ chatId: 7, threadId: null, workspace: test.workspace, state: 'idle' });
    expect(session.id).toMatch(/^[a-z2-7]{10}$/);
    expect(test.telegram.told()).toEqual(['Hello.']);
  });

  it('is on disk once it is accepted', async () => {
    const test = await startTestDaemon({ obedient: false });
    await test.writes('hi');
    const { id } = await test.current();
    expect(test.stored(id).inbox).toMatchObject([{ text: 'hi', state: 'waiting' }]);
  });

  it('reaches Claude only once the record that says so is on disk', async () => {
    const test = await startTestDaemon({ obedient: false });
    await test.writes('hi');
    test.claude.latest.spawns();
    test.store.hold();
    test.claude.latest.getsReady();
    const { id, phase } = await test.current();
    expect(phase).toBe('live.active.working');
    expect(test.claude.latest.prompts).toEqual([]);
    test.store.release();
    await test.prompted();
    expect(test.stored(id).inbox).toMatchObject([{ text: 'hi', state: 'delivered' }]);
  });

  it('is answered by the process that is already there', async () => {
    const test = await startTestDaemon();
    await test.talks('one', 'first');
    await test.talks('two', 'second');
    expect(test.claude.started).toHaveLength(1);
    expect(test.telegram.told()).toEqual(['first', 'second']);
  });

  it('keeps its order among those written at once, and they make one session', async () => {
    const test = await startTestDaemon();
    await Promise.all(['a', 'b', 'c'].map((text) => test.writes(text)));
    await test.prompted(3);
    expect(test.claude.latest.prompts.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    for (const text of ['a', 'b', 'c']) test.claude.latest.answers(`${text}!`);
    await expect.poll(() => test.telegram.told()).toEqual(['a!', 'b!', 'c!']);
    expect(test.claude.started).toHaveLength(1);
    expect(await test.store.sessionIds()).toHaveLength(1);
  });

  it('is taken once, however often Telegram delivers it', async () => {
    const test = await startTestDaemon();
    const message = test.message('hi');
    await test.sessions.accept(CHAT, message);
    await test.sessions.accept(CHAT, message);
    await test.prompted();
    test.claude.latest.answers('Hello.');
    await test.sessions.accept(CHAT, message);
    await expect.poll(() => test.telegram.told()).toEqual(['Hello.']);
    expect((await test.current()).phase).toBe('live.idle');
  });

  it('is known in its session after a restart, though another one is current by then', async () => {
    const before = await startTestDaemon();
    const message = before.message('hi');
    await before.sessions.accept(CHAT, message);
    await before.sessions.create(CHAT, { messageId: 99, argument: '', at: before.now() });
    const test = await startTestDaemon({ disk: before.store.disk });
    await test.sessions.accept(CHAT, message);
    await test.prompted();
    expect(test.claude.started.map(({ prompts }) => prompts.length)).toEqual([1]);
    expect((await test.current()).inbox).toBe(0);
  });

  it('in another chat, or in another topic, is another session with a process of its own', async () => {
    const test = await startTestDaemon();
    const topic = { chatId: 7, threadId: 5 };
    await test.talks('hi', 'in the chat');
    await test.talks('hello', 'in the topic', topic);
    await test.talks('hey', 'elsewhere', { chatId: 8, threadId: null });
    expect(test.claude.started).toHaveLength(3);
    expect(test.telegram.sent.map(({ chatId, threadId }) => [chatId, threadId])).toEqual([
      [7, null],
      [7, 5],
      [8, null],
    ]);
    expect((await test.current(topic)).threadId).toBe(5);
  });

  it('waits for no other chat', async () => {
    const test = await startTestDaemon();
    await test.writes('slow', { chatId: 8, threadId: null });
    await test.prompted();
    await test.talks('quick', 'done');
    expect(test.telegram.told(8)).toEqual([]);
  });

  it('wakes a suspended session in the same conversation', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    test.pass(600_000);
    await expect.poll(async () => (await test.current()).state).toBe('suspended');
    expect((await test.current()).lastEnd?.reason).toBe('idle');
    await test.talks('again', 'Still here.');
    const [first, second] = test.claude.started.map(({ input }) => input);
    expect(second).toMatchObject({ claudeSessionId: first?.claudeSessionId, conversationStarted: true });
  });

  it('after the session was ended goes to a new one', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    const { id } = await test.current();
    expect(await test.sessions.end(CHAT, test.now())).toMatchObject({ id });
    expect(await test.sessions.current(CHAT)).toBeNull();
    await test.talks('more', 'A fresh start.');
    expect((await test.current()).id).not.toBe(id);
    expect(test.stored(id).state).toBe('terminated');
  });

  it('is known though its session was ended since, and comes to no new one', async () => {
    const test = await startTestDaemon();
    const message = test.message('hi');
    await test.sessions.accept(CHAT, message);
    await test.prompted();
    test.claude.latest.answers('Hello.');
    await expect.poll(() => test.telegram.told()).toEqual(['Hello.']);
    await test.sessions.end(CHAT, test.now());
    await test.sessions.accept(CHAT, message);
    expect(test.telegram.told()).toEqual(['Hello.']);
    expect(await test.store.sessionIds()).toHaveLength(1);
  });

  it('leaves no word of itself in the log', async () => {
    const test = await startTestDaemon();
    await test.talks('a secret question', 'a secret answer');
    await test.daemon.stop();
    expect(test.logged()).toContain('session.created');
    expect(test.logText()).not.toContain('secret');
  });
});

describe('an answer', () => {
  it('is on disk before it is offered to Telegram', async () => {
    const test = await startTestDaemon();
    await test.writes('hi');
    await test.prompted();
    test.store.hold();
    test.claude.latest.answers('Hello.');
    const { id, outbox } = await test.current();
    expect(outbox).toBe(1);
    expect(test.telegram.told()).toEqual([]);
    test.store.release();
    await expect.poll(() => test.telegram.told()).toEqual(['Hello.']);
    expect(test.store.saved.some((record) => record.outbox.length === 1)).toBe(true);
    await expect.poll(() => test.stored(id).outbox).toEqual([]);
  });
});
