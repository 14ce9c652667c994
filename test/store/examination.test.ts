/** Looking at the records of a folder: everything is named by what is the matter with it, and nothing changes. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { examineRecords } from '../../src/store/examination.ts';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { aChat, aRecord } from '../helpers/records.ts';
import { temporaryDataDir } from './temporary-folder.ts';

it('finds nothing in a folder that is not there, and does not make it', async () => {
  expect(await examineRecords(temporaryDataDir())).toMatchObject({ sessions: 0, chats: 0, unreadable: [] });
});

it('tells what is readable, newer, unreadable and set aside, and leaves it all', async () => {
  const dataDir = temporaryDataDir();
  const store = await openLowdbStore({ dataDir });
  const process = { pid: 7, startTime: 'then', startedAt: 0 };
  await store.saveSession(aRecord({ id: 'good', state: 'active', process }));
  await store.saveChat(aChat({ chatId: -42 }));
  await store.close();
  writeFileSync(join(dataDir, 'sessions', 'newer.json'), '{"version":99}');
  writeFileSync(join(dataDir, 'chats', '7.json'), 'nonsense');
  writeFileSync(join(dataDir, 'access.json'), '{"version":1}');
  mkdirSync(join(dataDir, 'sessions', 'folder.json'));
  writeFileSync(join(dataDir, 'chats', '8.json.unreadable-20261124T120000000Z'), '');
  const before = readdirSync(dataDir, { recursive: true });

  const seen = await examineRecords(dataDir);
  expect(seen).toMatchObject({
    ...{ sessions: 3, chats: 2, hasGroups: true, paired: 0, newerFolder: null },
    newer: [{ name: 'newer' }],
    processes: [process],
  });
  expect(seen.unreadable.map(({ name }) => name).sort()).toEqual(['7', 'access', 'folder']);
  expect(seen.setAside.map(({ name }) => name)).toEqual(['8.json.unreadable-20261124T120000000Z']);
  expect(readdirSync(dataDir, { recursive: true })).toEqual(before);
});
