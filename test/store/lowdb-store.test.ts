/** The lowdb store keeps the contract, in files that only their owner can read. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import * as nodeFs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { scan, scanSessions } from '../../src/store/session-scan.ts';
import { aChat, aRecord } from '../helpers/records.ts';
import { storeContract } from './store.contract.ts';
import { temporaryDataDir } from './temporary-folder.ts';
import { watchedFileSystem } from './watched-file-system.ts';

storeContract('the lowdb store', () => {
  const dataDir = temporaryDataDir();
  const sessions = join(dataDir, 'sessions');
  const pathOf = (id: string) => join(sessions, `${id}.json`);
  return Promise.resolve({
    // The same time always, so that two files set aside want the same name.
    open: () => openLowdbStore({ dataDir, now: () => 0 }),
    plantSession: (id, text) => nodeFs.writeFile(pathOf(id), text),
    textsSetAside: async () => {
      const names = (await nodeFs.readdir(sessions)).filter((name) => name.includes('.unreadable-'));
      return Promise.all(names.map((name) => nodeFs.readFile(join(sessions, name), 'utf8')));
    },
    sessionText: async (id) => (await nodeFs.readFile(pathOf(id), 'utf8')).trimEnd(),
  });
});

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('files of the lowdb store', () => {
  it('are closed to group and others, folders too', async () => {
    const dataDir = temporaryDataDir();
    const store = await openLowdbStore({ dataDir });
    await store.saveSession(aRecord({ state: 'active' }));
    await store.saveChat(aChat({ chatId: 7 }));
    const modes = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).map((name) => [
      name,
      modeOf(join(dataDir, name)),
    ]);
    expect(Object.fromEntries(modes)).toEqual({
      chats: '700',
      'chats/7.json': '600',
      ended: '700',
      'epoch.json': '600',
      sessions: '700',
      'sessions/s1.json': '600',
      tmp: '700',
      unquiet: '700',
      'unquiet/s1': '600',
    });
    expect(modeOf(dataDir)).toBe('700');
  });

  it('get a folder closed that was open', async () => {
    const dataDir = temporaryDataDir();
    mkdirSync(join(dataDir, 'sessions'), { recursive: true });
    chmodSync(dataDir, 0o755);
    chmodSync(join(dataDir, 'sessions'), 0o777);
    await openLowdbStore({ dataDir });
    expect([modeOf(dataDir), modeOf(join(dataDir, 'sessions'))]).toEqual(['700', '700']);
  });

  it('that a crash left half written are removed at the next start', async () => {
    const dataDir = temporaryDataDir();
    await openLowdbStore({ dataDir });
    writeFileSync(join(dataDir, 'tmp', 'left-over'), '{"ver');
    await openLowdbStore({ dataDir });
    expect(readdirSync(join(dataDir, 'tmp'))).toEqual([]);
  });

  it('of other programs are no sessions and no chats', async () => {
    const dataDir = temporaryDataDir();
    const store = await openLowdbStore({ dataDir });
    for (const name of ['.DS_Store', 'notes.txt', '.json', 'a b.json', 's1.json.unreadable-1']) {
      writeFileSync(join(dataDir, 'sessions', name), '');
      writeFileSync(join(dataDir, 'chats', name), '');
    }
    writeFileSync(join(dataDir, 'chats', '007.json'), '');
    writeFileSync(join(dataDir, 'unquiet', '.DS_Store'), '');
    const reopened = await openLowdbStore({ dataDir });
    expect(await reopened.sessionIds()).toEqual([]);
    expect(await reopened.chatIds()).toEqual([]);
    expect(await reopened.unquietSessions()).toEqual([]);
    expect(store.setAside).toEqual([]);
  });
});

describe('the index of ended sessions', () => {
  it('is built anew when it is missing, as in the folder of an earlier version', async () => {
    const dataDir = temporaryDataDir();
    const store = await openLowdbStore({ dataDir });
    await store.saveSession(aRecord({ id: 's1', state: 'terminated' }));
    await store.saveSession(aRecord({ id: 's2' }));
    await store.close();
    await nodeFs.rm(join(dataDir, 'ended'), { recursive: true });
    expect(await (await openLowdbStore({ dataDir })).countSessions()).toEqual({ all: 2, ended: 1 });
  });

  it('costs no save when something is in the place of its folder', async () => {
    const dataDir = temporaryDataDir();
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'ended'), 'in the way');
    const store = await openLowdbStore({ dataDir });
    await store.saveSession(aRecord({ state: 'terminated' }));
    expect(await store.loadSession('s1')).toEqual(aRecord({ state: 'terminated' }));
  });
});

describe('the index of unquiet sessions', () => {
  it('loses a marker too many when the session is read', async () => {
    const dataDir = temporaryDataDir();
    await (await openLowdbStore({ dataDir })).saveSession(aRecord());
    for (const id of ['s1', 'gone']) writeFileSync(join(dataDir, 'unquiet', id), '');
    const store = await openLowdbStore({ dataDir });
    expect(await store.unquietSessions()).toEqual([]);
    expect(readdirSync(join(dataDir, 'unquiet'))).toEqual([]);
  });

  it('is built again if a file is in its place, which is kept', async () => {
    const dataDir = temporaryDataDir();
    await (await openLowdbStore({ dataDir })).saveSession(aRecord({ id: 'busy', state: 'active' }));
    await nodeFs.rm(join(dataDir, 'unquiet'), { recursive: true });
    writeFileSync(join(dataDir, 'unquiet'), 'no folder');
    const store = await openLowdbStore({ dataDir });
    expect(await store.unquietSessions()).toEqual(['busy']);
    expect(readFileSync(store.setAside[0]?.path ?? '', 'utf8')).toBe('no folder');
  });

  it('is built again if the folder is missing, as after a partial backup', async () => {
    const dataDir = temporaryDataDir();
    const store = await openLowdbStore({ dataDir });
    await store.saveSession(aRecord({ id: 'busy', state: 'active' }));
    await store.saveSession(aRecord({ id: 'quiet' }));
    await nodeFs.rm(join(dataDir, 'unquiet'), { recursive: true });
    expect(await (await openLowdbStore({ dataDir })).unquietSessions()).toEqual(['busy']);
  });

  it('makes a start cost the same with ten quiet sessions and with two hundred', async () => {
    const dataDir = temporaryDataDir();
    const store = await openLowdbStore({ dataDir });
    const startCost = async () => {
      const paths: string[] = [];
      const fs = watchedFileSystem((call, path) => {
        if (call === 'readFile' || call === 'readdir') paths.push(path);
      });
      const opened = await openLowdbStore({ dataDir, fs });
      expect(await opened.unquietSessions()).toEqual(['busy']);
      return paths.map((path) => path.slice(dataDir.length));
    };
    await store.saveSession(aRecord({ id: 'busy', state: 'active' }));
    const file = JSON.stringify(aRecord());
    const plant = (id: string) =>
      writeFileSync(join(dataDir, 'sessions', `${id}.json`), file.replace('"s1"', `"${id}"`));
    for (let count = 0; count < 10; count += 1) plant(`quiet${count}`);
    const few = await startCost();
    for (let count = 10; count < 200; count += 1) plant(`quiet${count}`);
    expect(await startCost()).toEqual(few);
    expect(few).not.toContain('/sessions');
    expect(few.filter((path) => path.startsWith('/sessions/'))).toEqual(['/sessions/busy.json']);
  });
});

describe('the epoch', () => {
  it.each(['{"version":1,"epoch":-3}', '{"version":1,"ep', '', '\0\0\0\0'])(
    'goes on above the highest one saved when its file can not be read: %j',
    async (text) => {
      const dataDir = temporaryDataDir();
      const store = await openLowdbStore({ dataDir });
      await store.saveSession(aRecord({ epoch: 41 }));
      writeFileSync(join(dataDir, 'epoch.json'), text);
      const reopened = await openLowdbStore({ dataDir });
      expect(reopened.epoch).toBe(42);
      expect(reopened.setAside).toMatchObject([{ name: 'epoch' }]);
      expect(readFileSync(reopened.setAside[0]?.path ?? '', 'utf8')).toBe(text);
    },
  );

  it('that the system does not let us read stops the start, with the repair', async () => {
    const dataDir = temporaryDataDir();
    mkdirSync(join(dataDir, 'epoch.json'), { recursive: true });
    await expect(openLowdbStore({ dataDir })).rejects.toThrow(/epoch\.json \(EISDIR\).*Move it away/);
  });

  it('goes on above the highest one saved when its file is missing', async () => {
    const dataDir = temporaryDataDir();
    await (await openLowdbStore({ dataDir })).saveSession(aRecord({ epoch: 7 }));
    await nodeFs.rm(join(dataDir, 'epoch.json'));
    expect((await openLowdbStore({ dataDir })).epoch).toBe(8);
  });

  it('of a newer Hibernaut is not touched: the store refuses to open', async () => {
    const dataDir = temporaryDataDir();
    await openLowdbStore({ dataDir });
    writeFileSync(join(dataDir, 'epoch.json'), '{"version":9}');
    await expect(openLowdbStore({ dataDir })).rejects.toThrow(
      /was written by a newer Hibernaut \(epoch\.json is of version 9/,
    );
    expect(readFileSync(join(dataDir, 'epoch.json'), 'utf8')).toBe('{"version":9}');
  });
});

describe('scanning sessions', () => {
  it('reads all records and changes nothing, not even what is unreadable', async () => {
    const dataDir = temporaryDataDir();
    const store = await openLowdbStore({ dataDir });
    await store.saveSession(aRecord({ id: 'a' }));
    await store.saveSession(aRecord({ id: 'b' }));
    writeFileSync(join(dataDir, 'sessions', 'bad.json'), 'nonsense');
    const before = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).sort();
    const ids = (await scanSessions({ dataDir })).map((record) => record.id);
    expect(ids.sort()).toEqual(['a', 'b']);
    expect(readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).sort()).toEqual(before);
  });

  it('names what can not be read, and what was set aside by a daemon', async () => {
    const dataDir = temporaryDataDir();
    const first = await openLowdbStore({ dataDir });
    await first.saveSession(aRecord({ id: 'good' }));
    writeFileSync(join(dataDir, 'sessions', 'old.json'), 'set aside');
    await first.loadSession('old');
    writeFileSync(join(dataDir, 'sessions', 'bad.json'), 'nonsense');
    writeFileSync(join(dataDir, 'sessions', 'new.json'), '{"version":99}');
    mkdirSync(join(dataDir, 'sessions', 'folder.json'));
    const { records, unreadable } = await scan({ dataDir });
    expect(records.map(({ id }) => id)).toEqual(['good']);
    expect(unreadable.map(({ name }) => name).sort()).toEqual([
      'bad',
      'folder',
      'new',
      expect.stringMatching(/^old\.json\.unreadable-/),
    ]);
  });

  it('finds none where there is no data folder, and makes none', async () => {
    const dataDir = temporaryDataDir();
    expect(await scanSessions({ dataDir })).toEqual([]);
    expect(existsSync(dataDir)).toBe(false);
  });
});
