/** The control socket between real processes' ends: answers, refusals, and callers that mean no good. */
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { callControl, streamControl } from '../../src/control/call.ts';
import { ControlError, type ControlMethod } from '../../src/control/protocol.ts';
import { startControlSocket, type ControlSocket } from '../../src/control/socket.ts';
import { heapInUse } from '../helpers/heap.ts';
import { until } from '../helpers/until.ts';

let folder: string;
let dataDir: string;
const open: ControlSocket[] = [];
const errors: unknown[] = [];
/** Streams that have ended, and what they made. */
let ended = 0;
let made = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hibernaut-socket-'));
  dataDir = join(folder, 'data');
  await mkdir(dataDir);
});

afterEach(async () => {
  for (const socket of open.splice(0)) await socket.close();
  errors.length = 0;
  ended = 0;
  made = 0;
  await rm(folder, { recursive: true, force: true });
});

const METHODS: Record<string, ControlMethod> = {
  echo: (params) => Promise.resolve({ params }),
  refuse: () => Promise.reject(new ControlError('Not today.')),
  fail: () => Promise.reject(new Error('a secret detail')),
  big: () => Promise.resolve('x'.repeat(5_000_000)),
  never: () => new Promise(() => {}),
  slow: () => new Promise((resolve) => setTimeout(() => resolve('at last'), 300)),
  count: async function* (upTo) {
    for (let count = 1; count <= Number(upTo); count++) yield await Promise.resolve(count);
  },
  endless: async function* (_, signal) {
    try {
      for (let count = 1; !signal.aborted; count++) {
        yield count;
        await nextTurn();
      }
    } finally {
      ended += 1;
    }
  },
  bigs: async function* (_, signal) {
    try {
      for (; !signal.aborted; made++) yield await Promise.resolve('x'.repeat(5_000_000));
    } finally {
      ended += 1;
    }
  },
};

async function start(idleMs = 30_000): Promise<ControlSocket> {
  const onError = (error: unknown) => errors.push(error);
  const socket = await startControlSocket({ dataDir, methods: METHODS, onError, idleMs });
  open.push(socket);
  return socket;
}

