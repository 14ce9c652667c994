/** `hibernaut start` as a process of its own, against the emulated Telegram: how it starts, serves and ends. */
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { callControl } from '../../src/control/call.ts';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import type { EmulatedTelegram } from '../../src/sandbox/ports.ts';
import { until } from '../helpers/until.ts';
import { COMPILE_CACHE } from '../helpers/compile-cache.ts';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'src/main.ts');
const FIXTURES = join(ROOT, 'test/fixtures');
const AS_NODE_20 =
  "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.0.0'}})";

let telegram: EmulatedTelegram;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  telegram = await startEmulator();
});

afterAll(async () => {
  await telegram.close();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hibernaut-start-'));
  environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    HIBERNAUT_DATA_DIR: dataDir(),
    HIBERNAUT_WORKSPACE: folder,
    HIBERNAUT_HTTP: 'off',
    HIBERNAUT_DRAIN: '1s',
    ...COMPILE_CACHE,
  };
});

function dataDir(): string {
  return join(folder, 'data');
}

const started: { kill(signal: 'SIGKILL'): boolean }[] = [];
afterEach(async () => {
  for (const process of started.splice(0)) process.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function run(args: string[], over: Record<string, string> = {}) {
  const daemon = execa(process.execPath, args, {
    env: { ...environment, ...over },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    forceKillAfterDelay: false,
  });
  started.push(daemon);
  return daemon;
}

type Run = ReturnType<typeof run>;

const start = (over: Record<string, string> = {}) => run([MAIN, 'start'], over);

/**
 * Fails at once, with what it wrote, if the process ends before it serves.
 * @param pid of the daemon, or null for any
 */
async function isServing(process: Run, pid: number | null = process.pid ?? null): Promise<void> {
  const ended = process.then(({ exitCode, stderr }): never => {
    throw new Error(`It ended with ${exitCode ?? 'a signal'}: ${stderr}`);
  });
  const serving = until('the daemon to serve', readPid, (found) => found === pid || pid === null);
  await Promise.race([serving, ended]);
}

/** Throws unless a daemon serves. */
async function readPid(): Promise<number> {
  const status = await callControl(dataDir(), 'status');
  return z.object({ daemon: z.object({ state: z.literal('serving'), pid: z.number() }) }).parse(status).daemon
    .pid;
}

async function isGone(): Promise<void> {
  await until(
    'the daemon to be gone',
    () => readPid().catch(String),
    (found) => String(found).includes('NoDaemon'),
  );
  expect(await readdir(dataDir())).not.toContain('control.sock');
}

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('serves until %s and exits with 0', async (signal) => {
  const daemon = start();
  await isServing(daemon);
  daemon.kill(signal);
  const { exitCode, stderr } = await daemon;
  expect(exitCode).toBe(0);
  expect(stderr).not.toContain(telegram.token);
  expect(stderr).not.toContain('Warning');
  await isGone();
});

it('exits with 78 and a sentence if Telegram does not know the token', async () => {
  const token = '1234567890:AAnobodyKnowsThisTokenAtAllxxxxxxxx';
  const { exitCode, stderr } = await start({ TELEGRAM_BOT_TOKEN: token });
  expect(exitCode).toBe(78);
  expect(stderr).toContain('TELEGRAM_BOT_TOKEN');
  expect(stderr).not.toContain(token);
  expect(stderr).not.toContain('    at ');
});

it('exits with 75 and names the daemon that is there already', async () => {
  const first = start();
  await isServing(first);
  const { exitCode, stderr } = await start();
  expect(exitCode).toBe(75);
  expect(stderr).toContain(`pid ${first.pid}`);
  await isServing(first);
});

it('starts again right after kill -9', async () => {
  const first = start();
  await isServing(first);
  first.kill('SIGKILL');
  await first;
  const second = start();
  await isServing(second);
});

it('loads nothing of the sandbox when a token is set', async () => {
  const list = join(folder, 'modules');
  const daemon = run(['--import', join(FIXTURES, 'list-modules.ts'), MAIN, 'start'], {
    LOADED_MODULES: list,
  });
  await isServing(daemon);
  const modules = await readFile(list, 'utf8');
  expect(modules).toContain('/src/daemon/daemon.ts');
  expect(modules).not.toContain('/src/sandbox/');
});

it.each([
  ['an exception', "throw new Error('a bug')"],
  ['a rejection', "void Promise.reject(new Error('a bug'))"],
])('exits with 1 after %s that nobody caught, with its stack in the log', async (_, bug) => {
  const preload = `data:text/javascript,process.on('SIGUSR2',()=>{${bug}})`;
  const daemon = run(['--import', preload, MAIN, 'start']);
  await isServing(daemon);
  daemon.kill('SIGUSR2');
  const { exitCode, stderr } = await daemon;
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/"stack":"Error: a bug.*"msg":"daemon.bug"/);
  expect(stderr).toContain('Hibernaut met a bug and stops.');
});

it('stops in good order when the process that runs it is killed', async () => {
  const parent = run([join(FIXTURES, 'daemon-parent.ts')]);
  const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
  await isServing(parent, Number(line));
  parent.kill('SIGKILL');
  await isGone();
});

it('is stopped through the command that an old Node runs', async () => {
  const command = run(['--import', AS_NODE_20, join(ROOT, 'bin/hibernaut.js'), 'start']);
  await isServing(command, null);
  command.kill('SIGTERM');
  expect((await command).exitCode).toBe(0);
  await isGone();
});

it('is described by hibernaut status in another process', async () => {
  const daemon = start();
  await isServing(daemon);
  const json = await run([MAIN, 'status', '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    daemon: { pid: daemon.pid, state: 'serving' },
    sessions: [],
  });
  const people = await run([MAIN, 'status']);
  expect(people.stdout).toContain(`(pid ${daemon.pid}) is serving`);
});

it('runs the sandbox without a token, and its daemon no longer than itself', async () => {
  const sandbox = run([MAIN, 'start'], { TELEGRAM_BOT_TOKEN: '' });
  await isServing(sandbox, null);
  sandbox.kill('SIGTERM');
  const { exitCode, stdout } = await sandbox;
  expect(stdout).toMatch(/sandbox.*http:\/\/127\.0\.0\.1:\d+/s);
  expect(exitCode).toBe(0);
  await isGone();

  const killed = run([MAIN, 'start'], { TELEGRAM_BOT_TOKEN: '' });
  await isServing(killed, null);
  killed.kill('SIGKILL');
  await isGone();
});
