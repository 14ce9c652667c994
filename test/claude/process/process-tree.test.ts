/** Finding and ending a tree of processes, on a table that the test writes and on the system's. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OWNER_VARIABLE } from '../../../src/claude/process/owner.ts';
import { procTable, parseStat } from '../../../src/claude/process/proc-table.ts';
import type { ProcessEntry, ProcessTable } from '../../../src/claude/process/process-table.ts';
import { ProcessTree } from '../../../src/claude/process/process-tree.ts';
import { parseLine, psTable } from '../../../src/claude/process/ps-table.ts';
import { asNobody } from '../../helpers/nobody.ts';
import { isRunning } from '../../helpers/processes.ts';

const ENDS_A_TREE = join(import.meta.dirname, '../../fixtures/ends-a-tree.ts');

/** A table with these processes; those in `list` may change between two looks. */
function tableOf(list: ProcessEntry[]): ProcessTable {
  return {
    isRunning: (pid, startTime) => list.some((entry) => entry.pid === pid && entry.startTime === startTime),
    startTimeOf: (pid) => list.find((entry) => entry.pid === pid)?.startTime ?? null,
    list: () => Promise.resolve([...list]),
    residentBytes: () => Promise.resolve(0),
  };
}

const entry = (
  pid: number,
  parentPid: number,
  owner: string | null = null,
  startTime = 'then',
): ProcessEntry => ({
  pid,
  parentPid,
  owner,
  startTime,
});

const pidsOf = async (tree: ProcessTree): Promise<number[]> =>
  (await tree.members()).map(({ pid }) => pid).sort((a, b) => a - b);

describe('a process tree', () => {
  it('is its roots, what carries the mark, and all their descendants', async () => {
    const list = [
      entry(100, 1),
      entry(101, 100),
      entry(102, 101),
      entry(200, 1, 'mine'),
      entry(201, 200, 'other'),
      entry(300, 1, 'other'),
      entry(400, 1),
    ];
    const roots = [{ pid: 100, startTime: 'then' }];
    const tree = new ProcessTree({ table: tableOf(list), isOurs: (owner) => owner === 'mine', roots });
    expect(await pidsOf(tree)).toEqual([100, 101, 102, 200, 201]);
  });

  it('keeps what it saw once, when the parent has gone and the mark was dropped', async () => {
    const list = [entry(100, 1, 'mine'), entry(101, 100)];
    const tree = new ProcessTree({ table: tableOf(list), isOurs: (owner) => owner === 'mine', roots: [] });
    expect(await pidsOf(tree)).toEqual([100, 101]);
    list.splice(0, 2, entry(101, 1));
    expect(await pidsOf(tree)).toEqual([101]);
  });

  it('is not a later process with the pid of one of its own', async () => {
    const roots = [{ pid: 100, startTime: 'before' }];
    const tree = new ProcessTree({
      table: tableOf([entry(100, 1), entry(101, 100)]),
      isOurs: () => false,
      roots,
    });
    expect(await pidsOf(tree)).toEqual([]);
  });

  it('is never the process that asks, nor what that one started', async () => {
    // A daemon that was started by a tool of a session carries that session's mark.
    const list = [entry(process.pid, 100, 'mine'), entry(101, process.pid), entry(100, 1, 'mine')];
    const tree = new ProcessTree({ table: tableOf(list), isOurs: (owner) => owner === 'mine', roots: [] });
    expect(await pidsOf(tree)).toEqual([100]);
  });

  it('is not signalled where a pid was given away since the look', async () => {
    const child = execa('tail', ['-f', '/dev/null'], { reject: false, buffer: false });
    const pid = child.pid ?? 0;
    const table = { ...tableOf([entry(pid, 1, 'mine')]), startTimeOf: () => 'later' };
    const tree = new ProcessTree({ table, isOurs: () => true, roots: [] });
    await tree.signal('SIGKILL');
    expect(child.nodeChildProcess.exitCode).toBeNull();
    expect(() => process.kill(pid, 0)).not.toThrow();
    child.kill('SIGKILL');
    expect((await child).signal).toBe('SIGKILL');
  });

  it.skipIf(!asNobody)('does not wait for what another user runs: it can not be ended', async () => {
    const ofRoot = execa('sh', ['-c', 'tail -f /dev/null & echo $!; exec tail -f /dev/null'], {
      reject: false,
      buffer: false,
    });
    const [child] = (await once(createInterface(ofRoot.stdout), 'line')) as [string];
    const pid = String(ofRoot.pid);
    const { stdout } = await execa('setpriv', [
      ...['--reuid=65534', '--regid=65534', '--clear-groups'],
      ...[process.execPath, ENDS_A_TREE, pid],
    ]);
    expect(JSON.parse(stdout)).toEqual({ beyondReach: [Number(pid), Number(child)], members: [] });
    expect([Number(pid), Number(child)].map(isRunning)).toEqual([true, true]);
    process.kill(Number(child), 'SIGKILL');
    ofRoot.kill('SIGKILL');
    await ofRoot;
  });

  it('is found by its root and by parents alone where no marks are told, as on macOS', async () => {
    const table = psTable();
    const child = execa('sh', ['-c', 'setsid tail -f /dev/null & echo $!; wait'], {
      reject: false,
      buffer: false,
    });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const pid = child.pid ?? 0;
    const roots = [{ pid, startTime: table.startTimeOf(pid) ?? '' }];
    await new ProcessTree({ table, isOurs: () => false, roots }).end(1_000);
    expect([pid, Number(line)].map(isRunning)).toEqual([false, false]);
  });

  it('ends by SIGTERM if it can, and is killed if it does not', async () => {
    const mark = `tree-test/${randomUUID()}`;
    const env = { PATH: process.env['PATH'] ?? '', [OWNER_VARIABLE]: mark };
    const options = { env, extendEnv: false, reject: false, buffer: false } as const;
    const tree = new ProcessTree({ table: procTable(), isOurs: (owner) => owner === mark, roots: [] });
    onTestFinished(() => tree.kill());
    const meek = execa('tail', ['-f', '/dev/null'], options);
    const stubborn = execa('sh', ['-c', 'trap "" TERM; echo ready; tail -f /dev/null & wait; wait'], options);
    await new Promise((ready) => stubborn.stdout.once('data', ready));
    await expect.poll(() => tree.members()).toHaveLength(3);
    await tree.end(100);
    expect(await tree.members()).toEqual([]);
    expect([(await meek).signal, (await stubborn).signal]).toEqual(['SIGTERM', 'SIGKILL']);
  });
});

