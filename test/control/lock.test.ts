/** The lock is the kernel's: exactly one holder, and none that died. */
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquireLock, LockHeldError } from '../../src/control/lock.ts';

const CONTENDER = join(import.meta.dirname, '../fixtures/lock-contender.ts');

let dataDir: string;
const contenders: { kill(signal: 'SIGKILL'): boolean }[] = [];

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'hibernaut-lock-')), 'data');
});

afterEach(async () => {
  for (const contender of contenders.splice(0)) contender.kill('SIGKILL');
  await rm(join(dataDir, '..'), { recursive: true, force: true });
});

/** A process that tries to take the lock, says `held` or `refused <pid>` and holds on. */
function contend() {
  const contender = execa(process.execPath, [CONTENDER, dataDir], { reject: false, stdin: 'ignore' });
  contenders.push(contender);
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
    const rivals = Array.from({ length: 20 }, contend);
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