/** Sends the bytes as they are, closes its side, and resolves with all that came back. */
async function sendRaw(path: string, bytes: string | Uint8Array): Promise<string> {
  const socket = connect({ path, allowHalfOpen: true });
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  // The daemon may hang up before it has read everything.
  socket.on('error', () => {});
  socket.end(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

it('answers a call with what the method resolved with', async () => {
  await start();
  expect(await callControl(dataDir, 'echo', { a: ['ü', null] })).toEqual({ params: { a: ['ü', null] } });
});

it('carries answers of megabytes', async () => {
  await start();
  expect(await callControl(dataDir, 'big')).toHaveLength(5_000_000);
});

it('answers the requests of one connection in their order', async () => {
  const { path } = await start();
  const lines = [1, 2, 3].map((params) => JSON.stringify({ v: 1, method: 'echo', params }));
  const answers = (await sendRaw(path, lines.join('\n'))).trim().split('\n');
  expect(answers.map((line) => JSON.parse(line) as unknown)).toEqual(
    [1, 2, 3].map((params) => ({ ok: true, result: { params } })),
  );
});

it('hands a refusal on to the caller, and keeps an inner error to the daemon', async () => {
  await start();
  await expect(callControl(dataDir, 'refuse')).rejects.toThrow('Not today.');
  expect(errors).toEqual([]);

  const failure = callControl(dataDir, 'fail');
  await expect(failure).rejects.toThrow('The daemon failed to do fail.');
  await expect(failure).rejects.not.toThrow('a secret detail');
  expect(errors).toMatchObject([{ message: 'a secret detail' }]);
});

it.each([
  ['what is no JSON', 'hello\n', 'Not a request'],
  ['an empty line', '\n', 'Not a request'],
  ['another version', '{"v":2,"method":"echo"}\n', 'version 1'],
  ['a missing method name', '{"v":1}\n', 'Not a request'],
  ['an unknown method', '{"v":1,"method":"nope"}\n', 'There is no method \\"nope\\"'],
  ['a name that every object has', '{"v":1,"method":"toString"}\n', 'There is no method'],
  ['a name from the prototype', '{"v":1,"method":"__proto__"}\n', 'There is no method'],
])('refuses %s', async (_, line, sentence) => {
  const { path } = await start();
  const answer = await sendRaw(path, line);
  expect(answer).toContain('"ok":false');
  expect(answer).toContain(sentence);
});

it('refuses a line without an end once it is too long, and hangs up', async () => {
  const { path } = await start();
  expect(await sendRaw(path, 'x'.repeat(70_000))).toContain('at most 65536 bytes');
  expect(await callControl(dataDir, 'echo')).toEqual({});
});

it('answers an honest caller at once, however many others hold connections open', async () => {
  const { path } = await start();
  const slow = Array.from({ length: 200 }, () => connect(path).on('error', () => {}));
  await Promise.all(slow.map((socket) => once(socket, 'connect')));
  for (const socket of slow) socket.write('{"v":1,');
  const drip = setInterval(() => slow.forEach((socket) => socket.writable && socket.write(' ')), 5);
  try {
    expect(await callControl(dataDir, 'echo', 1, 5_000)).toEqual({ params: 1 });
  } finally {
    clearInterval(drip);
    for (const socket of slow) socket.destroy();
  }
});

it('keeps no more of what it is sent than one request from each caller may have', async () => {
  const { path } = await start();
  const before = heapInUse() + process.memoryUsage().arrayBuffers;
  const megabyte = Buffer.alloc(1_000_000, 'x');
  await Promise.all(Array.from({ length: 100 }, () => sendRaw(path, megabyte)));
  expect(heapInUse() + process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  expect(await callControl(dataDir, 'echo', 1)).toEqual({ params: 1 });
});

it.runIf(process.getuid?.() === 0)('can be reached by no other user of the machine', async () => {
  const { path } = await start();
  await chmod(folder, 0o755);
  await chmod(dataDir, 0o755);
  const knock = `require('net').connect(process.argv[1]).on('error', (e) => console.log(e.code)).on('connect', () => console.log('in'))`;
  const as = (uid: number) =>
    execa(process.execPath, ['-e', knock, path], { uid, cwd: '/', timeout: 20_000 });
  expect((await as(65_534)).stdout).toBe('EACCES');
});

it('outlives a caller that hangs up before its answer', async () => {
  const { path } = await start();
  for (let i = 0; i < 20; i++) {
    const socket = connect(path);
    await once(socket, 'connect');
    socket.write('{"v":1,"method":"big"}\n'.repeat(5));
    socket.destroy();
  }
  expect(await callControl(dataDir, 'echo', 1)).toEqual({ params: 1 });
});

it('cuts off a caller that says nothing, or does not read', async () => {
  const { path } = await start(50);
  const deaf = connect(path).pause();
  deaf.write('{"v":1,"method":"big"}\n'.repeat(100));

  // The first one's time began after the deaf one's; the others give that a second and a third look.
  for (let i = 0; i < 3; i++) await once(connect(path).resume(), 'close');

  let got = 0;
  deaf.on('data', (bytes: Buffer) => (got += bytes.length));
  deaf.resume();
  await once(deaf, 'close');
  expect(got).toBeLessThan(5_000_000);
  expect(await callControl(dataDir, 'echo', 1)).toEqual({ params: 1 });
});

it('gives up on a daemon that does not answer', async () => {
  await start();
  await expect(callControl(dataDir, 'never', null, 50)).rejects.toThrow(/did not answer never within 0.05 s/);
});

it('says that no daemon runs, before one did and after one was killed', async () => {
  await expect(callControl(dataDir, 'echo')).rejects.toMatchObject({ name: 'NoDaemonError' });

  // What SIGKILL leaves: the socket's file, and nobody behind it.
  const path = join(dataDir, 'control.sock');
  const server = createServer().listen(path);
  await once(server, 'listening');
  await rename(path, `${path}.kept`);
  server.close();
  await rename(`${path}.kept`, path);
  await expect(callControl(dataDir, 'echo')).rejects.toMatchObject({ name: 'NoDaemonError' });

  await start();
  expect(await callControl(dataDir, 'echo', 1)).toEqual({ params: 1 });
});

it('is for this user only, and gone after close', async () => {
  const socket = await start();
  expect((await stat(socket.path)).mode & 0o777).toBe(0o600);
  await socket.close();
  expect(await readdir(dataDir)).toEqual([]);
});

it('cuts the open connections when it closes', async () => {
  const socket = await start();
  const caller = connect(socket.path).resume();
  await once(caller, 'connect');
  const hungUp = once(caller, 'close');
  await socket.close();
  await hungUp;
});

it('listens near the root when the data folder is too deep for a socket, and leaves nothing there', async () => {
  dataDir = join(folder, 'd'.repeat(120));
  await mkdir(dataDir);
  const first = await start();
  expect(Buffer.byteLength(first.path)).toBeLessThan(104);
  expect((await stat(dirname(first.path))).mode & 0o777).toBe(0o700);
  expect(await callControl(dataDir, 'echo', 1)).toEqual({ params: 1 });

  // A daemon that was killed left its socket; the next one takes it away.
  const second = await start();
  expect(second.path).not.toBe(first.path);
  await expect(stat(dirname(first.path))).rejects.toMatchObject({ code: 'ENOENT' });

  await second.close();
  await expect(stat(dirname(second.path))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readdir(dataDir)).toEqual([]);
});

it('replaces whatever is in the place of its socket', async () => {
  await writeFile(join(dataDir, 'control.sock'), '');
  await start();
  expect(await callControl(dataDir, 'echo', 1)).toEqual({ params: 1 });
});

it('hands a stream on as it comes, until its end', async () => {
  await start();
  const got: unknown[] = [];
  for await (const part of streamControl(dataDir, 'count', 3)) got.push(part);
  expect(got).toEqual([1, 2, 3]);
});

it('tells a stream that its caller has gone, and serves the next one', async () => {
  await start();
  const stop = new AbortController();
  for await (const part of streamControl(dataDir, 'endless', null, stop.signal)) {
    if (part === 3) stop.abort();
  }
  await until(
    'the stream to end',
    () => Promise.resolve(ended),
    (count) => count === 1,
  );
  expect(await callControl(dataDir, 'echo', 1)).toEqual({ params: 1 });
});

it('says that the daemon hung up when it stops in the middle of a stream', async () => {
  const socket = await start();
  const reading = (async () => {
    for await (const part of streamControl(dataDir, 'endless', null)) {
      if (part === 2) await socket.close();
    }
  })();
  await expect(reading).rejects.toThrow('hung up');
});

it('hands on why a stream is refused', async () => {
  await start();
  await expect(streamControl(dataDir, 'refuse', null).next()).rejects.toThrow('Not today.');
  await expect(streamControl(dataDir, 'nope', null).next()).rejects.toThrow('There is no method "nope"');
});

it('does not cut off a caller that waits for a slow method', async () => {
  const { path } = await start(50);
  const answer = sendRaw(path, '{"v":1,"method":"slow"}\n');
  expect(await answer).toContain('at last');
});

it('does not read a stream ahead of a caller that does not read it', async () => {
  const { path } = await start(200);
  const deaf = connect(path)
    .pause()
    .on('error', () => {});
  deaf.write('{"v":1,"method":"bigs"}\n');
  await until(
    'it to be cut off',
    () => Promise.resolve(ended),
    (count) => count === 1,
  );
  expect(made).toBeLessThan(5);
  deaf.destroy();
});