describe('the process table', () => {
  it.each([
    ['/proc', procTable()],
    ['ps', psTable()],
  ])('by %s has this process, under its parent, with a start time that stays', async (_name, table) => {
    const startTime = table.startTimeOf(process.pid);
    const own = (await table.list()).find(({ pid }) => pid === process.pid);
    expect(startTime).toMatch(/\d/);
    expect(own).toMatchObject({ parentPid: process.ppid, startTime });
    expect(table.startTimeOf(2 ** 22 + 1)).toBeNull();
    // The same process by another witness; it may grow meanwhile.
    const resident = await table.residentBytes([process.pid, 2 ** 22 + 1]);
    const witness = process.memoryUsage.rss();
    expect(Math.abs(resident - witness)).toBeLessThan(witness / 2);
    expect(await table.residentBytes([])).toBe(0);
  });

  it('by /proc has no process that has ended and waits to be reaped', async () => {
    // The shell's child has ended; sleep does not reap what it inherited.
    const child = execa('sh', ['-c', 'true & echo $!; exec tail -f /dev/null'], {
      reject: false,
      buffer: false,
    });
    const zombie = await new Promise<number>((resolve) =>
      child.stdout.once('data', (data: Buffer) => resolve(Number(data.toString()))),
    );
    const table = procTable();
    await expect.poll(async () => (await table.list()).some(({ pid }) => pid === zombie)).toBe(false);
    child.kill('SIGKILL');
    await child;
  });

  it('by /proc reads a name with spaces and parentheses', () => {
    const rest = Array.from({ length: 40 }, (_, index) => String(index + 5)).join(' ');
    expect(parseStat(`7 (a) S (b c) R 42 ${rest}`)).toEqual({ state: 'R', parentPid: 42, startTicks: '22' });
    expect(parseStat('')).toBeNull();
  });

  it('by ps reads the lines of macOS', () => {
    expect(parseLine('  4711     1 Ss   Tue Nov 24 08:06:11 2026    ')).toEqual({
      pid: 4711,
      parentPid: 1,
      startTime: 'Tue Nov 24 08:06:11 2026',
      owner: null,
    });
    expect(parseLine('4711 1 Z+ Tue Nov  3 08:06:11 2026')).toBeNull();
    expect(parseLine('')).toBeNull();
  });
});
