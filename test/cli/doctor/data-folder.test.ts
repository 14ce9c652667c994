/** What the doctor says of a data folder: real ones, and disks that a test can't have by what they say of themselves. */
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { dataFolderCheck, type DataFolderFacts } from '../../../src/cli/doctor/data-folder.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = join(temporaryFolder(), 'data');
  mkdirSync(join(dataDir, 'sessions'), { recursive: true, mode: 0o700 });
});

const GB = 1_000_000_000;
const DISK = { type: 0xef53, availableBytes: 80 * GB, totalBytes: 100 * GB, freeFiles: 1e6, totalFiles: 2e6 };
const facts = (over: Partial<DataFolderFacts> = {}): DataFolderFacts => ({
  dataDir,
  uid: process.getuid?.() ?? null,
  fileSystem: () => Promise.resolve(DISK),
  ...over,
});
const look = (over?: Partial<DataFolderFacts>) =>
  dataFolderCheck(facts(over)).probe(AbortSignal.timeout(10_000));
const wrong = async (over?: Partial<DataFolderFacts>) =>
  (await look(over)).filter(({ level }) => level !== 'ok').map(({ level, found }) => `${level}: ${found}`);
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

it('that is private and has room is fine', async () => {
  expect((await look()).map(({ level, found }) => `${level}: ${found}`)).toEqual([
    `ok: ${dataDir}`,
    'ok: 80.0 GB free',
  ]);
});

it('is asked for its real disk, too', async () => {
  const findings = await dataFolderCheck({ dataDir, uid: null }).probe(AbortSignal.timeout(10_000));
  expect(findings.map(({ found }) => found).join()).toMatch(/(GB|MB) free/);
});

describe('one that others can look into', () => {
  it('is a problem, which --fix mends, and then there is none', async () => {
    const record = join(dataDir, 'sessions', 's1.json');
    writeFileSync(record, '{}');
    chmodSync(record, 0o640);
    chmodSync(dataDir, 0o750);
    expect(await wrong()).toEqual([`problem: ${dataDir} is open to other users (mode 750), and 1 more.`]);
    for (const { fix } of await look()) await fix?.run();
    expect([modeOf(dataDir), modeOf(record)]).toEqual(['700', '600']);
    expect(await wrong()).toEqual([]);
  });

  it('only behind a closed door could be better', async () => {
    writeFileSync(join(dataDir, 'sessions', 's1.json'), '{}', { mode: 0o644 });
    chmodSync(join(dataDir, 'sessions', 's1.json'), 0o644);
    expect(await wrong()).toEqual([
      expect.stringMatching(/^warning: .*s1\.json is open to other users \(mode 644\)/),
    ]);
  });

  it("is never another file's mode, by a link in it", async () => {
    const outside = join(temporaryFolder(), 'mine');
    writeFileSync(outside, '');
    chmodSync(outside, 0o644);
    symlinkSync(outside, join(dataDir, 'link'));
    expect(await wrong()).toEqual([]);
  });
});

it('keeps half-written files of a running daemon, and has those of a killed one removed', async () => {
  writeFileSync(join(dataDir, `daemon.json.${String(process.pid)}.tmp`), '', { mode: 0o600 });
  writeFileSync(join(dataDir, 'daemon.json.999999999.tmp'), '', { mode: 0o600 });
  expect(await wrong()).toEqual([expect.stringMatching(/^warning: Half-written .*999999999\.tmp$/)]);
  for (const { fix } of await look()) await fix?.run();
  expect(await wrong()).toEqual([]);
  expect(statSync(join(dataDir, `daemon.json.${String(process.pid)}.tmp`)).isFile()).toBe(true);
});

describe('a disk', () => {
  const on = (over: Partial<typeof DISK>) =>
    wrong({ fileSystem: () => Promise.resolve({ ...DISK, ...over }) });

  it.each<[string, Partial<typeof DISK>, string[]]>([
    ['with room', {}, []],
    ['that tells no size', { availableBytes: 0, totalBytes: 0, freeFiles: 0, totalFiles: 0 }, []],
    [
      'that is nearly full',
      { availableBytes: 100_000_000 },
      ['warning: The disk is nearly full: 100 MB free.'],
    ],
    [
      'that is full',
      { availableBytes: 1_000_000 },
      ['problem: The disk is full: 1 MB free. No message is confirmed until it has room.'],
    ],
    [
      'without room for files',
      { freeFiles: 3 },
      ['problem: The file system has room for 3 more files only.'],
    ],
    [
      'of another machine',
      { type: 0x6969 },
      ['warning: The folder is on a network file system (NFS): its locks may let two daemons in.'],
    ],
    // The C library hands the number on as a signed one on some machines.
    [
      'of another machine, whose number is signed',
      { type: 0xff534d42 | 0 },
      ['warning: The folder is on a network file system (CIFS): its locks may let two daemons in.'],
    ],
  ])('%s', async (_what, over, expected) => {
    expect(await on(over)).toEqual(expected);
  });
});

describe('one that is not there', () => {
  it('is made by the first start, if it can be', async () => {
    const [finding] = await look({ dataDir: join(dataDir, 'a', 'b') });
    expect(finding).toMatchObject({
      level: 'ok',
      found: expect.stringContaining('first start makes it') as string,
    });
  });

  it('because a file is in its place, or above it, is a problem', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '', { mode: 0o600 });
    expect(await wrong({ dataDir: file })).toEqual([`problem: ${file} is no folder.`]);
    expect(await wrong({ dataDir: join(file, 'data') })).toEqual([
      expect.stringMatching(/^problem: .*can't be made: .*file is no folder/),
    ]);
  });
});

it('that belongs to another user is a problem, but for root, who should know', async () => {
  const uid = statSync(dataDir).uid;
  expect(await wrong({ uid: uid + 1 })).toEqual([
    expect.stringMatching(/^problem: .* belongs to another user/),
  ]);
  expect(await wrong({ uid: null })).toEqual([]);
});
