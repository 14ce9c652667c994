/** What Telegram says of the bot when it is asked once: by the emulated Bot API, and by servers that misbehave. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import type { EmulatedTelegram } from '../../src/sandbox/ports.ts';
import { lookAtBot, removeWebhook, type LookOptions } from '../../src/telegram/diagnosis.ts';

let telegram: EmulatedTelegram;
beforeEach(async () => {
  telegram = await startEmulator({ hasTopicsInPrivateChats: true });
});
afterEach(() => telegram.close());

const options = (over: Partial<LookOptions> = {}): LookOptions => ({
  ...{ token: telegram.token, apiRoot: telegram.url, now: Date.now, timeoutMs: 10_000 },
  ...over,
});

it('who the bot is, and that nothing is in the way', async () => {
  expect(await lookAtBot(options())).toMatchObject({
    outcome: 'known',
    facts: {
      username: 'hibernaut_sandbox_bot',
      canJoinGroups: true,
      readsAllOfGroups: false,
      hasTopics: true,
      webhookHost: null,
      pendingUpdates: 0,
    },
  });
  expect(telegram.calls.map(({ method }) => method)).toEqual(['getMe', 'getWebhookInfo']);
});

it('a webhook by its host alone, which can be removed, and what waits is kept', async () => {
  telegram.sendText({ chatId: 101, text: 'kept' });
  await fetch(`${telegram.url}/bot${telegram.token}/setWebhook?url=https://example.com/secret`);
  const before = await lookAtBot(options());
  expect(before).toMatchObject({ facts: { webhookHost: 'example.com', pendingUpdates: 1 } });
  await removeWebhook(options());
  expect(await lookAtBot(options())).toMatchObject({ facts: { webhookHost: null, pendingUpdates: 1 } });
});

it.each([
  ['right', 0],
  ['an hour ahead', 3_600_000],
  ['an hour behind', -3_600_000],
])('how a clock is that is %s, to two seconds', async (_what, offMs) => {
  const look = await lookAtBot(options({ now: () => Date.now() + offMs }));
  if (look.outcome !== 'known') throw new Error(look.outcome);
  expect(Math.abs((look.facts.clockAheadMs ?? NaN) - offMs)).toBeLessThan(2_000);
});

it('that it does not know the token', async () => {
  expect(await lookAtBot(options({ token: '123456789:AAanotherTokenThatNobodyKnowsAtAllxx' }))).toEqual({
    outcome: 'tokenRefused',
  });
});

it('nothing, if nobody is there, in words without the token', async () => {
  await telegram.close();
  const look = await lookAtBot(options());
  expect(look).toMatchObject({
    outcome: 'unreachable',
    why: expect.stringContaining('ECONNREFUSED') as string,
  });
  expect(JSON.stringify(look)).not.toContain(telegram.token);
  await expect(removeWebhook(options())).rejects.toThrow(/could not be removed.*ECONNREFUSED/);
  telegram = await startEmulator();
});

it('nothing, from a server that never answers, within the time', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : null;
  try {
    const look = await lookAtBot(options({ apiRoot: `http://127.0.0.1:${String(port)}`, timeoutMs: 50 }));
    expect(look).toMatchObject({ outcome: 'unreachable' });
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
});
