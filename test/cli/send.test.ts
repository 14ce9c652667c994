/** `hibernaut send`: into the inbox, once, shown in the chat, and answered there and here. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { sessionMethods } from '../../src/cli/daemon/session-methods.ts';
import type { ControlMethod } from '../../src/control/protocol.ts';
import { startControlSocket, type ControlSocket } from '../../src/control/socket.ts';
import { aCliHost } from '../helpers/cli-host.ts';
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

function hibernaut(args: string[], input = '') {
  const host = aCliHost({ HIBERNAUT_DATA_DIR: folder, HIBERNAUT_WORKSPACE: folder }, input);
  const done = runCli(args, host).then((code) => ({ code, out: host.written(), err: host.complained() }));
  return { host, done };
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

it('puts a message into the session, durably, and shows it in the chat before its answer', async () => {
  const { test, id } = await serve();
  const { code, out } = await hibernaut(['send', id, 'run the tests']).done;
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringContaining('Its chat shows it') as string,
  });
  expect(test.stored(id).inbox).toMatchObject([{ text: 'run the tests' }]);
  await test.prompted(2);
  expect(test.claude.latest.prompts.at(-1)?.text).toBe('run the tests');
  test.claude.latest.answers('All green.');
  await expect.poll(() => test.telegram.told()).toContain('All green.');
  expect(test.telegram.notices()).toEqual([{ type: 'saidOnHost', text: 'run the tests' }]);
  expect(test.telegram.told().indexOf('saidOnHost')).toBeLessThan(test.telegram.told().indexOf('All green.'));
});

it('wakes a suspended session, waits for the answer, and prints nothing else', async () => {
  const { test, id } = await serve();
  await test.daemon.desk.order(id, 'suspend');
  const { done } = hibernaut(['send', id.slice(0, 6), '--wait', '-'], 'what is\nthis?\n');
  await expect.poll(() => test.claude.latest.prompts.at(-1)?.text).toBe('what is\nthis?');
  test.claude.latest.answers('A \u001b[31mtest.\nSecond\tline.');
  expect(await done).toMatchObject({ code: 0, out: 'A ?[31mtest.\nSecond\tline.\n' });
});

it('sends it once, however often it is sent under one id', async () => {
  const { test, id } = await serve();
  const again = ['send', id, '--id', 'mine', '--json', 'do it'];
  await hibernaut(again).done;
  await test.prompted(2);
  await hibernaut(again).done;
  test.claude.latest.answers('Done.');
  await expect.poll(() => test.telegram.told()).toContain('Done.');
  const { code, out } = await hibernaut([...again, '--wait']).done;
  expect(code).toBe(0);
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type),
  ).toEqual(['taken', 'earlier']);
  expect(test.claude.latest.prompts).toHaveLength(2);
  expect(test.telegram.notices()).toHaveLength(1);
});

it('says that it was not answered: exit code 1', async () => {
  const { test, id } = await serve();
  const { done } = hibernaut(['send', id, '--wait', 'too much']);
  await test.prompted(2);
  void test.daemon.desk.order(id, 'stop');
  await expect.poll(() => test.claude.latest.received.at(-1)?.type).toBe('claude.interrupt');
  test.claude.latest.says({ type: 'claude.turnEnded' });
  expect(await done).toMatchObject({
    code: 1,
    err: expect.stringContaining('not answered (interrupted)') as string,
  });
});

it('stops to wait on Ctrl+C, and leaves the turn as it is', async () => {
  const { test, id } = await serve();
  const { host, done } = hibernaut(['send', id, '--wait', 'long work']);
  await test.prompted(2);
  host.process.emit('SIGINT');
  expect((await done).code).toBe(0);
  expect(await test.phase(id)).toBe('live.active.working');
});

it('is refused for a session that has ended, without words, and when too much waits: exit code 1', async () => {
  const { test, id } = await serve();
  expect((await hibernaut(['send', id, ' ']).done).err).toContain('nothing to send');
  expect((await hibernaut(['send', id, 'x'.repeat(16_001)]).done).code).toBe(1);
  for (let count = 0; count < 100; count++) await test.writes(`message ${String(count)}`);
  const full = [
    await hibernaut(['send', id, 'one more']).done,
    await hibernaut(['send', id, 'and more']).done,
  ];
  for (const { code, err } of full)
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/100/) as string });
  await test.daemon.desk.order(id, 'end');
  expect((await hibernaut(['send', id, 'hello']).done).err).toContain('has ended');
});

it('says with which command it is sent again, once, if the daemon fails though it has taken it', async () => {
  const { test, id } = await serve();
  await socket?.close();
  const failing: ControlMethod = async (params) => {
    const { requestId, text } = params as { requestId: string; text: string };
    await test.daemon.desk.send(id, requestId, text);
    throw new Error('No space.');
  };
  const methods = { 'session.send': failing };
  socket = await startControlSocket({ dataDir: folder, methods, onError: () => undefined });
  const { code, err } = await hibernaut(['send', id, 'my words']).done;
  expect(code).toBe(1);
  expect(err).not.toContain('my words');
  const [, requestId = ''] = /^ {2}hibernaut send \S+ --id (\S+) 'the same text'$/m.exec(err) ?? [];
  expect(requestId).not.toBe('');
  await socket.close();
  socket = await startControlSocket({
    dataDir: folder,
    methods: sessionMethods(() => test.daemon.desk),
    onError: (error) => expect(error).toBeNull(),
  });
  expect((await hibernaut(['send', id, '--id', requestId, 'my words']).done).code).toBe(0);
  expect(test.stored(id).inbox).toMatchObject([{ text: 'my words' }]);
});

it('says so of its own id, too, if the daemon is gone before it answers', async () => {
  const heard = Promise.withResolvers<void>();
  const silent: ControlMethod = () => {
    heard.resolve();
    return new Promise(() => undefined);
  };
  const methods = { 'session.send': silent };
  socket = await startControlSocket({ dataDir: folder, methods, onError: () => undefined });
  const { done } = hibernaut(['send', 'my session', '--wait', '--id', 'mine', '-'], 'my words');
  await heard.promise;
  await socket.close();
  socket = null;
  expect((await done).err).toMatch(
    /hung up.*not known.*\n {2}hibernaut send 'my session' --id mine --wait -\n$/,
  );
});
