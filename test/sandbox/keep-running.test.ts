/** Which ends of the daemon the sandbox answers with a new start. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type DaemonProcess, keepRunning } from '../../src/sandbox/keep-running.ts';

type Exit = Awaited<DaemonProcess['exited']>;

/** Processes that end when the test says so. */
class Processes {
  readonly started: { exit: (exit: Exit) => void; stops: number }[] = [];

  run = (): DaemonProcess => {
    const { promise, resolve } = Promise.withResolvers<Exit>();
    const process = { exit: resolve, stops: 0 };
    this.started.push(process);
    return { pid: this.started.length, exited: promise, stop: () => void (process.stops += 1) };
  };

  /** Ends the newest one. */
  exit(exit: Exit): void {
    this.started.at(-1)?.exit(exit);
  }
}

let processes: Processes;
let lines: string[];
let now: number;
const log = (line: string) => void lines.push(line);
const keep = () => keepRunning({ run: processes.run, log, monotonic: () => now });
const killed: Exit = { code: null, signal: 'SIGKILL' };
const bug: Exit = { code: 1, signal: null };

beforeEach(() => {
  processes = new Processes();
  lines = [];
  now = 0;
});

describe('the daemon', () => {
  it.each([killed, bug])('is started again after %o', async (exit) => {
    keep();
    processes.exit(exit);
    await expect.poll(() => processes.started.length).toBe(2);
    expect(lines).toEqual([expect.stringContaining('Starting it again.')]);
  });

  it.each([
    [0, 'it was stopped'],
    [75, 'another daemon holds its data folder'],
    [78, 'its configuration is not valid'],
  ])('is not started again after exit code %i', async (code, reason) => {
    const kept = keep();
    processes.exit({ code, signal: null });
    expect(await kept.ended).toBe(code);
    expect(processes.started).toHaveLength(1);
    expect(lines).toEqual([`The daemon ended with exit code ${code} (${reason}). It is not started again.`]);
  });

  it('is given up when it dies six times within a minute', async () => {
    const kept = keep();
    for (let count = 1; count <= 5; count += 1) {
      processes.exit(bug);
      await expect.poll(() => processes.started.length).toBe(count + 1);
    }
    processes.exit(killed);
    expect(await kept.ended).toBeNull();
    expect(processes.started).toHaveLength(6);
    expect(lines.at(-1)).toBe(
      'The daemon ended by SIGKILL, for the 6th time within a minute. It is not started again.',
    );
  });

  it('may die as often as it likes over a longer time', async () => {
    keep();
    for (let count = 1; count <= 20; count += 1) {
      now += 12_001;
      processes.exit(bug);
      await expect.poll(() => processes.started.length).toBe(count + 1);
    }
  });

  it('is stopped once, and waited for', async () => {
    const kept = keep();
    let isStopped = false;
    const stopped = kept.stop().then(() => (isStopped = true));
    expect(processes.started[0]?.stops).toBe(1);
    await Promise.resolve();
    expect(isStopped).toBe(false);
    processes.exit(killed);
    await stopped;
    expect(processes.started).toHaveLength(1);
    expect(lines).toEqual([]);
  });

  it('can be stopped when it has ended already', async () => {
    const kept = keep();
    processes.exit({ code: 78, signal: null });
    await kept.ended;
    await kept.stop();
    expect(processes.started).toHaveLength(1);
  });
});
