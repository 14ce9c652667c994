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
import { scan } from '../../src/store/session-scan.ts';
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

const OWED = { messageId: 1, threadId: null, text: 'hi', entities: [], buttons: [], partsSent: 0, doubts: 0 };

const markersIn = (index: string) => readdirSync(index).filter((name) => !name.startsWith('.'));

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('files of the lowdb store', () => {
  it('are closed to group and others, folders too', async () => {
    const dataDir = temporaryDataDir();
    const store = await openLowdbStore({ dataDir });
    await store.saveSession(aRecord({ state: 'active' }));
    await store.saveChat(aChat({ chatId: 7 }));
    await Promise.all([store.unquietSessions(), store.unquietChats()]);
    const modes = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).map((name) => [
      name,
      modeOf(join(dataDir, name)),
    ]);
    expect(Object.fromEntries(modes)).toEqual({
      chats: '700',
      'chats/7.json': '600',
      conversations: '700',
      'conversations/.whole-1': '600',
      [`conversations/c.${aRecord().claudeSessionId}.s1`]: '600',
      ended: '700',
      'ended/.whole-1': '600',
      'epoch.json': '600',
      sessions: '700',
      'sessions/s1.json': '600',
      tmp: '700',
      unquiet: '700',
      'unquiet-chats': '700',
      'unquiet-chats/.whole-1': '600',
      'unquiet/.whole-1': '600',
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
    const next = await openLowdbStore({ dataDir });
    await next.unquietSessions();
    expect(await next.countSessions()).toEqual({ all: 2, ended: 1 });
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
    expect(markersIn(join(dataDir, 'unquiet'))).toEqual([]);
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

describe('an index that is missing', () => {
  /** A folder with a busy, a quiet and an ended session, and a chat that is owed a reply, whose indexes are gone. */
  async function withoutIndexes(): Promise<string> {
    const dataDir = temporaryDataDir();
    const store = await openLowdbStore({ dataDir });
    await store.saveSession(aRecord({ id: 'busy', state: 'active', claudeSessionId: 'c1' }));
    await store.saveSession(aRecord({ id: 'quiet', claudeSessionId: 'c2' }));
    await store.saveSession(aRecord({ id: 'over', state: 'terminated', claudeSessionId: 'c3' }));
    await store.saveChat(aChat({ outbox: [OWED] }));
    await store.close();
    for (const index of ['unquiet', 'ended', 'conversations', 'unquiet-chats'])
      await nodeFs.rm(join(dataDir, index), { recursive: true });
    return dataDir;
  }

  it('is built from the records, each of them', async () => {
    const store = await openLowdbStore({ dataDir: await withoutIndexes() });
    expect(await store.unquietSessions()).toEqual(['busy']);
    expect(await store.sessionsWith('c2')).toEqual(['quiet']);
    expect(await store.endedSessions()).toEqual(['over']);
    expect(await store.unquietChats()).toEqual([7]);
  });

  it('keeps nobody waiting while it is built: the store is open, and what is saved meanwhile is in it', async () => {
    const dataDir = await withoutIndexes();
    const gate = Promise.withResolvers<void>();
    const fs = watchedFileSystem(async (call, path) => {
      if (call === 'readFile' && path.endsWith('/sessions/quiet.json')) await gate.promise;
    });
    const store = await openLowdbStore({ dataDir, fs });
    await store.saveSession(aRecord({ id: 'new', state: 'active', claudeSessionId: 'c4' }));
    const asked = store.unquietSessions();
    gate.resolve();
    expect((await asked).sort()).toEqual(['busy', 'new']);
    expect(await store.sessionsWith('c4')).toEqual(['new']);
  });

  it('is built again by the next start if this one was closed before it was whole', async () => {
    const dataDir = await withoutIndexes();
    const gate = Promise.withResolvers<void>();
    const fs = watchedFileSystem(async (call, path) => {
      if (call === 'readFile' && path.includes('/sessions/')) await gate.promise;
    });
    const store = await openLowdbStore({ dataDir, fs });
    const asked = expect(store.unquietSessions()).rejects.toThrow('closed before its indexes');
    const closing = store.close();
    gate.resolve();
    await Promise.all([asked, closing]);
    const next = await openLowdbStore({ dataDir });
    expect(await next.unquietSessions()).toEqual(['busy']);
    expect(await next.endedSessions()).toEqual(['over']);
  });
});

it('an index is built again after a start of a Hibernaut that did not keep it', async () => {
  const dataDir = temporaryDataDir();
  const store = await openLowdbStore({ dataDir });
  await store.unquietSessions();
  await store.close();
  // What the earlier one did: it counted its start, and saved.
  const path = join(dataDir, 'epoch.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"epoch":1', '"epoch":2'));
  writeFileSync(
    join(dataDir, 'sessions', 's1.json'),
    JSON.stringify(aRecord({ state: 'active', claudeSessionId: 'c1' })),
  );
  const next = await openLowdbStore({ dataDir });
  expect(await next.sessionsWith('c1')).toEqual(['s1']);
  expect(await next.unquietSessions()).toEqual(['s1']);
});

describe('the index of conversations', () => {
  it('forgets the one that a session had before', async () => {
    const dataDir = temporaryDataDir();
    const store = await openLowdbStore({ dataDir });
    await store.saveSession(aRecord({ claudeSessionId: 'c1' }));
    await store.saveSession(aRecord({ claudeSessionId: 'c2' }));
    expect(await store.sessionsWith('c1')).toEqual([]);
    expect(markersIn(join(dataDir, 'conversations'))).toEqual(['c.c2.s1']);
  });

  it('does not lead out of its folder, whatever a conversation is called', async () => {
    const dataDir = temporaryDataDir();
    const store = await openLowdbStore({ dataDir });
    await store.saveSession(aRecord({ claudeSessionId: '../../c.1' }));
    expect(await store.sessionsWith('../../c.1')).toEqual(['s1']);
    expect(await store.sessionsWith('../../c')).toEqual([]);
  });
});

describe('the index of unquiet chats', () => {
  it('keeps a chat that owed something until the next start, which costs no wait then', async () => {
    const dataDir = temporaryDataDir();
    const store = await openLowdbStore({ dataDir });
    await store.saveChat(aChat({ outbox: [OWED] }));
    await store.saveChat(aChat());
    expect(markersIn(join(dataDir, 'unquiet-chats'))).toEqual(['7']);
    const next = await openLowdbStore({ dataDir });
    expect(await next.unquietChats()).toEqual([]);
    expect(markersIn(join(dataDir, 'unquiet-chats'))).toEqual([]);
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
    const ids = (await scan({ dataDir })).records.map((record) => record.id);
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
    expect(await scan({ dataDir })).toEqual({ records: [], unreadable: [] });
    expect(existsSync(dataDir)).toBe(false);
  });
});
