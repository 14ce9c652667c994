/** A disk that refuses, and bugs of our own: nothing is lost, and the chat is told. */
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../src/store/store-error.ts';
import { CHAT, startTestDaemon, type TestDaemon } from '../helpers/test-daemon.ts';

const DISK_FULL = new StoreError('Cannot write s1.json (ENOSPC). The disk is full. Free some space.', {
  path: 's1.json',
  code: 'ENOSPC',
});

/** Whatever makes the session machine throw, as a bug would. */
function hitABug(test: TestDaemon): void {
  test.claude.latest.says({ type: 'claude.approvalRequested', approval: undefined as never });
}

async function working(test: TestDaemon): Promise<string> {
  await test.writes('hi');
  await test.prompted();
  return (await test.current()).id;
}

describe('while the disk refuses', () => {
  it('a message is not accepted, the chat is told once, and it is taken once the disk is well again', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    test.store.refusal = DISK_FULL;
    const message = test.message('more');
    await expect(test.sessions.accept(CHAT, message)).rejects.toThrow('The disk is full.');
    await expect(test.sessions.accept(CHAT, message)).rejects.toThrow('The disk is full.');
    expect(test.telegram.told()).toEqual(['Hello.', 'notSaved']);
    expect(test.claude.latest.prompts).toHaveLength(1);

    test.store.refusal = null;
    await test.sessions.accept(CHAT, message);
    await test.prompted(2);
    expect(test.claude.latest.prompts.map(({ text }) => text)).toEqual(['hi', 'more']);
  });

  it('no prompt is handed over; it is once a retry is taken, without anybody asking', async () => {
    const test = await startTestDaemon({ obedient: false });
    await test.writes('hi');
    test.claude.latest.spawns();
    test.store.refusal = DISK_FULL;
    test.claude.latest.getsReady();
    await expect.poll(() => test.telegram.told()).toEqual(['notSaved']);
    expect(test.claude.latest.prompts).toEqual([]);
    test.store.refusal = null;
    test.pass(1_000);
    await test.prompted();
  });

  it('an answer is kept, and sent once it could be saved', async () => {
    const test = await startTestDaemon();
    await working(test);
    test.store.refusal = DISK_FULL;
    test.claude.latest.answers('Hello.');
    await expect.poll(() => test.telegram.told()).toEqual(['notSaved']);
    test.store.refusal = null;
    test.pass(1_000);
    await expect.poll(() => test.telegram.told()).toEqual(['notSaved', 'Hello.']);
  });

  it('what the chat is owed from before is offered beside the word about the disk, which is offered until taken', async () => {
    const test = await startTestDaemon();
    test.telegram.isBlocked = true;
    await working(test);
    test.claude.latest.answers('Hello.');
    await expect.poll(() => test.telegram.offers.at(-1)?.outbox.length).toBe(1);
    test.store.refusal = DISK_FULL;
    await expect(test.sessions.setIdleTimeout(CHAT, 1_000, test.now())).rejects.toThrow();
    expect(test.telegram.offers.at(-1)?.outbox).toHaveLength(2);
    test.store.refusal = null;
    test.telegram.isBlocked = false;
    test.pass(1_000);
    await expect.poll(() => test.telegram.told()).toEqual(['Hello.', 'notSaved']);
    await test.sessions.setIdleTimeout(CHAT, 2_000, test.now());
    expect(test.telegram.offers.at(-1)?.outbox).toEqual([]);
  });

  it('a session stays in memory', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    const { id } = await test.current();
    test.store.refusal = DISK_FULL;
    await expect(test.sessions.suspend(CHAT, test.now())).rejects.toThrow();
    await expect.poll(() => test.phase(id)).toBe('suspended.resting');
    test.store.refusal = null;
    test.pass(1_000);
    await expect.poll(() => test.phase(id)).toBe('suspended');
    expect(test.stored(id)).toMatchObject({ state: 'suspended', process: null });
  });
});

describe('a bug in a session', () => {
  it('ends its process, is logged, and is told to the chat', async () => {
    const test = await startTestDaemon();
    const id = await working(test);
    hitABug(test);
    await expect.poll(() => test.telegram.told()).toEqual(['internalError']);
    expect(test.claude.latest).toMatchObject({ kills: 1, hasExited: true });
    expect(test.logged()).toContain('session.failed');
    expect(test.stored(id)).toMatchObject({
      state: 'suspended',
      process: null,
      lastEnd: { reason: 'crashed' },
      inbox: [{ text: 'hi', state: 'delivered' }],
    });
  });

  it('harms no other session', async () => {
    const test = await startTestDaemon();
    const other = { chatId: 8, threadId: null };
    await test.talks('hello', 'Hi there.', other);
    await working(test);
    hitABug(test);
    await expect.poll(() => test.telegram.told()).toEqual(['internalError']);
    expect((await test.current(other)).phase).toBe('live.idle');
    expect(test.claude.started[0]?.kills).toBe(0);
  });

  it('starts nothing by itself; the next message gets a fresh actor, and what was in hand goes through recovery', async () => {
    const test = await startTestDaemon();
    const id = await working(test);
    hitABug(test);
    await expect.poll(() => test.stored(id).outbox).toEqual([]);
    await expect.poll(() => test.phase(id)).toBe('failed');
    expect(test.claude.started).toHaveLength(1);

    await test.writes('and now?');
    await expect.poll(() => test.claude.started.length).toBe(2);
    await test.prompted(2);
    expect(test.claude.recoveries).toMatchObject([{ id, uuids: ['uuid-hi', 'uuid-and now?'] }]);
    expect(test.claude.latest.prompts.map(({ text }) => text)).toEqual(['hi', 'and now?']);
    test.claude.latest.answers('one');
    test.claude.latest.answers('two');
    await expect.poll(() => test.telegram.told()).toEqual(['internalError', 'crashed', 'one', 'two']);
  });

  it('lets a message in while its process is still being killed, and starts the next one only after that', async () => {
    const test = await startTestDaemon();
    const id = await working(test);
    const [first] = test.claude.started;
    const death = Promise.withResolvers<void>();
    if (first) first.kill = () => death.promise;
    hitABug(test);
    await test.writes('still there?');
    expect(test.stored(id).inbox.map(({ text }) => text)).toEqual(['hi', 'still there?']);
    expect([test.claude.started.length, test.claude.recoveries.length]).toEqual([1, 0]);
    death.resolve();
    await expect.poll(() => test.claude.started.length).toBe(2);
  });

  it('is over for the next daemon, which recovers', async () => {
    const before = await startTestDaemon();
    const id = await working(before);
    hitABug(before);
    await expect.poll(() => before.stored(id).outbox).toEqual([]);
    await before.daemon.stop();
    const test = await startTestDaemon({ disk: before.store.disk });
    await test.prompted();
    expect(test.claude.latest.prompts.map(({ text }) => text)).toEqual(['hi']);
  });
});
