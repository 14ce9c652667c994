/** The lock is the kernel's: exactly one holder, and none that died. */
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquireLock, LockHeldError } from '../../src/control/lock.ts';
import { asNobody } from '../helpers/nobody.ts';
import { canMount, smallDisk } from '../helpers/small-disk.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const CONTENDER = join(import.meta.dirname, '../fixtures/lock-contender.ts');

let dataDir: string;
const contenders: { kill(signal: 'SIGKILL'): boolean; exited: Promise<unknown> }[] = [];

beforeEach(() => {
  dataDir = join(temporaryFolder(), 'data');
});

afterEach(async () => {
  const left = contenders.splice(0);
  for (const contender of left) contender.kill('SIGKILL');
  // One that only begins would make the folder again after the test has removed it.
  await Promise.all(left.map(({ exited }) => exited));
});

/** A process that tries to take the lock, says `held` or `refused <pid>` and holds on. */
function contend(folder = dataDir) {
  const contender = execa(process.execPath, [CONTENDER, folder], { reject: false, stdin: 'ignore' });
  contenders.push({ kill: (signal) => contender.kill(signal), exited: contender });
  const said = once(createInterface(contender.stdout), 'line').then(([line]) => String(line));
  return { said, process: contender };
}

it('lets one daemon in and tells the next who is there and what to do', async () => {
  const holder = contend();
  expect(await holder.said).toBe('held');

  const refusal = await acquireLock(dataDir).catch((error: unknown) => error);

  expect(refusal).toBeInstanceOf(LockHeldError);
  expect(refusal).toMatchObject({ pid: holder.process.pid, dataDir });
  expect(String(refusal)).toContain(`pid ${holder.process.pid}`);
  expect(String(refusal)).toContain(dataDir);
  expect(String(refusal)).toContain('HIBERNAUT_DATA_DIR');
});

it('is the same by another path to the folder', async () => {
  const link = join(dataDir, '..', 'link');
  await mkdir(dataDir);
  await symlink(dataDir, link);
  const holder = contend();
  expect(await holder.said).toBe('held');
  expect(await contend(link).said).toBe(`refused ${holder.process.pid}`);
});

it('refuses a second lock within one process', async () => {
  const lock = await acquireLock(dataDir, () => 1_700_000_000_000);
  await expect(acquireLock(dataDir)).rejects.toMatchObject({
    name: 'LockHeldError',
    pid: process.pid,
    since: 1_700_000_000_000,
  });
  lock.release();
});

it('is free after its release', async () => {
  (await acquireLock(dataDir)).release();
  (await acquireLock(dataDir)).release();
});

it('is free at once when its holder is killed', async () => {
  const first = contend();
  expect(await first.said).toBe('held');
  first.process.kill('SIGKILL');
  await first.process;

  const second = contend();
  expect(await second.said).toBe('held');
});

it('ignores that a dead holder named a pid which is somebody else now', async () => {
  (await acquireLock(dataDir)).release();
  await writeFile(join(dataDir, 'daemon.json'), JSON.stringify({ pid: process.ppid, since: 1 }));

  (await acquireLock(dataDir)).release();
});

it('does not name a dead daemon as the holder when the living one has not said who it is', async () => {
  const lock = await acquireLock(dataDir);
  const gone = execa(process.execPath, ['--version']);
  await gone;
  await writeFile(join(dataDir, 'daemon.json'), JSON.stringify({ pid: gone.pid, since: 1 }));

  await expect(acquireLock(dataDir)).rejects.toMatchObject({ name: 'LockHeldError', pid: null });
  lock.release();
});

it('lets exactly one of twenty in, each time, when they come at once after a kill', async () => {
  for (let round = 0; round < 3; round++) {
    const rivals = Array.from({ length: 20 }, () => contend());
    const said = await Promise.all(rivals.map((rival) => rival.said));

    const winners = rivals.filter((_, index) => said[index] === 'held');
    expect(winners).toHaveLength(1);
    expect(said.filter((word) => word === `refused ${winners[0]?.process.pid}`)).toHaveLength(19);

    for (const rival of rivals) rival.process.kill('SIGKILL');
    await Promise.all(rivals.map((rival) => rival.process));
  }
});

