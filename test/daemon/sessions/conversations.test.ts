/** Conversations that Claude Code keeps, as sessions of chats: resumed, forked, and what names a session. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOON } from '../../helpers/records.ts';
import { CHAT, startTestDaemon, type TestDaemon } from '../../helpers/test-daemon.ts';

const OTHER = { chatId: 8, threadId: null };

function keeps(test: TestDaemon, claudeSessionId: string, title = 'The red door', folder = test.workspace) {
  test.claude.known.push({ claudeSessionId, title, folder, lastUsedAt: NOON });
}

async function resumes(test: TestDaemon, id: string, address = CHAT) {
  const resumed = await test.sessions.resume(address, { claudeSessionId: id, at: test.now() });
  if ('refused' in resumed) throw new Error(resumed.refused);
  return resumed;
}

describe('conversations', () => {
  it('are those of the folder in which the current session works, marked with the session that has them', async () => {
    const test = await startTestDaemon();
    mkdirSync(join(test.workspace, 'app'));
    keeps(test, 'c1', 'Elsewhere');
    keeps(test, 'c2', 'In the app\nwith a second line', join(test.workspace, 'app'));
    expect((await test.sessions.conversations(CHAT)).conversations).toMatchObject([
      { claudeSessionId: 'c1' },
    ]);
    await test.sessions.create(CHAT, { messageId: 1, argument: 'app', at: test.now() });
    await resumes(test, 'c2');
    expect(await test.sessions.conversations(CHAT)).toEqual({
      folder: join(test.workspace, 'app'),
      conversations: [
        {
          claudeSessionId: 'c2',
          title: 'In the app with a second line',
          lastUsedAt: NOON,
          session: 'In the app with a second line',
        },
      ],
    });
  });
});

describe('resuming a conversation', () => {
  it('makes it the current session, in its folder and named after it, and continues it', async () => {
    const test = await startTestDaemon();
    mkdirSync(join(test.workspace, 'app'));
    keeps(test, 'c1', 'The red door', join(test.workspace, 'app'));
    const { session, isNew } = await resumes(test, 'c1');
    expect(isNew).toBe(true);
    expect(session).toMatchObject({ name: 'The red door', workspace: join(test.workspace, 'app') });
    await test.writes('go on');
    await test.prompted();
    expect(test.claude.latest.input).toMatchObject({ claudeSessionId: 'c1', conversationStarted: true });
  });

  it('that a session has goes back to that session, however often it is asked', async () => {
    const test = await startTestDaemon();
    keeps(test, 'c1');
    const { session } = await resumes(test, 'c1');
    await test.sessions.create(CHAT, { messageId: 1, argument: '', at: test.now() });
    const again = await Promise.all([resumes(test, 'c1'), resumes(test, 'c1')]);
    expect(again).toMatchObject([
      { session: { id: session.id }, isNew: false },
      { session: { id: session.id }, isNew: false },
    ]);
    expect((await test.current()).id).toBe(session.id);
    expect(await test.store.sessionIds()).toHaveLength(2);
  });

  it('by two chats at once is given to one of them only', async () => {
    const test = await startTestDaemon();
    keeps(test, 'c1');
    // Long enough for the other one to come in between.
    test.claude.conversations.openIn = () => new Promise((resolve) => setTimeout(() => resolve(null), 20));
    const [mine, theirs] = await Promise.all([
      test.sessions.resume(CHAT, { claudeSessionId: 'c1', at: test.now() }),
      test.sessions.resume(OTHER, { claudeSessionId: 'c1', at: test.now() }),
    ]);
    expect(mine).toMatchObject({ isNew: true });
    expect(theirs).toMatchObject({
      canFork: false,
      refused: expect.stringContaining('Another chat') as string,
    });
    expect(await test.store.sessionIds()).toHaveLength(1);
  });

  it('is possible again when the session that had it has ended, and its process with it', async () => {
    const test = await startTestDaemon({ obedient: false });
    keeps(test, 'c1');
    const { session } = await resumes(test, 'c1');
    await test.writes('go on');
    const process = test.claude.latest;
    process.spawns();
    process.getsReady();
    await test.sessions.end(CHAT, test.now());
    expect(await test.sessions.resume(OTHER, { claudeSessionId: 'c1', at: test.now() })).toHaveProperty(
      'refused',
    );
    expect(await test.sessions.resume(CHAT, { claudeSessionId: 'c1', at: test.now() })).toMatchObject({
      refused: expect.stringContaining('just ending') as string,
    });
    process.exits();
    const next = await resumes(test, 'c1', OTHER);
    expect(next.isNew).toBe(true);
    expect(next.session.id).not.toBe(session.id);
  });

  it('works once the disk takes it, each conversation in its own session', async () => {
    const test = await startTestDaemon();
    keeps(test, 'c1');
    keeps(test, 'c2', 'The blue door');
    test.store.chatRefusal = new Error('disk');
    for (let tries = 0; tries < 2; tries += 1) await expect(resumes(test, 'c1')).rejects.toThrow('disk');
    await expect(resumes(test, 'c2')).rejects.toThrow('disk');
    test.store.chatRefusal = null;
    expect(await resumes(test, 'c2')).toMatchObject({ isNew: true, session: { claudeSessionId: 'c2' } });
    expect(await resumes(test, 'c1')).toMatchObject({ isNew: true, session: { claudeSessionId: 'c1' } });
    expect(await test.store.sessionIds()).toHaveLength(2);
  });

  it('that is open in a terminal is refused, and a copy is offered', async () => {
    const test = await startTestDaemon();
    keeps(test, 'c1');
    test.claude.openIn.set('c1', 4711);
    expect(await test.sessions.resume(CHAT, { claudeSessionId: 'c1', at: test.now() })).toMatchObject({
      refused: expect.stringContaining('process 4711') as string,
      canFork: true,
    });
    const request = { requestId: -5, claudeSessionId: 'c1', name: null, at: test.now() };
    const forked = await test.sessions.fork(CHAT, request);
    expect(forked).toMatchObject({ name: 'The red door (fork)', claudeSessionId: 'c1-fork-1' });
    expect(await test.sessions.fork(CHAT, request)).toMatchObject({ claudeSessionId: 'c1-fork-1' });
    expect(test.claude.known).toHaveLength(2);
  });

  it.each([
    ['of a folder where sessions may not work', '/', 'outside of the folders'],
    ['of a folder that is gone', '/nowhere/at/all', 'no folder'],
  ])('%s is refused', async (_, folder, why) => {
    const test = await startTestDaemon();
    keeps(test, 'c1', 'Far', folder);
    expect(await test.sessions.resume(CHAT, { claudeSessionId: 'c1', at: test.now() })).toMatchObject({
      refused: expect.stringContaining(why) as string,
    });
    expect(await test.store.sessionIds()).toEqual([]);
  });

  it('that Claude Code does not know is refused', async () => {
    const test = await startTestDaemon();
    expect(await test.sessions.resume(CHAT, { claudeSessionId: 'c1', at: test.now() })).toHaveProperty(
      'refused',
    );
  });
});

describe('forking', () => {
  const fork = (test: TestDaemon, name: string | null = null) =>
    test.sessions.fork(CHAT, { requestId: 77, claudeSessionId: null, name, at: test.now() });

  it('makes a second session that goes on with a copy, works alike, and leaves the first one as it is', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    const original = await test.sessions.setIdleTimeout(CHAT, 5_000, test.now());
    keeps(test, original?.claudeSessionId ?? '');
    const forked = await fork(test);
    expect(forked).toMatchObject({ idleTimeoutMs: 5_000, workspace: original?.workspace });
    expect((await test.current()).id).toBe((forked as { id: string }).id);
    expect((await test.current()).claudeSessionId).not.toBe(original?.claudeSessionId);
    expect(await test.sessions.one(7, original?.id ?? '')).toMatchObject({ state: 'idle' });
    await test.talks('in the copy', 'Yes.');
    expect(test.claude.latest.input.conversationStarted).toBe(true);
  });

  it('is done once for a message, also across a restart', async () => {
    const before = await startTestDaemon();
    await before.talks('hi', 'Hello.');
    keeps(before, (await before.current()).claudeSessionId);
    const forked = await fork(before, 'side question');
    expect(forked).toMatchObject({ name: 'side question' });
    const test = await startTestDaemon({ disk: before.store.disk });
    expect(await fork(test, 'side question')).toMatchObject({ id: (forked as { id: string }).id });
    expect(await test.store.sessionIds()).toHaveLength(2);
  });

  it('waits for nothing: while Claude works, or before anything was said, it is refused', async () => {
    const test = await startTestDaemon();
    expect(await fork(test)).toMatchObject({ refused: expect.stringContaining('no session') as string });
    await test.sessions.create(CHAT, { messageId: 1, argument: '', at: test.now() });
    expect(await fork(test)).toMatchObject({
      refused: expect.stringContaining('Nothing was said') as string,
    });
    await test.talks('hi', 'Hello.');
    await test.writes('and now');
    await test.prompted(2);
    expect(await fork(test)).toMatchObject({ refused: expect.stringContaining('at work') as string });
    expect(await test.store.sessionIds()).toHaveLength(1);
  });

  it('that Claude Code can not do says so', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    expect(await fork(test)).toMatchObject({ refused: expect.stringContaining('could not copy') as string });
    expect(test.logged()).toContain('conversation.notForked');
  });
});

describe('the name of a session', () => {
  async function isTold(test: TestDaemon, title: string): Promise<void> {
    await test.sessions.create(CHAT, { messageId: 1, argument: '', at: test.now() });
    keeps(test, (await test.current()).claudeSessionId, title);
    await test.talks('hi', 'Hello.');
  }

  it('becomes the title of its conversation after the first answer, and stays that', async () => {
    const test = await startTestDaemon();
    await isTold(test, 'Paint the  red\ndoor');
    await expect.poll(async () => (await test.current()).name).toBe('Paint the red door');
    for (const known of test.claude.known) known.title = 'Another';
    await test.talks('and', 'Yes.');
    expect((await test.current()).name).toBe('Paint the red door');
    expect(test.stored((await test.current()).id).namedBy).toBe('conversation');
  });

  it('stays what a person chose, when it began or later', async () => {
    const test = await startTestDaemon();
    await test.sessions.create(CHAT, { messageId: 1, argument: '. mine', at: test.now() });
    const { id, claudeSessionId } = await test.current();
    keeps(test, claudeSessionId);
    await test.talks('hi', 'Hello.');
    await test.talks('hi again', 'Hello again.');
    expect((await test.current()).name).toBe('mine');
    await test.sessions.rename(7, id, 'ours', test.now());
    expect(test.stored(id)).toMatchObject({ name: 'ours', namedBy: 'person' });
  });

  it('stays that of its folder when Claude Code has no title', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    await test.talks('hi again', 'Hello again.');
    expect(test.stored((await test.current()).id).namedBy).toBe('folder');
  });
});
