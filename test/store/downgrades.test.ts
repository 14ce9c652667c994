/** A data folder that a newer Hibernaut used: this one says which, starts on nothing, and leaves every byte as it is. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { MAIN } from '../helpers/program.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { nameOfCurrentFixture, setUp } from './kept-folders.ts';
import { COMPILE_CACHE } from '../helpers/compile-cache.ts';

let folder: string;
let dataDir: string;
beforeEach(() => {
  folder = temporaryFolder();
  dataDir = join(folder, 'data');
  setUp(nameOfCurrentFixture(), folder);
});

/** All files with their bytes; not who holds the folder, which is no record. */
const bytesIn = (path: string): Record<string, string> =>
  Object.fromEntries<string>(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('daemon.'))
      .map(({ parentPath, name }): [string, string] => [
        join(parentPath, name).slice(path.length),
        readFileSync(join(parentPath, name), 'utf8'),
      ])
      .sort(),
  );

const change = (path: string, over: object) => {
  const file = join(dataDir, path);
  const document = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, `${JSON.stringify({ ...document, ...over })}\n`);
};

const count = { epoch: 7, writtenBy: '9.1.0' };
const NEWER = { version: 99, hopes: ['that nothing is lost'] };

const hibernaut = (...args: string[]) =>
  execa(process.execPath, [MAIN, ...args], {
    env: {
      HOME: folder,
      PATH: process.env['PATH'] ?? '',
      TELEGRAM_BOT_TOKEN: '4242424242:AAEmulatedTelegramTokenForTheSandbox',
      TELEGRAM_API_ROOT: 'http://127.0.0.1:9',
      HIBERNAUT_DATA_DIR: dataDir,
      HIBERNAUT_WORKSPACE: join(folder, 'work'),
      HIBERNAUT_HTTP: 'off',
      ...COMPILE_CACHE,
    },
    extendEnv: false,
    reject: false,
    // One that is not refused would serve for ever.
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });

describe('a data folder of a newer Hibernaut, half of whose records have been written anew,', () => {
  const downgrade = () => {
    const sessions = readdirSync(join(dataDir, 'sessions')).map((name) => join('sessions', name));
    const chats = readdirSync(join(dataDir, 'chats')).map((name) => join('chats', name));
    for (const path of [...sessions, ...chats].filter((_, index) => index % 2 === 0)) change(path, NEWER);
    change('access.json', NEWER);
    change('epoch.json', { ...count, records: { session: 99, chat: 99, access: 99 } });
  };

  it('stops the start with the version that is needed, and is left as it was', async () => {
    downgrade();
    const before = bytesIn(dataDir);
    const { exitCode, stderr } = await hibernaut('start');
    expect(stderr).toMatch(/was written by Hibernaut 9\.1\.0 \(its session records are of version 99/);
    expect(stderr).toContain('Start Hibernaut 9.1.0, or a newer one, on it');
    expect(exitCode).toBe(78);
    expect(bytesIn(dataDir)).toEqual(before);
  });

  it('is told by status, and neither that nor a pairing changes it', async () => {
    downgrade();
    const before = bytesIn(dataDir);
    expect((await hibernaut('status')).stdout).toContain('only Hibernaut 9.1.0 or newer starts here');
    expect((await hibernaut('pair')).exitCode).not.toBe(0);
    expect((await hibernaut('access', 'revoke', '105')).exitCode).not.toBe(0);
    expect(bytesIn(dataDir)).toEqual(before);
  });

  it('is whole for the newer one afterwards', async () => {
    const kept = join(folder, 'kept');
    cpSync(dataDir, kept, { recursive: true });
    downgrade();
    await hibernaut('start');
    // What the newer one reads is what it wrote: here, the same records by their present version.
    for (const path of Object.keys(bytesIn(kept))) cpSync(join(kept, path), join(dataDir, path));
    const store = await openLowdbStore({ dataDir });
    const records = await Promise.all((await store.sessionIds()).map((id) => store.loadSession(id)));
    expect(records).not.toContain(null);
    expect(store.setAside).toEqual([]);
  });
});

describe('a data folder', () => {
  it.each([
    [
      'whose count is of a newer version',
      { ...count, version: 99, more: true },
      /epoch\.json is of version 99.*Start Hibernaut 9\.1\.0/,
    ],
    [
      'with a kind of record that is not known',
      { ...count, records: { dreams: 1 } },
      /it has dreams records.*Start Hibernaut 9\.1\.0/,
    ],
    ['with newer chats alone', { ...count, records: { chat: 99 } }, /chat records are of version 99/],
    [
      'of a writer that did not say who it was',
      { ...count, writtenBy: null, records: { chat: 99 } },
      /by a newer Hibernaut/,
    ],
  ])('%s is refused, untouched', async (_what, over, why) => {
    change('epoch.json', over);
    const before = bytesIn(folder);
    await expect(openLowdbStore({ dataDir })).rejects.toThrow(why);
    expect(bytesIn(folder)).toEqual(before);
  });

  it('of a newer Hibernaut with the same records is opened, and says who opened it', async () => {
    change('epoch.json', count);
    const { epoch } = await openLowdbStore({ dataDir });
    expect(epoch).toBe(8);
    expect(JSON.parse(readFileSync(join(dataDir, 'epoch.json'), 'utf8'))).not.toMatchObject({
      writtenBy: '9.1.0',
    });
  });
});
