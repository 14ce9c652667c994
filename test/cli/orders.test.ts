/** `hibernaut suspend`, `wake`, `stop`, `end` and `timeout`: one sentence, and the exit code that a script needs. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { orderText } from '../../src/cli/order-text.ts';
import { sessionMethods } from '../../src/cli/daemon/session-methods.ts';
import { startControlSocket, type ControlSocket } from '../../src/control/socket.ts';
import { aCliHost } from '../helpers/cli-host.ts';
import { aView } from '../helpers/steerable-sessions.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { startTestDaemon } from '../helpers/test-daemon.ts';

let folder: string;
let socket: ControlSocket | null = null;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await socket?.close();
  socket = null;
});

async function hibernaut(...args: string[]) {
  const host = aCliHost({ HIBERNAUT_DATA_DIR: folder, HIBERNAUT_WORKSPACE: folder });
  const code = await runCli(args, host);
  return { code, out: host.written(), err: host.complained() };
}

async function serve() {
  const test = await startTestDaemon();
  const methods = sessionMethods(() => test.daemon.desk);
  socket = await startControlSocket({
    dataDir: folder,
    methods,
    onError: (error) => expect(error).toBeNull(),
  });
  await test.talks('hello', 'Hello.');
  return { test, id: (await test.current()).id };
}

it('does what it is told, says so in a sentence, and is content if it was so before', async () => {
  const { test, id } = await serve();
  expect(await hibernaut('suspend')).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      new RegExp(`\\(${id}\\) is suspended\\. Its conversation is kept\\.\n$`),
    ) as string,
  });
  expect(await hibernaut('suspend')).toMatchObject({
    code: 0,
    out: expect.stringContaining('already') as string,
  });
  expect((await hibernaut('wake', id.slice(0, 5))).out).toMatch(/is awake, pid \d+\.\n$/);
  expect((await hibernaut('stop')).out).toContain('is idle, so there is nothing to interrupt');
  expect((await hibernaut('timeout', id, '36h')).out).toMatch(
    /after 1 d 12 h of being idle\. 1 d 12 h are left\.\n$/,
  );
  expect((await hibernaut('timeout', id)).out).toContain('1 d 12 h');
  expect((await hibernaut('timeout', id, 'off')).out).toContain('never suspended');
  const { out } = await hibernaut('end', id, '--json');
  expect(JSON.parse(out)).toMatchObject({ outcome: 'done', after: { state: 'terminated' } });
  expect(test.claude.latest.hasExited).toBe(true);
});

it('says why it can not be done: exit code 1', async () => {
  const { id } = await serve();
  expect(await hibernaut('end', 'nope')).toMatchObject({ code: 1, out: '' });
  await hibernaut('end', id);
  expect(await hibernaut('wake', id)).toMatchObject({
    code: 1,
    err: expect.stringContaining('has ended') as string,
  });
  expect(await hibernaut('timeout', id, '1h')).toMatchObject({
    code: 1,
    err: expect.stringContaining('has ended') as string,
  });
  expect(await hibernaut('timeout', id, 'soon')).toMatchObject({
    code: 1,
    err: expect.stringContaining('"soon" is no duration') as string,
  });
});

it('ends no session that is not named', async () => {
  await serve();
  expect((await hibernaut('end')).code).not.toBe(0);
});

describe.each(['suspend', 'wake', 'stop', 'end x', 'timeout x', 'timeout x 1h'])('%s', (command) => {
  it('needs a daemon, and says how to start one: exit code 1', async () => {
    const { code, out, err } = await hibernaut(...command.split(' '));
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`No Hibernaut runs on ${folder}. Start it with "hibernaut start".`);
  });
});

it.each([
  ['suspend', 'work (s1) is suspended; its process had 212 MB. Its conversation is kept.'],
  ['end', 'work (s1) has ended; its process had 212 MB. Its chat was told.'],
] as const)('%s tells how much memory is free again', (order, sentence) => {
  const view = aView();
  const obeyed = { outcome: 'done' as const, before: view, after: view, freedBytes: 212_000_000 };
  expect(orderText(order, obeyed)).toBe(sentence);
});

it('tells what became of a session that did not wake', () => {
  const after = aView({ lastEnd: { reason: 'failed', code: 1, signal: null, at: 0 } });
  const text = orderText('wake', { outcome: 'failed', before: after, after, freedBytes: null });
  expect(text).toBe(
    'work (s1) did not wake: Claude said why it could not work, in the chat. "hibernaut session s1" shows it.',
  );
});
