/** `hibernaut sessions` and `hibernaut session`, with a daemon that answers and without one. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionRecord } from '../../machines/session-record.ts';
import { runCli } from '../../src/cli/program.ts';
import { sessionMethods } from '../../src/cli/daemon/session-methods.ts';
import { startControlSocket, type ControlSocket } from '../../src/control/socket.ts';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { aCliHost } from '../helpers/cli-host.ts';
import { aMessage, aRecord, PROCESS } from '../helpers/records.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { startTestDaemon, type TestDaemon } from '../helpers/test-daemon.ts';

const SECRET = 'the-secret-of-the-garden';

let folder: string;
let environment: NodeJS.ProcessEnv;
let socket: ControlSocket | null = null;

beforeEach(() => {
  folder = temporaryFolder();
  environment = { HIBERNAUT_DATA_DIR: folder, HIBERNAUT_WORKSPACE: folder };
});
afterEach(async () => {
  await socket?.close();
  socket = null;
});

async function hibernaut(...args: string[]) {
  const host = aCliHost(environment);
  const code = await runCli(args, host);
  return { code, out: host.written(), err: host.complained() };
}

/** A daemon with three sessions, one of which has ended. */
async function serve(): Promise<TestDaemon> {
  const test = await startTestDaemon();
  const methods = sessionMethods(() => test.daemon.desk);
  socket = await startControlSocket({
    dataDir: folder,
    methods,
    onError: (error) => expect(error).toBeNull(),
  });
  await test.talks(`hello ${SECRET}`, 'Hello.');
  await test.talks('hi', 'Hi.', { chatId: 8, threadId: null });
  await test.sessions.end({ chatId: 8, threadId: null }, test.now());
  await test.talks('again', 'Again.', { chatId: 8, threadId: 5 });
  return test;
}

describe('with a daemon', () => {
  it('lists the sessions that have not ended, or those that are asked for', async () => {
    const test = await serve();
    const { id } = await test.current();
    const listed = await hibernaut('sessions');
    expect(listed).toMatchObject({ code: 0, err: '' });
    expect(listed.out.trim().split('\n')).toHaveLength(3);
    expect(listed.out).toMatch(new RegExp(`^${id} +\\S+ +idle +idle `, 'm'));
    const ids = async (...args: string[]) => {
      const { out } = await hibernaut('sessions', '--json', ...args);
      return (JSON.parse(out) as { sessions: { id: string; state: string; residentBytes: null }[] }).sessions;
    };
    expect(await ids('--chat', '7')).toMatchObject([
      { id, state: 'idle', claudeSessionId: expect.any(String) as string },
    ]);
    expect((await ids('--all')).map(({ state }) => state).sort()).toEqual(['idle', 'idle', 'terminated']);
    expect(await ids('--state', 'terminated')).toHaveLength(1);
    expect((await hibernaut('sessions', '--state', 'active')).out).toBe('No session is like that.\n');
  });

  it('shows one session, by the beginning of its id, without a word of what was said', async () => {
    const test = await serve();
    const { id, workspace } = await test.current();
    test.claude.started[0]?.exits({ code: 1, signal: null });
    await test.writes(`more ${SECRET}`);
    const shown = await hibernaut('session', id.slice(0, 6));
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toMatch(new RegExp(`^Session: +${id}, `));
    expect(shown.out).toContain(workspace);
    expect(shown.out).toMatch(/Waiting: +1 (waiting|delivered)/);
    const { out } = await hibernaut('session', id, '--json');
    expect(JSON.parse(out)).toMatchObject({ session: { id, chatId: 7, state: 'active' } });
    expect(shown.out + out).not.toContain(SECRET);
  });

  it('asks which one is meant: exit code 1', async () => {
    await serve();
    expect(await hibernaut('session')).toMatchObject({ code: 1, out: '' });
    expect((await hibernaut('session')).err).toContain('There are 2 sessions. Say which');
    expect((await hibernaut('session', 'nope')).err).toContain('There is no session "nope"');
  });

  it.each([
    ['sessions', '--state', 'sleeping'],
    ['sessions', '--chat', 'me'],
  ])('refuses %s %s %s', async (...args) => {
    expect((await hibernaut(...args)).code).toBeGreaterThan(0);
  });
});

describe('without a daemon', () => {
  beforeEach(async () => {
    const store = await openLowdbStore({ dataDir: folder });
    const record = aRecord({ epoch: store.epoch, id: 'left', state: 'idle', process: PROCESS });
    await store.saveSession({ ...record, inbox: [aMessage('u1', { text: SECRET })] });
    await store.saveSession({
      ...record,
      id: 'named',
      name: SECRET,
      namedBy: 'conversation',
      workspace: '/plot',
    });
    await store.close();
  });

  it('shows what the last one left, and says so', async () => {
    const listed = await hibernaut('sessions');
    expect(listed.code).toBe(0);
    expect(listed.err).toContain(`No daemon runs on ${folder}`);
    expect(listed.out).toMatch(/^left +work +idle +- /m);
    expect(listed.out).toMatch(/^named +plot /m);
    const one = await hibernaut('session', 'left');
    expect(one.err).toContain('No daemon runs');
    expect(one.out).toMatch(/Process: +none/);
    expect(one.out).toMatch(new RegExp('Waiting: +1 waiting; the oldest for 0 s'));
    expect(listed.out + one.out).not.toContain(SECRET);
  });

  it('tells programs where it comes from', async () => {
    const { out, err } = await hibernaut('sessions', '--json');
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({ from: 'records', sessions: [{ pid: null }, { pid: null }] });
    expect(out).not.toContain(SECRET);
  });

  it('lists thousands within seconds', { timeout: 60_000 }, async () => {
    const pathOf = (id: string) => join(folder, 'sessions', `${id}.json`);
    const left = JSON.parse(await readFile(pathOf('left'), 'utf8')) as SessionRecord;
    const ids = Array.from({ length: 2_000 }, (_, number) => `many${String(number)}`);
    for (const id of ids) await writeFile(pathOf(id), JSON.stringify({ ...left, id }));
    const startedAt = performance.now();
    const { out } = await hibernaut('sessions');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(out.trim().split('\n')).toHaveLength(2_003);
  });
});
