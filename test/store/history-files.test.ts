/** The histories on disk: appended, cut down, read again after whatever a crash left, and never in the way. */
import { mkdirSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/history-entry.ts';
import { HISTORY_KEPT, openHistory, readHistory } from '../../src/store/history-files.ts';
import { NOON } from '../helpers/records.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

let dataDir: string;
let warnings: string[];

beforeEach(() => {
  dataDir = temporaryFolder();
  mkdirSync(join(dataDir, 'tmp'));
  warnings = [];
});

const open = () => openHistory({ dataDir, log: { warn: (_, event) => void warnings.push(event) } });
const file = (id = 's1') => join(dataDir, 'history', `${id}.jsonl`);

function entry(number: number, over: Partial<HistoryEntry> = {}): HistoryEntry {
  const counts = { inbox: 0, outbox: 0, approvals: 0 };
  return {
    v: 1,
    at: NOON + number,
    event: 'user.message',
    by: 'chat',
    from: 'live.idle',
    to: 'suspended',
    ...counts,
    ...over,
  };
}

it('keeps what it is given, of each session by itself, for its owner only', async () => {
  const history = open();
  history.add('s1', entry(1));
  history.add('s2', entry(2));
  history.add('s1', entry(3));
  expect(await history.read('s1')).toEqual([entry(1), entry(3)]);
  await history.close();
  expect(await readHistory(dataDir, 's1')).toEqual([entry(1), entry(3)]);
  expect(await readHistory(dataDir, 's2')).toEqual([entry(2)]);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  expect((await stat(join(dataDir, 'history'))).mode & 0o777).toBe(0o700);
});

it('writes what waits by itself', async () => {
  const history = open();
  history.add('s1', entry(1));
  await expect.poll(() => readFile(file(), 'utf8').catch(() => '')).toMatch(/^\{.*\}\n$/);
  await history.close();
});

it('lets a line by that was cut off, and loses nothing that follows it', async () => {
  await mkdir(join(dataDir, 'history'));
  await writeFile(file(), `${JSON.stringify(entry(1))}\nnonsense\n${JSON.stringify(entry(2)).slice(0, 30)}`);
  const history = open();
  history.add('s1', entry(3));
  expect(await history.read('s1')).toEqual([entry(1), entry(3)]);
  await history.close();
});

it('stays small, whatever happens, and keeps the newest', { timeout: 60_000 }, async () => {
  const history = open();
  const long = { facts: { reason: 'x'.repeat(100) } };
  for (let round = 0; round < 10; round++) {
    for (let number = 0; number < 500; number++) history.add('s1', entry(500 * round + number, long));
    await history.read('s1');
  }
  expect((await stat(file())).size).toBeLessThan(600_000);
  const kept = await history.read('s1');
  expect(kept.at(-1)).toEqual(entry(4_999, long));
  expect(kept.length).toBeGreaterThan(HISTORY_KEPT / 2);
  expect(kept.length).toBeLessThanOrEqual(HISTORY_KEPT);
  await history.close();
  expect(await readdir(join(dataDir, 'tmp'))).toEqual([]);
});

it('says once that the disk refuses, holds nothing up, and goes on when it can', async () => {
  await writeFile(join(dataDir, 'history'), 'in the way');
  const history = open();
  history.add('s1', entry(1));
  expect(await history.read('s1')).toEqual([]);
  history.add('s1', entry(2));
  expect(await history.read('s1')).toEqual([]);
  expect(warnings).toEqual(['history.notWritten']);
  await history.close();
});

it('writes nothing once it is closed', async () => {
  const history = open();
  history.add('s1', entry(1));
  await history.close();
  const before = await readFile(file(), 'utf8');
  history.add('s1', entry(2));
  await history.close();
  expect(await readFile(file(), 'utf8')).toBe(before);
});

it('reads and writes nothing by an id that is none', async () => {
  await appendFile(join(dataDir, 'other.jsonl'), `${JSON.stringify(entry(1))}\n`);
  const history = open();
  history.add('../other', entry(2));
  expect(await history.read('../other')).toEqual([]);
  expect(await readFile(join(dataDir, 'other.jsonl'), 'utf8')).toBe(`${JSON.stringify(entry(1))}\n`);
  await history.close();
});
