/** What is told of each call of the Bot API, whichever client makes it and however it ends. */
import { expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import { createApis } from '../../src/telegram/api.ts';
import type { ApiCall } from '../../src/telegram/call-watch.ts';

it('is its method, its status, and how long it took: answered, refused, cut off, an upload too', async () => {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  emulator.openChat(7);
  const calls: ApiCall[] = [];
  const { poll, send, strangers } = createApis({
    token: emulator.token,
    apiRoot: emulator.url,
    onCall: (call) => calls.push(call),
  });
  await poll.getUpdates({ timeout: 0 });
  await send.sendMessage(7, 'secret');
  await strangers.getMe();
  emulator.fault({
    method: 'sendMessage',
    times: 1,
    error: { code: 429, description: 'Slow', retryAfter: 1 },
  });
  await expect(send.sendMessage(7, 'secret')).rejects.toThrow('429');
  emulator.fault({ method: 'sendMessage', times: 1, drop: 'before' });
  await expect(send.sendMessage(7, 'secret')).rejects.toThrow('Network');
  emulator.fault({ method: 'sendDocument', times: 1, error: { code: 413, description: 'Too large' } });
  await expect(send.sendDocument(7, 'https://127.0.0.1/secret')).rejects.toThrow('413');
  expect(calls.map(({ method, status }) => [method, status])).toEqual([
    ['getUpdates', 200],
    ['sendMessage', 200],
    ['getMe', 200],
    ['sendMessage', 429],
    ['sendMessage', null],
    ['sendDocument', 413],
  ]);
  expect(calls.every(({ durationMs }) => durationMs > 0)).toBe(true);
  expect(JSON.stringify(calls)).not.toContain('secret');
});
