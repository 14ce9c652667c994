/** What happens to the processes of a daemon that was killed while nobody starts the next one. Invariant 4. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OrphanGuard } from '../../../src/claude/process/orphan-guard.ts';
import { ofDaemon, OWNER_VARIABLE, ownerOf } from '../../../src/claude/process/owner.ts';
import { childrenOf, commandLineOf, isRunning, processesWhere } from '../../helpers/processes.ts';

const GUARDING_DAEMON = join(import.meta.dirname, '../../fixtures/guarding-daemon.ts');

const guardsOf = (pid: number): number[] =>
  childrenOf(pid).filter((child) => commandLineOf(child).includes('hibernaut-orphan-guard'));

const marked = (daemonId: string): number[] =>
  processesWhere((variables) =>
    variables.some((variable) => variable.startsWith(`${OWNER_VARIABLE}=`) && ofDaemon(daemonId)(variable)),
  );

/** A daemon with processes under guard, in a process of its own. */
async function startDaemon({ graceMs = 100 } = {}) {
  const daemonId = randomUUID();
  const daemon = execa(process.execPath, [GUARDING_DAEMON, daemonId, String(graceMs)], {
    reject: false,
    buffer: false,
    stderr: 'inherit',
  });
  const [line] = (await once(createInterface(daemon.stdout), 'line')) as [string];
  const { ours, strangers } = JSON.parse(line) as { ours: number[]; strangers: number[] };
  const pid = daemon.pid ?? 0;
  onTestFinished(() => {
    daemon.kill('SIGKILL');
    for (const left of [...ours, ...strangers, ...marked(daemonId)].filter(isRunning)) {
      process.kill(left, 'SIGKILL');
    }
  });
  const kill = async (): Promise<void> => {
    daemon.kill('SIGKILL');
    await daemon;
  };
  const [guard = 0] = guardsOf(pid);
  return { daemonId, pid, guard, ours, strangers, kill };
}

describe('the orphan guard of a daemon that is killed', () => {
  it('ends all that is left, those in sessions of their own and those that ignore SIGTERM too, and itself', async () => {
    const { daemonId, ours, guard, kill } = await startDaemon();
    await expect.poll(() => marked(daemonId).length).toBeGreaterThanOrEqual(4);
    const all = [...ours, ...ours.flatMap(childrenOf), ...marked(daemonId)];
    await kill();
    await expect.poll(() => all.filter(isRunning), { timeout: 10_000 }).toEqual([]);
    // What the one that ignores SIGTERM had just started may end a moment after it.
    await expect.poll(() => marked(daemonId)).toEqual([]);
    await expect.poll(() => isRunning(guard), { timeout: 10_000 }).toBe(false);
  });

  it('leaves alone the unmarked, those of the next daemon on the folder, and a later process with a pid of ours', async () => {
    const { guard, strangers, kill } = await startDaemon();
    await kill();
    await expect.poll(() => isRunning(guard), { timeout: 10_000 }).toBe(false);
    expect(strangers.filter(isRunning)).toEqual(strangers);
  });

  it('survives what ends the daemon by its terminal or its service manager', async () => {
    const { ours, pid, guard, kill } = await startDaemon();
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.kill(guard, signal);
    expect(() => process.kill(-guard, 0), 'it leads a process group of its own').not.toThrow();
    expect(guardsOf(pid)).toEqual([guard]);
    await kill();
    await expect.poll(() => ours.filter(isRunning), { timeout: 10_000 }).toEqual([]);
  });
});

describe('the orphan guard of a daemon that lives', () => {
  function aGuard(options: { shell?: string } = {}) {
    const warnings: string[] = [];
    const silent = () => undefined;
    const warn = (_: unknown, message?: string) => void warnings.push(message ?? '');
    const log = { debug: silent, info: silent, warn, error: silent };
    return { warnings, guard: new OrphanGuard({ daemonId: randomUUID(), graceMs: 100, log, ...options }) };
  }

  it('is one for all processes, and has gone when the last of them has', async () => {
    const { guard, warnings } = aGuard();
    const [first, second] = [guard.guard(), guard.guard()];
    const [pid = 0, ...more] = guardsOf(process.pid);
    expect(more).toEqual([]);
    await first.release();
    expect(isRunning(pid)).toBe(true);
    await second.release();
    expect(isRunning(pid)).toBe(false);
    expect(warnings).toEqual([]);
  });

  it('comes back for the next process if something ended it, and the log says that it was gone', async () => {
    const { guard, warnings } = aGuard();
    const first = guard.guard();
    const [pid = 0] = guardsOf(process.pid);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => warnings).toEqual(['claude.orphanGuardLost']);
    first.isRoot({ pid: 1, startTime: 'of an earlier process' });
    const second = guard.guard();
    expect(guardsOf(process.pid)).toHaveLength(1);
    await Promise.all([first.release(), second.release()]);
    expect(guardsOf(process.pid)).toEqual([]);
  });

  it('is done without where there is no shell', async () => {
    const { guard, warnings } = aGuard({ shell: '/no/such/shell' });
    const guarded = guard.guard();
    guarded.isRoot({ pid: 1, startTime: 'of an earlier process' });
    await expect.poll(() => warnings).toEqual(['claude.orphanGuardLost']);
    await guarded.release();
  });

  it('is told by the mark which daemon is meant, not only which folder', () => {
    const mark = ownerOf('/data', 'session', 'one');
    expect([ofDaemon('one')(mark), ofDaemon('two')(mark)]).toEqual([true, false]);
  });
});
