/** A daemon for a benchmark, in a process of its own: when it receives updates, and what the system counts of it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startEmulator } from '../src/sandbox/bot-api/emulator.ts';
import { startModel } from '../src/sandbox/model/model.ts';
import type { EmulatedTelegram, ScriptedModel } from '../src/sandbox/ports.ts';
import { programEnvironment } from '../test/helpers/program-environment.ts';
import { MAIN } from '../test/helpers/program.ts';
import { processesWhere } from '../test/helpers/processes.ts';
import { until } from '../test/helpers/until.ts';

/** Where a daemon lives, with everything that it talks to. It may be started there again and again. */
export interface DaemonPlace {
  readonly folder: string;
  readonly dataDir: string;
  readonly workspace: string;
  readonly environment: Record<string, string>;
  readonly telegram: EmulatedTelegram;
  readonly model: ScriptedModel;
  close(): Promise<void>;
}

/** @param allowed the user who may use the bot */
export async function makePlace(allowed: number, more: Record<string, string> = {}): Promise<DaemonPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'hibernaut-bench-'));
  const [dataDir, workspace, home] = ['data', 'work', 'home'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [workspace, home]) await mkdir(path);
  const [telegram, model] = [await startEmulator(), await startModel()];
  const environment = {
    ...programEnvironment({
      ...{ home, dataDir, workspace, telegram },
      modelUrl: model.url,
      allowedUsers: [allowed],
    }),
    HIBERNAUT_HTTP: '127.0.0.1:0',
    ...more,
  };
  return {
    folder,
    dataDir,
    workspace,
    environment,
    telegram,
    model,
    close: async () => {
      for (const pid of processesWhere((variables) => variables.includes(`HOME=${home}`)))
        process.kill(pid, 'SIGKILL');
      await telegram.close();
      await model.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface MeasuredDaemon {
  readonly pid: number;
  /** From the command to its first `getUpdates`, ms. */
  readonly bootMs: number;
  /** Of the process until then. */
  readonly boot: Counted;
  /** Where health and metrics are. */
  readonly httpUrl: string;
  counted(): Promise<Counted>;
  /** SIGTERM, and waits. */
  stop(): Promise<void>;
}

/** What the system counts of one process, without its children. */
export interface Counted {
  /** User and system, ms; the system counts in steps of 10. */
  cpuMs: number;
  /** System calls that read, and that write (proc_pid_io(5)); each of a file, a socket or a pipe. */
  readCalls: number;
  writeCalls: number;
  residentBytes: number;
}

/**
 * @param command the program and its arguments. Default: the checkout's, on this Node
 * @throws Error with what the daemon wrote, if it ends
 */
export async function startMeasured(
  { environment, telegram }: DaemonPlace,
  command: readonly string[] = [process.execPath, MAIN, 'start'],
): Promise<MeasuredDaemon> {
  const seen = telegram.calls.length;
  const start = performance.now();
  const [file = '', ...args] = command;
  const daemon = spawn(file, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let written = '';
  for (const stream of [daemon.stdout, daemon.stderr])
    stream.on('data', (chunk: Buffer) => (written += chunk.toString()));
  while (!telegram.calls.slice(seen).some(({ method }) => method === 'getUpdates')) {
    if (daemon.exitCode !== null)
      throw new Error(`The daemon ended with ${String(daemon.exitCode)}:\n${written}`);
    await wait(LOOK_MS);
  }
  const bootMs = performance.now() - start;
  const pid = daemon.pid ?? 0;
  return {
    pid,
    bootMs,
    boot: await counted(pid),
    httpUrl: await until(
      'the address of its metrics',
      () => /"url":"(http:\/\/127[^"]+)"/.exec(written)?.[1] ?? '',
      (url) => url !== '',
    ),
    counted: () => counted(pid),
    stop: () => stop(daemon),
  };
}

async function stop(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const exit = once(daemon, 'exit');
  daemon.kill('SIGTERM');
  await exit;
}

/** How exactly the start is measured. */
const LOOK_MS = 2;

const TICK_MS = 10;

async function counted(pid: number): Promise<Counted> {
  const read = (name: string) => readFile(`/proc/${String(pid)}/${name}`, 'latin1');
  const [stat, io, status] = await Promise.all([read('stat'), read('io'), read('status')]);
  // After the name, which may hold anything: utime and stime are fields 14 and 15 (proc_pid_stat(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const figure = (text: string, name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]);
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
    readCalls: figure(io, 'syscr'),
    writeCalls: figure(io, 'syscw'),
    residentBytes: figure(status, 'VmRSS') * 1_024,
  };
}
