/** A record that can't be read: it is kept and named, its chat is told, and the other sessions go on. Invariants 1 and 8. */
import { mkdir, readdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { CHAT, startTestDaemon, type TestDaemon } from '../helpers/test-daemon.ts';

const OTHER = { chatId: 8, threadId: null };

const startOn = async (dataDir: string): Promise<TestDaemon> =>
  startTestDaemon({ store: await openLowdbStore({ dataDir }) });

/** Two chats in the middle of a turn, whose daemon is gone. */
async function twoChats() {
  const dataDir = temporaryFolder();
  const before = await startOn(dataDir);
  await before.writes('to be lost');
  await before.writes('to go on', OTHER);
  await expect.poll(() => before.claude.started.map(({ prompts }) => prompts.length)).toEqual([1, 1]);
  const { id } = await before.current();
  // What it still had to save would repair what a test damages.
  await before.store.close();
  return { dataDir, id, path: join(dataDir, 'sessions', `${id}.json`) };
}

/** The texts of all that is kept of the record. */
async function kept(dataDir: string, id: string): Promise<string[]> {
  const folder = join(dataDir, 'sessions');
  const names = (await readdir(folder)).filter((name) => name.startsWith(id));
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => 'a folder')));
}

const DAMAGES: [string, (path: string) => Promise<unknown>][] = [
  ['cut off', (path) => truncate(path, 100)],
  ['empty', (path) => truncate(path, 0)],
  ['garbage', (path) => writeFile(path, Buffer.from([0xff, 0x00, 0x7b]))],
  ['that of another session', (path) => writeFile(path, '{"version":2,"id":"other"}')],
  ['of a newer version', (path) => writeFile(path, '{"version":99}')],
  [
    'a folder',
    async (path) => {
      await rename(path, `${path}.was`);
      await mkdir(path);
    },
  ],
];

describe('a record that is', () => {
  it.each(DAMAGES)('%s is kept and named, its chat is told at once, others go on', async (_what, damage) => {
    const { dataDir, id, path } = await twoChats();
    await damage(path);
    const texts = await kept(dataDir, id);

    const test = await startOn(dataDir);
    await expect.poll(() => test.telegram.told()).toEqual(['recordUnreadable']);
    expect(await kept(dataDir, id)).toEqual(texts);
    expect((await test.daemon.status()).daemon.unreadable).toMatchObject([
      { name: id, path: expect.stringContaining(id) as string },
    ]);
    await expect.poll(() => test.claude.started.map(({ prompts }) => prompts[0]?.text)).toEqual(['to go on']);
    test.claude.latest.answers('It went on.');
    await expect.poll(() => test.telegram.told(OTHER.chatId)).toContain('It went on.');

    await test.talks('again', 'A new one.');
    expect((await test.current()).id).not.toBe(id);
    expect(test.telegram.told()).toEqual(['recordUnreadable', 'A new one.']);
  });

  it('readable again is there again', async () => {
    const { dataDir, id, path } = await twoChats();
    const text = await readFile(path);
    await writeFile(path, '{"version":99}');
    const test = await startOn(dataDir);
    await expect.poll(() => test.telegram.told()).toEqual(['recordUnreadable']);
    await writeFile(path, text);
    expect((await test.sessions.list(7)).map((session) => session.id)).toContain(id);
    expect((await test.daemon.status()).daemon.unreadable).toEqual([]);
  });
});

describe('a chat file that is', () => {
  it.each(['', '{"version":2,"chat', 'nonsense'])(
    '%j is kept and named, and the chat still has its session',
    async (text) => {
      const { dataDir, id } = await twoChats();
      const path = join(dataDir, 'chats', `${CHAT.chatId}.json`);
      await writeFile(path, text);
      const test = await startOn(dataDir);
      await test.writes('still there?');
      expect((await test.current()).id).toBe(id);
      const { unreadable } = (await test.daemon.status()).daemon;
      expect(unreadable).toMatchObject([{ name: String(CHAT.chatId) }]);
      expect(await readFile(unreadable[0]?.path ?? '', 'utf8')).toBe(text);
    },
  );
});
