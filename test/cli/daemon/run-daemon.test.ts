/** The daemon's process around the daemon: lock, sockets, signals and bugs, with a real store and fake outsides. */
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MakeParts } from '../../../src/cli/daemon/daemon-parts.ts';
import { openedSchema } from '../../../src/cli/daemon/inspect-methods.ts';
import { runDaemon } from '../../../src/cli/daemon/run-daemon.ts';
import { readConfig, type Config } from '../../../src/config/config.ts';
import { callControl, streamControl } from '../../../src/control/call.ts';
import { acquireLock } from '../../../src/control/lock.ts';
import { createLog } from '../../../src/log/log.ts';
import { openLowdbStore } from '../../../src/store/lowdb-store.ts';
import { aCliHost, type TestHost } from '../../helpers/cli-host.ts';
import { FakeTelegram } from '../../helpers/fake-telegram.ts';
import { framesUrl, watch } from '../../helpers/inspector-viewer.ts';
import { SteerableClaude } from '../../helpers/steerable-claude.ts';

const CHAT = { chatId: 7, threadId: null };

let folder: string;
let host: TestHost;
let claude: SteerableClaude;
let logged: string[];
const running: Promise<unknown>[] = [];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'hibernaut-run-')));
  host = aCliHost();
  claude = new SteerableClaude({ obedient: true });
  logged = [];
});

afterEach(async () => {
  host.process.emit('SIGTERM');
  await Promise.allSettled(running.splice(0));
  await rm(folder, { recursive: true, force: true });
});

function aConfig(over: Partial<Config> = {}): Config {
  const environment = {
    HIBERNAUT_DATA_DIR: join(folder, 'data'),
    HIBERNAUT_WORKSPACE: folder,
    HIBERNAUT_ALLOWED_USERS: String(CHAT.chatId),
  };
  return { ...readConfig(environment), http: { host: '127.0.0.1', port: 0 }, drainMs: 100, ...over };
}

interface Run {
  ended: Promise<void>;
  /** Once the daemon has made it. */
  telegram: () => FakeTelegram;
}

function run(config = aConfig(), prepare: (telegram: FakeTelegram) => void = () => {}): Run {
  let made: FakeTelegram | null = null;
  const parts: MakeParts = {
    openStore: openLowdbStore,
    createLog: () => createLog({ level: 'info', destination: { write: (line) => void logged.push(line) } }),
    createClaude: () => claude,
    createTelegram: ({ sessions, report }) => {
      made = new FakeTelegram(sessions, report, Date.now);
      prepare(made);
      return made;
    },
  };
  const ended = runDaemon(config, { token: '1:x', apiRoot: 'http://127.0.0.1:1' }, host, parts);
  running.push(ended);
  const telegram = (): FakeTelegram => {
    if (!made) throw new Error('The daemon has not come so far.');
    return made;
  };
  return { ended, telegram };
}

function status(config = aConfig()): Promise<unknown> {
  return callControl(config.dataDir, 'status').catch(String);
}

async function isServing(): Promise<void> {
  await expect.poll(() => status()).toMatchObject({ daemon: { state: 'serving' } });
}

function loggedField(event: string, field: string): string {
  const lines = logged.map((line) => JSON.parse(line) as Record<string, string>);
  return lines.find(({ msg }) => msg === event)?.[field] ?? '';
}

/** A session with a process: somebody wrote. */
async function writeTo({ telegram }: Run): Promise<void> {
  await telegram().sessions.accept(CHAT, { uuid: 'u1', messageId: 1, text: 'hello', at: Date.now() });
  await expect.poll(() => claude.started.length).toBe(1);
}

it('answers to status and health while it serves, and leaves nothing open when it has stopped', async () => {
  const { ended } = run();
  await isServing();
  expect(await status()).toMatchObject({ daemon: { pid: process.pid, version: '0.1.0' }, sessions: [] });
  const url = `${loggedField('http.listening', 'url')}/healthz`;
  expect((await fetch(url)).status).toBe(200);

  host.process.emit('SIGTERM');
  await ended;

  expect(await status()).toContain('NoDaemonError');
  await expect(fetch(url)).rejects.toThrow();
  expect(host.process.eventNames()).toEqual([]);
  (await acquireLock(aConfig().dataDir)).release();
});

it('is unhealthy and says so while it starts', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  run(aConfig(), (telegram) => {
    telegram.start = () => promise;
    telegram.health.lastPollAt = Date.now();
  });
  await expect.poll(() => status()).toContain('Hibernaut is starting');
  const url = loggedField('http.listening', 'url');
  const statuses = () =>
    Promise.all(['healthz', 'readyz', 'metrics'].map(async (path) => (await fetch(`${url}/${path}`)).status));
  expect(await statuses()).toEqual([503, 503, 200]);
  resolve();
  await isServing();
  await expect.poll(statuses).toEqual([200, 200, 200]);
});

