/** Files that Claude sends: promised to Claude when they are sure to be sent, kept until Telegram took them. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OwedReply } from '../../../machines/owed-reply.ts';
import type { OutboxItem, OutgoingFile } from '../../../machines/session-record.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { CHAT, startTestDaemon, type TestDaemonOptions } from '../../helpers/test-daemon.ts';

async function start({ config, ...options }: TestDaemonOptions = {}) {
  const dataDir = config?.dataDir ?? temporaryFolder();
  const test = await startTestDaemon({ ...options, config: { ...config, dataDir } });
  const outgoing = join(dataDir, 'outgoing');
  const copies = () => (existsSync(outgoing) ? readdirSync(outgoing) : []);
  const file = (name: string, content = 'content') => writeFileSync(join(test.workspace, name), content);
  /** Claude is at work on a first message. */
  const working = async () => {
    await test.writes('hi');
    await test.prompted();
    return test.claude.latest;
  };
  return { ...test, dataDir, copies, file, working };
}

const filesOf = (item: OutboxItem) => (item.body.kind === 'files' ? item.body.files : []);

describe('what Claude sends', () => {
  it('is copied, owed in reply to the message in hand, and off the disk when Telegram took it', async () => {
    const { file, working, telegram, copies } = await start();
    file('a.txt');
    file('b.txt');
    const claude = await working();
    expect(await claude.sends(['a.txt', 'b.txt'], 'both')).toEqual({ names: ['a.txt', 'b.txt'] });
    await expect.poll(() => telegram.told()).toEqual(['a.txt, b.txt']);
    expect(telegram.sent[0]?.item).toMatchObject({ replyTo: 1, body: { caption: 'both' } });
    await expect.poll(copies).toEqual([]);
  });

  it('is promised to Claude only when the record that owes it is on disk', async () => {
    const { file, working, store, copies } = await start();
    file('a.txt');
    const claude = await working();
    await expect.poll(() => store.saved.at(-1)?.state).toBe('active');
    store.hold();
    let answer: unknown = null;
    void claude.sends(['a.txt']).then((given) => (answer = given));
    await expect.poll(copies).toHaveLength(1);
    await new Promise(setImmediate);
    expect(answer).toBeNull();
    store.release();
    await expect.poll(() => answer).toEqual({ names: ['a.txt'] });
    expect(store.saved.some(({ outbox }) => outbox.some((item) => filesOf(item).length === 1))).toBe(true);
  });

  it('is all of it or nothing, and Claude is told what is wrong with each', async () => {
    const { file, working, telegram, copies, workspace } = await start();
    file('a.txt');
    file('empty.txt', '');
    mkdirSync(join(workspace, 'src'));
    const claude = await working();
    const answer = await claude.sends(['a.txt', 'empty.txt', 'src', '/etc/passwd']);
    expect(answer).toEqual({
      refused: expect.stringMatching(
        /empty\.txt is empty.*src is a folder.*\/etc\/passwd is outside/,
      ) as string,
    });
    expect(copies()).toEqual([]);
    expect(telegram.told()).toEqual([]);
  });

  it("is never of the data folder, nor of Claude's own", async () => {
    const home = temporaryFolder();
    mkdirSync(join(home, '.claude'));
    writeFileSync(join(home, '.claude', '.credentials.json'), 'secret');
    const dataDir = join(home, 'state');
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'epoch.json'), '{}');
    const { working } = await start({
      config: { dataDir, workspaceRoots: ['/'], claudeEnvironment: { HOME: home } },
    });
    const claude = await working();
    for (const path of [join(dataDir, 'epoch.json'), join(home, '.claude', '.credentials.json')]) {
      expect(await claude.sends([path])).toEqual({
        refused: expect.stringContaining('never sent') as string,
      });
    }
  });

  it('is sent by the next daemon if this one dies, from the copy', async () => {
    const before = await start();
    before.telegram.isBlocked = true;
    before.file('a.txt');
    const claude = await before.working();
    await claude.sends(['a.txt']);
    rmSync(join(before.workspace, 'a.txt'));
    const { dataDir } = before;
    const kept = before.copies();
    expect(kept).toHaveLength(1);

    const test = await start({ disk: before.store.disk, config: { dataDir } });
    await expect.poll(() => test.telegram.told()[0]).toBe('a.txt');
    expect(filesOf(test.telegram.sent[0]?.item as OutboxItem)[0]?.key).toBe(kept[0]);
    await expect.poll(test.copies).toEqual([]);
  });

  it('is swept away by the next daemon if no record ever came to owe it', async () => {
    const before = await start();
    before.telegram.isBlocked = true;
    before.file('a.txt');
    const claude = await before.working();
    await claude.sends(['a.txt']);
    const [owed = ''] = before.copies();
    const [session = ''] = [...before.store.disk.sessions.keys()];
    const orphan = `s.${session}.00000000-0000-4000-8000-000000000000`;
    const ofNobody = 's.gone.00000000-0000-4000-8000-000000000000';
    for (const key of [orphan, ofNobody]) writeFileSync(join(before.dataDir, 'outgoing', key), 'x');

    const { dataDir } = before;
    const test = await start({
      disk: before.store.disk,
      config: { dataDir },
      prepare: ({ telegram }) => (telegram.isBlocked = true),
    });
    expect(test.copies()).toEqual([owed]);
  });

  it('is refused when the session has gone meanwhile', async () => {
    const { file, working, telegram, copies, daemon } = await start();
    file('a.txt');
    const claude = await working();
    await daemon.stopNow();
    expect(await claude.sends(['a.txt'])).toHaveProperty('refused');
    expect(copies()).toEqual([]);
    expect(telegram.told()).not.toContain('a.txt');
  });
});

