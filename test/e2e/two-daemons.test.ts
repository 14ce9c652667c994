/** Two daemons with folders of their own on one token: neither crashes nor runs hot, both say so, and people are answered. */
import { expect, it, onTestFinished } from 'vitest';
import { ANNA, startProgram } from '../helpers/program.ts';

it('share a token: shown in status, told once in the chat, and a message is answered by one of them', async () => {
  const first = await startProgram();
  onTestFinished(() => first.close());
  await first.ask('hello', /You said: hello/);
  const second = await startProgram({
    TELEGRAM_API_ROOT: first.telegram.url,
    TELEGRAM_BOT_TOKEN: first.telegram.token,
  });
  onTestFinished(() => second.close());
  await expect
    .poll(async () => (await first.status()).daemon.telegram.conflict?.count, { timeout: 30_000 })
    .toBe(1);
  await first.telegram.waitForMessage(
    ANNA,
    ({ text }) => /^Another program fetches/.test(text ?? ''),
    20_000,
  );
  const calls = first.telegram.calls.filter(({ method }) => method === 'getUpdates').length;
  await first.ask('anyone there?', /You said: anyone there\?/);
  expect(first.telegram.calls.filter(({ method }) => method === 'getUpdates').length - calls).toBeLessThan(
    20,
  );
  expect(await second.stop()).toBe(0);
  expect(await first.stop()).toBe(0);
});
