/** What Claude is asked about its work, through the port that Telegram's side calls. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHAT, startTestDaemon } from '../../helpers/test-daemon.ts';

const POINT = { uuid: 'u1', text: 'hello', changes: { files: ['/a'], insertions: 1, deletions: 0 } };

describe('the usage of a session', () => {
  it('is what its process says, and once it has gone what it said last', async () => {
    const test = await startTestDaemon();
    await test.talks('hello', 'hi');
    const { id } = await test.current();
    const first = await test.sessions.usage(id);
    expect(first).toMatchObject({ usage: { contextTokens: 12_000 } });
    await test.sessions.suspend(CHAT, test.now());
    await expect.poll(async () => (await test.current()).state).toBe('suspended');
    expect(await test.sessions.usage(id)).toEqual(first);
    expect(test.claude.started).toHaveLength(1);
  });

  it('is not known of a session that never ran', async () => {
    const test = await startTestDaemon();
    const { id } = await test.sessions.currentOrNew(CHAT, 1, test.now());
    expect(await test.sessions.usage(id)).toBeNull();
  });
});

describe('putting files back', () => {
  it('wakes the session, and is done for a message that has something to put back', async () => {
    const test = await startTestDaemon();
    const { id } = await test.sessions.currentOrNew(CHAT, 1, test.now());
    expect(await test.sessions.rewindPoints(7, id, test.now())).toEqual([]);
    test.claude.latest.points = [POINT];
    expect(await test.sessions.rewindPoints(7, id, test.now())).toEqual([POINT]);
    expect(await test.sessions.rewind(7, id, 'u1', test.now())).toEqual(POINT.changes);
    expect(await test.sessions.rewind(7, id, 'u2', test.now())).toHaveProperty('refused');
    expect(test.claude.latest.rewound).toEqual(['u1']);
  });

  it('is refused while Claude works, and to other chats', async () => {
    const test = await startTestDaemon();
    await test.writes('hello');
    await test.prompted();
    const { id } = await test.current();
    test.claude.latest.points = [POINT];
    expect(await test.sessions.rewind(7, id, 'u1', test.now())).toEqual({
      refused: expect.stringContaining('at work') as string,
    });
    expect(await test.sessions.rewind(8, id, 'u1', test.now())).toBeNull();
    expect(test.claude.latest.rewound).toEqual([]);
  });
});

describe('another folder', () => {
  it('is where the next process works, in the same conversation, without what was allowed for the session', async () => {
    const test = await startTestDaemon();
    await mkdir(join(test.workspace, 'shop'));
    await test.talks('hello', 'hi');
    test.claude.latest.says({ type: 'claude.sessionRulesGranted', rules: [{ type: 'addRules' }] });
    const before = await test.current();
    const changed = await test.sessions.changeFolder(7, before.id, 'shop', test.now());
    expect(changed).toMatchObject({ workspace: join(test.workspace, 'shop') });
    await test.talks('again', 'hi again');
    expect(test.claude.started).toHaveLength(2);
    expect(test.claude.latest.input).toMatchObject({
      workspace: join(test.workspace, 'shop'),
      claudeSessionId: before.claudeSessionId,
      conversationStarted: true,
      sessionRules: [],
    });
  });

  it('is refused outside of the roots, and while Claude works', async () => {
    const test = await startTestDaemon();
    await mkdir(join(test.workspace, 'shop'));
    await test.writes('hello');
    await test.prompted();
    const { id, workspace } = await test.current();
    for (const folder of ['/', 'shop']) {
      expect(await test.sessions.changeFolder(7, id, folder, test.now())).toHaveProperty('refused');
    }
    expect((await test.current()).workspace).toBe(workspace);
  });
});