describe('what a person gets', () => {
  const reply = (messageId: number, file: OutgoingFile): OwedReply => ({
    messageId,
    threadId: null,
    text: '',
    entities: [],
    buttons: [],
    file,
    partsSent: 0,
    doubts: 0,
  });

  it("is of the session's folder, or of the default one, and off the disk when Telegram took it", async () => {
    const { file, sessions, telegram, copies, workspace } = await start();
    file('a.txt');
    const got = await sessions.getFile(CHAT, 'a.txt');
    expect(got).toMatchObject({ name: 'a.txt' });
    mkdirSync(join(workspace, 'sub'));
    writeFileSync(join(workspace, 'sub', 'b.txt'), 'b');
    await sessions.create(CHAT, { messageId: 1, argument: 'sub', at: 1 });
    expect(await sessions.getFile(CHAT, 'b.txt')).toMatchObject({ name: 'b.txt' });
    expect(await sessions.getFile(CHAT, '.')).toMatchObject({ names: ['b.txt'] });
    expect(await sessions.getFile(CHAT, '/etc/passwd')).toHaveProperty('refused');
    expect(copies()).toHaveLength(2);
    await sessions.replies.owe(7, reply(2, got as OutgoingFile));
    await expect.poll(() => telegram.replied.at(-1)?.reply.file?.name).toBe('a.txt');
    await expect.poll(copies).toHaveLength(1);
  });

  it('is kept while it is owed, over a restart; what is owed to nobody is swept away', async () => {
    const before = await start();
    before.telegram.isBlocked = true;
    before.file('a.txt');
    const owed = (await before.sessions.getFile(CHAT, 'a.txt')) as OutgoingFile;
    await before.sessions.getFile(CHAT, 'a.txt');
    await before.sessions.replies.owe(7, reply(1, owed));
    const { dataDir } = before;
    const test = await start({
      disk: before.store.disk,
      config: { dataDir },
      prepare: ({ telegram }) => (telegram.isBlocked = true),
    });
    expect(test.copies()).toEqual([owed.key]);
    await test.sessions.replies.noteTaken(7, 1);
    expect(test.copies()).toEqual([]);
  });

  it('is dropped with its reply where too many wait already', async () => {
    const { file, sessions, telegram, copies } = await start();
    telegram.isBlocked = true;
    file('a.txt');
    for (let id = 1; id <= 51; id += 1) {
      await sessions.replies.owe(7, reply(id, (await sessions.getFile(CHAT, 'a.txt')) as OutgoingFile));
    }
    expect(copies()).toHaveLength(50);
  });
});
