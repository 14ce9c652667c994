/** Datagrams to a real socket. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openNotifySocket } from '../../src/service/notify-socket.ts';
import { receiveNotifications } from '../helpers/notify-socket.ts';
import { until } from '../helpers/until.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hibernaut-notify-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['a path', () => join(folder, 'notify')],
  ['an abstract name', () => `@hibernaut-test/${String(process.pid)}`],
])('sends lines as one message to %s', async (_, address) => {
  await using receiver = await receiveNotifications(address());
  const socket = await openNotifySocket(address());
  expect(socket.send(['READY=1', 'STATUS=Größer als 1.'])).toBeNull();
  await until(
    'a message',
    () => receiver.messages,
    (messages) => messages.length > 0,
  );
  expect(receiver.messages).toEqual([['READY=1', 'STATUS=Größer als 1.']]);
  socket.close();
});

it('names the error if nobody listens, and works once somebody does', async () => {
  const address = join(folder, 'late');
  const socket = await openNotifySocket(address);
  expect(socket.send(['READY=1'])).toBe('ENOENT');
  await using receiver = await receiveNotifications(address);
  expect(socket.send(['READY=1'])).toBeNull();
  await until(
    'a message',
    () => receiver.messages,
    (messages) => messages.length > 0,
  );
  socket.close();
});

it('never waits for a receiver that takes nothing any more', async () => {
  const address = join(folder, 'full');
  await using receiver = await receiveNotifications(address);
  const socket = await openNotifySocket(address);
  // Faster than anybody reads: the queue of a datagram socket is short.
  const results = Array.from({ length: 2_000 }, () => socket.send(['WATCHDOG=1']));
  expect(new Set(results)).toEqual(new Set([null, 'EAGAIN']));
  expect(receiver.messages.length).toBeLessThan(2_000);
  socket.close();
});

it.each(['', 'relative/path', 'vsock:2:1234', `/${'x'.repeat(108)}`])(
  'refuses what is no address: %j',
  async (address) => {
    await expect(openNotifySocket(address)).rejects.toThrow('is no unix socket');
  },
);
