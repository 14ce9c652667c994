/** `hibernaut inspect`: open while the command runs, whatever ends it, and again with the next daemon. */
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createActor, createMachine, type Actor, type AnyStateMachine } from 'xstate';
import { inspectMethods } from '../../src/cli/daemon/inspect-methods.ts';
import { runCli } from '../../src/cli/program.ts';
import { startControlSocket, type ControlSocket } from '../../src/control/socket.ts';
import { viewSession, type SessionView } from '../../machines/session-view.ts';
import { createInspector, type Inspector } from '../../src/watch/inspector/inspector.ts';
import { aCliHost } from '../helpers/cli-host.ts';
import { framesUrl, watch } from '../helpers/inspector-viewer.ts';
import { MAIN } from '../helpers/program.ts';
import { aRecord, NOON } from '../helpers/records.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const machine = createMachine({ id: 'session', initial: 'idle', states: { idle: { on: { go: 'idle' } } } });

let folder: string;
let socket: ControlSocket;
let inspector: Inspector;
let views: SessionView[];
let actors: Actor<AnyStateMachine>[];

beforeEach(async () => {
  folder = temporaryFolder();
  actors = [];
  views = ['k3v9', 'm2x1'].map((id) => viewSession(aRecord({ id }), 'suspended', NOON, null));
  await startTheDaemon();
});
afterEach(stopTheDaemon);

async function startTheDaemon(): Promise<void> {
  inspector = createInspector({ log: { warn: () => {} } });
  const desk = {
    view: (id: string) => Promise.resolve(views.find((view) => view.id === id) ?? null),
    views: () => Promise.resolve(views),
  };
  const methods = inspectMethods({ inspector, standing: () => null, desk: () => desk });
  socket = await startControlSocket({ dataDir: folder, methods, onError: () => {} });
}

async function stopTheDaemon(): Promise<void> {
  for (const actor of actors.splice(0)) actor.stop();
  await inspector.close();
  await socket.close();
}

function wakes(id: string): void {
  const actor = createActor(machine, { id });
  inspector.follow(actor);
  actors.push(actor.start());
}

function environment(): Record<string, string> {
  return { HIBERNAUT_DATA_DIR: folder, HIBERNAUT_WORKSPACE: folder, HIBERNAUT_ENV_FILE: 'off' };
}

function hibernaut(...args: string[]) {
  const host = aCliHost(environment());
  return { host, ended: runCli(['inspect', ...args], host) };
}

function addressIn(text: string): string {
  return /http:\/\/127\.0\.0\.1:\d+\/#[\w-]{32}/.exec(text)?.[0] ?? '';
}

async function addressFrom(written: () => string): Promise<string> {
  await expect.poll(() => addressIn(written())).not.toBe('');
  return addressIn(written());
}

it('shows an address that is good until Ctrl+C', async () => {
  const { host, ended } = hibernaut();
  const viewer = await watch(framesUrl(await addressFrom(host.written)));
  wakes('k3v9');
  await expect.poll(() => viewer.frames.map(({ name }) => name)).toContain('k3v9');
  host.process.emit('SIGINT');
  expect(await ended).toBe(0);
  await expect.poll(() => viewer.socket.readyState).toBe(WebSocket.CLOSED);
});

it('closes it when the command is killed, and leaves the one of another command open', async () => {
  const other = hibernaut();
  const kept = await watch(framesUrl(await addressFrom(other.host.written)));
  const command = execa(process.execPath, [MAIN, 'inspect', '--json'], {
    env: { PATH: process.env['PATH'], ...environment() },
    extendEnv: false,
    reject: false,
  });
  let written = '';
  command.stdout.on('data', (chunk: Buffer) => (written += chunk.toString()));
  const cut = await watch(framesUrl(await addressFrom(() => written)));
  expect(new URL(cut.socket.url).port).toBe(new URL(kept.socket.url).port);

  command.kill('SIGKILL');
  await expect.poll(() => cut.socket.readyState).toBe(WebSocket.CLOSED);
  expect(kept.socket.readyState).toBe(WebSocket.OPEN);
  other.host.process.emit('SIGINT');
  await other.ended;
});

it('shows only the session that is meant, also if it wakes only later', async () => {
  const { host, ended } = hibernaut('--session', 'k3');
  const viewer = await watch(framesUrl(await addressFrom(host.written)));
  expect(host.written()).toContain('Session k3v9');
  wakes('m2x1');
  wakes('k3v9');
  await expect.poll(() => viewer.frames.map(({ name }) => name)).toContain('k3v9');
  expect(viewer.text).not.toContain('m2x1');
  host.process.emit('SIGINT');
  await ended;
});

it('goes on with the next daemon, at the same address', async () => {
  const { host, ended } = hibernaut('--session', 'k3v9');
  const address = await addressFrom(host.written);
  await watch(framesUrl(address));
  await stopTheDaemon();
  await expect.poll(() => host.complained()).toContain('The daemon has stopped.');
  await startTheDaemon();
  await expect.poll(() => host.complained()).toContain('The daemon runs again, at the same address.');
  wakes('k3v9');
  const viewer = await watch(framesUrl(address));
  await expect.poll(() => viewer.frames.map(({ name }) => name)).toContain('k3v9');
  host.process.emit('SIGINT');
  expect(await ended).toBe(0);
});

it('says which sessions there are if none is meant, and that no daemon runs: exit code 1', async () => {
  const unknown = hibernaut('--session', 'zzz');
  expect(await unknown.ended).toBe(1);
  expect(unknown.host.complained()).toContain('There is no session "zzz"');
  await socket.close();
  const alone = hibernaut();
  expect(await alone.ended).toBe(1);
  expect(alone.host.complained()).toContain(`No Hibernaut runs on ${folder}`);
});
