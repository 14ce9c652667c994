/** Processes that outlived their daemon: found by their mark, told from those of the daemon that runs, and ended. */
import { describe, expect, it } from 'vitest';
import { spawn } from 'node:child_process';
import { endOrphans, findOrphans } from '../../../src/claude/process/orphans.ts';
import { ownerOf } from '../../../src/claude/process/owner.ts';
import type { ProcessEntry } from '../../../src/claude/process/process-table.ts';
import { isRunning } from '../../helpers/processes.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const DAEMON = 10;

/** pid, its parent, the daemon in its mark. */
function tableOf(dataDir: string, rows: [pid: number, parentPid: number, daemon: string | null][]) {
  const entries = rows.map(([pid, parentPid, daemon]): ProcessEntry => {
    const owner = daemon === null ? null : ownerOf(dataDir, 's1', daemon);
    return { pid, parentPid, startTime: String(pid), owner };
  });
  return {
    list: () => Promise.resolve(entries),
    startTimeOf: (pid: number) => String(pid),
    isRunning: () => true,
    residentBytes: () => Promise.resolve(0),
  };
}

describe('of processes with the mark of a folder', () => {
  const dataDir = '/data';
  const find = async (rows: [number, number, string | null][], daemonPid: number | null = DAEMON) => {
    const table = tableOf(dataDir, rows);
    return (await findOrphans({ dataDir, daemonPid, roots: [], table })).map(({ pid }) => pid);
  };

  it('all are orphans while no daemon runs', async () => {
    expect(
      await find(
        [
          [20, 1, 'a'],
          [21, 20, null],
          [30, 1, null],
        ],
        null,
      ),
    ).toEqual([20, 21]);
  });

  it('none is that the daemon, or what it started, has started, or that left with its mark', async () => {
    expect(
      await find([
        [DAEMON, 1, null],
        [20, DAEMON, 'now'],
        [21, 20, 'now'],
        [22, 1, 'now'],
      ]),
    ).toEqual([]);
  });

  it('those of an earlier daemon are orphans while another one runs', async () => {
    expect(
      await find([
        [DAEMON, 1, null],
        [20, DAEMON, 'now'],
        [30, 1, 'before'],
        [31, 30, null],
      ]),
    ).toEqual([30, 31]);
  });

  it('those that only records know are found where marks are not told', async () => {
    const table = tableOf(dataDir, [[40, 1, null]]);
    const orphans = await findOrphans({
      dataDir,
      daemonPid: null,
      roots: [{ pid: 40, startTime: '40' }],
      table,
    });
    expect(orphans.map(({ pid }) => pid)).toEqual([40]);
  });
});

it('real ones end, and those of another folder do not', async () => {
  const [ours, others] = [temporaryFolder(), temporaryFolder()];
  const sleeps = [ours, others].map((dataDir) =>
    spawn('sleep', ['1000'], {
      env: { PATH: process.env['PATH'], HIBERNAUT_OWNER: ownerOf(dataDir, 's1', 'gone') },
      stdio: 'ignore',
    }),
  );
  try {
    await endOrphans({ dataDir: ours, daemonPid: null, roots: [], graceMs: 5_000 });
    expect(sleeps.map(({ pid }) => isRunning(pid ?? null))).toEqual([false, true]);
  } finally {
    for (const sleep of sleeps) sleep.kill('SIGKILL');
  }
});