it('is not started by a second process on the folder, whose sockets it keeps', async () => {
  run();
  await isServing();
  await expect(run().ended).rejects.toMatchObject({ name: 'LockHeldError', pid: process.pid });
  await isServing();
});

it('ends without a trace when Telegram refuses the token', async () => {
  const { ended } = run(aConfig(), (telegram) => {
    telegram.startError = Object.assign(new Error('Refused.'), { name: 'TelegramTokenError' });
  });
  await expect(ended).rejects.toMatchObject({ name: 'TelegramTokenError' });
  expect(await status()).toContain('NoDaemonError');
  (await acquireLock(aConfig().dataDir)).release();
});

it('names the setting when its port is taken, and lets go of the folder', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(run(aConfig({ http: { host: '127.0.0.1', port } })).ended).rejects.toThrow('HIBERNAUT_HTTP');
  other.close();
  (await acquireLock(aConfig().dataDir)).release();
});

it('serves without HTTP if that is off', async () => {
  run(aConfig({ http: null }));
  await isServing();
  expect(loggedField('http.listening', 'url')).toBe('');
});

it('can be told to stop before it serves', async () => {
  const begun = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const { ended } = run(aConfig(), (telegram) => {
    telegram.start = () => {
      begun.resolve();
      return answered.promise;
    };
  });
  await begun.promise;
  host.process.emit('SIGINT');
  answered.resolve();
  await ended;
});

it('waits for a turn that is under way, and no longer after a second order', async () => {
  const daemon = run(aConfig({ drainMs: 600_000 }));
  await isServing();
  await writeTo(daemon);
  await expect.poll(() => claude.latest.received.length).toBe(1);
  claude.latest.says({ type: 'claude.turnStarted' });

  host.process.emit('SIGTERM');
  await expect.poll(() => status()).toMatchObject({ daemon: { state: 'draining' } });
  expect(claude.latest.hasExited).toBe(false);

  let hasEnded = false;
  void daemon.ended.then(() => (hasEnded = true));
  const insist = (): boolean => {
    host.process.emit('SIGTERM');
    return hasEnded;
  };
  await expect.poll(insist, { timeout: 30_000 }).toBe(true);
  expect(claude.latest.kills).toBe(1);
});

it('ends the processes when it stops', async () => {
  const daemon = run();
  await isServing();
  await writeTo(daemon);
  host.process.emit('SIGTERM');
  await daemon.ended;
  expect(claude.started.map((process) => process.hasExited)).toEqual([true]);
});

it('logs an error that nobody caught, ends the processes and then itself', async () => {
  const daemon = run();
  await isServing();
  await writeTo(daemon);
  host.process.emit('uncaughtException', new Error('a bug of ours'));
  await expect(daemon.ended).rejects.toMatchObject({ name: 'BugError' });
  expect(claude.started.map((process) => process.hasExited)).toEqual([true]);
  const line = logged.find((candidate) => candidate.includes('daemon.bug')) ?? '';
  expect(line).toContain('a bug of ours');
  expect(line).toContain('run-daemon.test.ts');
});

it('ends the processes also after an error that nobody caught while it was starting', async () => {
  const daemon = run(aConfig(), (telegram) => {
    telegram.start = () => new Promise(() => undefined);
  });
  await expect.poll(() => status()).toContain('Hibernaut is starting');
  // The store is opened after the control socket, and Telegram's side made after that.
  await expect.poll(() => daemon.telegram()).toBeDefined();
  await writeTo(daemon);
  host.process.emit('uncaughtException', new Error('a bug of ours'));
  await expect(daemon.ended).rejects.toMatchObject({ name: 'BugError' });
  expect(claude.started.map((process) => process.hasExited)).toEqual([true]);
});

/** Where the inspector is open for somebody who then goes. */
async function inspectorAddress(): Promise<string> {
  const wish = { session: null, again: null };
  for await (const answer of streamControl(aConfig().dataDir, 'inspect', wish)) {
    return openedSchema.parse(answer).url;
  }
  throw new Error('The daemon did not say where its inspector is.');
}

it('keeps the inspector open if HIBERNAUT_INSPECT is on, and logs where, without the token', async () => {
  const daemon = run(aConfig({ inspect: true }));
  await isServing();
  const address = await inspectorAddress();
  expect(loggedField('inspector.listening', 'url')).toBe(new URL(address).origin);
  expect(logged.join('')).not.toContain(new URL(address).hash.slice(1));
  const viewer = await watch(framesUrl(address));
  await writeTo(daemon);
  await expect.poll(() => viewer.frames.map(({ event }) => event?.type)).toContain('claude.spawned');
  expect(viewer.frames.map(({ name }) => name)).toContain('daemon');
});

it('opens no inspector unless it is asked to, and closes it when who asked has gone', async () => {
  run();
  await isServing();
  expect(loggedField('inspector.listening', 'url')).toBe('');
  const address = await inspectorAddress();
  await expect.poll(() => fetch(address).catch(() => 'closed')).toBe('closed');
});