it('is not inherited by the processes that the holder starts', async () => {
  const lock = await acquireLock(dataDir);
  const child = execa('sleep', ['600'], { reject: false });
  lock.release();

  (await acquireLock(dataDir)).release();
  child.kill('SIGKILL');
  await child;
});

it('keeps folder and files for their owner only', async () => {
  const lock = await acquireLock(dataDir);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  expect((await readdir(dataDir)).sort()).toEqual(['daemon.json', 'daemon.lock']);
  for (const file of ['daemon.lock', 'daemon.json']) {
    expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600);
  }
  lock.release();
});

it('closes a folder that others could read', async () => {
  (await acquireLock(dataDir)).release();
  await chmod(dataDir, 0o755);

  (await acquireLock(dataDir)).release();

  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
});

it('says what to do when the data folder is a file', async () => {
  const file = join(dataDir, '..', 'file');
  await writeFile(file, 'mine');

  await expect(acquireLock(file)).rejects.toThrow(/Cannot use the data folder .*HIBERNAUT_DATA_DIR/s);
  expect(await readFile(file, 'utf8')).toBe('mine');
});

it('says what to do when the lock is a folder', async () => {
  await mkdir(join(dataDir, 'daemon.lock'), { recursive: true });
  await expect(acquireLock(dataDir)).rejects.toThrow(/Cannot lock .*daemon\.lock .*may be removed/s);
});

it.each([
  ['garbage', 'x'.repeat(5_000)],
  ['half a page', 'SQLite format 3\0'],
  ['nothing', ''],
])('does its work with a lock file that holds %s, which is kept', async (_what, text) => {
  await mkdir(dataDir);
  await writeFile(join(dataDir, 'daemon.lock'), text);
  const holder = contend();
  expect(await holder.said).toBe('held');
  expect(await contend().said).toBe(`refused ${holder.process.pid}`);
  const kept = (await readdir(dataDir)).filter((name) => name.startsWith('daemon.lock.unreadable-'));
  const texts = await Promise.all(kept.map((name) => readFile(join(dataDir, name), 'utf8')));
  expect(texts.every((each) => each === text)).toBe(true);
});

it('stays with its holder when the lock file is damaged meanwhile', async () => {
  const holder = contend();
  expect(await holder.said).toBe('held');
  await writeFile(join(dataDir, 'daemon.lock'), 'x'.repeat(5_000));
  expect(await contend().said).toBe(`refused ${holder.process.pid}`);
});

it.each([['garbage'], ['{"pid":-1}'], [''], ['{"pid":"1","since":0}']])(
  'names nobody rather than somebody else when the holder wrote %j',
  async (text) => {
    const lock = await acquireLock(dataDir);
    await writeFile(join(dataDir, 'daemon.json'), text);
    await expect(acquireLock(dataDir)).rejects.toMatchObject({ name: 'LockHeldError', pid: null });
    lock.release();
  },
);

it.skipIf(!asNobody)('says what to do when another user has the folder', async () => {
  await mkdir(dataDir, { mode: 0o700 });
  await chmod(join(dataDir, '..'), 0o755);
  const { command = '', before = [] } = asNobody ?? {};
  const contender = execa(command, [...before, process.execPath, CONTENDER, dataDir], { reject: false });
  contenders.push({ kill: (signal) => contender.kill(signal), exited: contender });
  const [line] = (await once(createInterface(contender.stdout), 'line')) as [string];
  expect(line).toMatch(/Cannot use the data folder .*HIBERNAUT_DATA_DIR/);
});

it.skipIf(!canMount)('says that the disk is full, and that this may pass', async () => {
  const disk = await smallDisk();
  await disk.fill();
  const refusal: unknown = await acquireLock(join(disk.path, 'data')).catch((error: unknown) => error);
  expect(String(refusal)).toContain('The disk is full. Free some space.');
  expect(refusal).toMatchObject({ name: 'DataFolderError', code: 'ENOSPC' });
});

it.skipIf(!canMount)('says that the disk is read-only', async () => {
  const disk = await smallDisk();
  const onDisk = join(disk.path, 'data');
  (await acquireLock(onDisk)).release();
  await disk.makeReadOnly();
  await expect(acquireLock(onDisk)).rejects.toThrow(/EROFS.*HIBERNAUT_DATA_DIR/s);
});
