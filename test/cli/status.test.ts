/** `hibernaut status` with and without a daemon. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { ControlError, type ControlMethod } from '../../src/control/protocol.ts';
import { startControlSocket, type ControlSocket } from '../../src/control/socket.ts';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { aCliHost } from '../helpers/cli-host.ts';
import { aMessage, aRecord, NOON, PROCESS } from '../helpers/records.ts';

let folder: string;
let environment: NodeJS.ProcessEnv;
let socket: ControlSocket | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hibernaut-status-'));
  environment = { HIBERNAUT_DATA_DIR: folder, HIBERNAUT_WORKSPACE: folder };
});

afterEach(async () => {
  await socket?.close();
  socket = null;
  await rm(folder, { recursive: true, force: true });
});

async function answer(status: ControlMethod, dataDir = folder): Promise<void> {
  socket = await startControlSocket({ dataDir, methods: { status }, onError: () => {} });
}

async function snapshotOf(path: string): Promise<Map<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const contents = new Map<string, string>();
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const file = join(entry.parentPath, entry.name);
    contents.set(file, await readFile(file, 'utf8'));
  }
  return contents;
}

it('prints as JSON exactly what the daemon says', async () => {
  const said = { daemon: { pid: 5, somethingNew: true }, sessions: [{ id: 's1' }] };
  await answer(() => Promise.resolve(said));
  const host = aCliHost(environment);
  expect(await runCli(['status', '--json'], host)).toBe(0);
  expect(JSON.parse(host.written())).toEqual(said);
});

it('reads the records if no daemon runs, shows none of their processes as alive, and changes nothing', async () => {
  const store = await openLowdbStore({ dataDir: folder });
  const record = aRecord({ epoch: store.epoch, state: 'idle', process: PROCESS, inbox: [aMessage('u1')] });
  await store.saveSession(record);
  await store.saveSession({ ...record, id: 's2', lastActivityAt: NOON + 1 });
  await store.close();
  const before = await snapshotOf(folder);

  const host = aCliHost(environment);
  expect(await runCli(['status', '--json'], host)).toBe(0);
  expect(JSON.parse(host.written())).toMatchObject({
    daemon: null,
    sessions: [
      { id: 's2', state: 'idle', pid: null, suspendsAt: null, suspendsInMs: null, inbox: 1 },
      { id: 's1', state: 'idle', pid: null },
    ],
  });
  const people = aCliHost(environment);
  expect(await runCli(['status'], people)).toBe(0);
  expect(people.written()).toContain(`No daemon runs on ${folder}`);
  expect(await snapshotOf(folder)).toEqual(before);
});

it('names the records that can not be read, and those that were set aside, if no daemon runs', async () => {
  const store = await openLowdbStore({ dataDir: folder });
  for (const id of ['s1', 's2']) await writeFile(join(folder, 'sessions', `${id}.json`), '{"ver');
  await store.loadSession('s1');
  await store.close();
  const host = aCliHost(environment);
  expect(await runCli(['status'], host)).toBe(0);
  expect(host.written()).toContain(`Unreadable, kept as ${join(folder, 'sessions', 's2.json')}: not JSON`);
  expect(host.written()).toContain(
    `Unreadable, kept as ${store.setAside[0]?.path ?? '?'}: set aside earlier`,
  );
});

it('has nothing to tell of a data folder that does not exist, and does not create it', async () => {
  const dataDir = join(folder, 'none');
  const host = aCliHost({ ...environment, HIBERNAUT_DATA_DIR: dataDir });
  expect(await runCli(['status', '--json'], host)).toBe(0);
  expect(JSON.parse(host.written())).toEqual({ daemon: null, sessions: [], unreadable: [], undelivered: [] });
  await expect(mkdir(dataDir)).resolves.toBeUndefined();
});

it('exits with 1 and the reason while the daemon starts', async () => {
  await answer(() => Promise.reject(new ControlError('Hibernaut is starting. Ask again in a moment.')));
  const host = aCliHost(environment);
  expect(await runCli(['status'], host)).toBe(1);
  expect(host.complained()).toBe('Hibernaut is starting. Ask again in a moment.\n');
});

it('says so if the daemon is of a version that it does not understand', async () => {
  await answer(() => Promise.resolve({ daemon: 7 }));
  const host = aCliHost(environment);
  expect(await runCli(['status'], host)).toBe(1);
  expect(host.complained()).toContain('of another version');
});
