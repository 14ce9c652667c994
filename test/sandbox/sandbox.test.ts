/** The sandbox as a whole, with a small stand-in for the daemon in a process of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DaemonProcess } from '../../src/sandbox/keep-running.ts';
import { environmentInSandbox } from '../../src/sandbox/sandbox-environment.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';

/** Answers every text with its own pid and what it was told; `die` kills it, `exit <code>` ends it. */
const DAEMON = `
  import { Api } from 'grammy';
  process.on('SIGTERM', () => process.exit(0));
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot, ANTHROPIC_BASE_URL: model } = process.env;
  const api = new Api(token, { apiRoot });
  for (let offset = 0; ;) {
    for (const update of await api.getUpdates({ offset, timeout: 20 })) {
      offset = update.update_id + 1;
      await api.getUpdates({ offset, limit: 1 });
      const { text, chat } = update.message;
      if (text === undefined) continue;
      if (text === 'die') process.kill(process.pid, 'SIGKILL');
      if (text.startsWith('exit ')) process.exit(Number(text.slice(5)));
      const answer = model ? (await fetch(model)).status : 'no model';
      await api.sendMessage(chat.id, process.pid + ': ' + answer);
    }
  }
`;

let folder: string;
let lines: string[];
let pids: number[];
let environments: NodeJS.ProcessEnv[];
let sandbox: Sandbox | null;
let cookie: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hibernaut-sandbox-'));
  [lines, pids, environments] = [[], [], []];
});
afterEach(async () => {
  await sandbox?.stop();
  await rm(folder, { recursive: true });
});

function runDaemon(environment: NodeJS.ProcessEnv): DaemonProcess {
  environments.push(environment);
  const daemon = execa(process.execPath, ['--input-type=module', '-e', DAEMON], {
    cwd: join(import.meta.dirname, '../..'),
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  if (daemon.pid !== undefined) pids.push(daemon.pid);
  const exited = daemon.then(({ exitCode, signal }) => ({ code: exitCode ?? null, signal: signal ?? null }));
  return { pid: daemon.pid, exited, stop: () => void daemon.kill('SIGTERM') };
}

async function start(environment: NodeJS.ProcessEnv = {}): Promise<Sandbox> {
  sandbox = await startSandbox({
    environment: { PATH: process.env['PATH'], HOME: folder, HIBERNAUT_DATA_DIR: folder, ...environment },
    log: (line) => lines.push(line),
    runDaemon,
  });
  const response = await fetch(sandbox.address);
  cookie = response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  return sandbox;
}

/** As the chat page does it. */
async function write(text: string): Promise<void> {
  const { origin } = new URL(sandbox?.address ?? '');
  const response = await fetch(`${origin}/actions/send`, {
    method: 'POST',
    headers: { origin, cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ chatId: 1001, userId: 1001, threadId: null, text }),
  });
  expect(response.status).toBe(200);
}

/** Everything that an open page is told until it holds `text`. */
async function seen(text: string): Promise<string> {
  const { origin } = new URL(sandbox?.address ?? '');
  const response = await fetch(`${origin}/changes`, { headers: { cookie } });
  if (!response.body) throw new Error('The page has nothing to tell.');
  const chunks: AsyncIterable<Uint8Array> = response.body;
  let told = '';
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    told += decoder.decode(chunk, { stream: true });
    if (told.includes(text)) return told;
  }
  throw new Error(`The page closed before it showed ${text}: ${told}`);
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('prints what it is, where to go and how to stop, in a few lines', async () => {
  const { address } = await start();
  expect(lines.length).toBeLessThanOrEqual(7);
  const text = lines.join('\n');
  expect(text).toMatch(/sandbox.*emulated/);
  expect(text).toContain('scripted stand-in');
  expect(text).toContain(`Open  ${address}`);
  expect(text).toContain('Ctrl+C');
});

it('connects page, daemon and scripted model, and leaves nothing behind when it stops', async () => {
  const { address } = await start();
  await write('hello');
  await seen(`${pids[0]}: 200`);
  const urls = [address, environments[0]?.['TELEGRAM_API_ROOT'], environments[0]?.['ANTHROPIC_BASE_URL']];
  await sandbox?.stop();
  expect(pids.map(isAlive)).toEqual([false]);
  for (const url of urls) await expect(fetch(url ?? '')).rejects.toThrow('fetch failed');
});

it('keeps the chats over a restart', async () => {
  await start();
  await write('remember this line');
  await seen(`${pids[0]}: 200`);
  await sandbox?.stop();
  await start();
  const told = await seen('remember this line');
  expect(told.match(/"title":"Workshop › Website"/g)).toHaveLength(1);
});

it('starts the daemon again when it dies, and delivers what came meanwhile', async () => {
  await start();
  await write('die');
  await expect.poll(() => pids.length).toBe(2);
  await write('are you there?');
  await seen(`${pids[1]}: 200`);
  expect(lines.at(-1)).toBe('The daemon ended by SIGKILL. Starting it again.');
});

it('says when the daemon ended for good, and keeps the page', async () => {
  const { ended } = await start();
  await write('exit 78');
  expect(await ended).toBe(78);
  expect(lines.at(-1)).toContain('exit code 78');
  await seen('exit 78');
});

it('starts no model when there are credentials, and says whose model it is', async () => {
  await start({ ANTHROPIC_API_KEY: 'secret-key' });
  expect(lines.join('\n')).toContain('what you write goes to Claude');
  expect(lines.join('\n')).not.toContain('secret-key');
  await write('hello');
  await seen(`${pids[0]}: no model`);
  expect(await seen('the real model, with your credentials')).not.toContain('scripted');
});

it('leaves nothing behind when it cannot start', async () => {
  const other = await start();
  const page = Number(new URL(other.address).port);
  const servers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;
  const before = servers();
  const failed = startSandbox({
    environment: { HOME: folder, HIBERNAUT_DATA_DIR: join(folder, 'other') },
    log: () => undefined,
    runDaemon,
    ports: { page },
  });
  await expect(failed).rejects.toThrow('EADDRINUSE');
  await expect.poll(servers).toBe(before);
  expect(pids).toHaveLength(1);
});

it('where its model is stands in its folder as long as it runs, for a Claude that is opened beside it', async () => {
  await start();
  const beside = await environmentInSandbox({ ANTHROPIC_MODEL: 'opus' }, folder);
  expect(beside['ANTHROPIC_BASE_URL']).toBe(environments[0]?.['ANTHROPIC_BASE_URL']);
  expect(beside).not.toHaveProperty('ANTHROPIC_MODEL');
  await sandbox?.stop();
  sandbox = null;
  expect(await environmentInSandbox({ ANTHROPIC_MODEL: 'opus' }, folder)).toEqual({
    ANTHROPIC_MODEL: 'opus',
  });
});
