/** Whatever is sent to the chat page: without the printed address nothing happens, with it nothing breaks. */
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import { startPage } from '../../src/sandbox/page-server.ts';
import { bytesOf, rawRequest, statusOf } from '../helpers/arbitraries/http-requests.ts';
import { hostileJson } from '../helpers/arbitraries/json.ts';
import { HOSTILE_RUNS, HOSTILE_TIMEOUT_MS } from '../helpers/arbitraries/runs.ts';

async function openPage() {
  const telegram = await startEmulator();
  const page = await startPage({ telegram, isScripted: true });
  onTestFinished(async () => {
    await page.close();
    await telegram.close();
  });
  const cookie = (await fetch(page.address)).headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  return { telegram, cookie, address: new URL(page.address) };
}

const PATHS = [
  '/',
  '/page.js',
  '/changes',
  '/actions/send',
  '/actions/toString',
  '/actions/__proto__',
  '/?token=x',
];

it('lets nobody in without the printed address', { timeout: HOSTILE_TIMEOUT_MS }, async () => {
  const { telegram, address } = await openPage();
  await fc.assert(
    fc.asyncProperty(rawRequest(PATHS, address.host), async (request) => {
      const status = await statusOf(Number(address.port), bytesOf(request));
      expect(status === null || (status >= 400 && status < 500)).toBe(true);
    }),
    { numRuns: HOSTILE_RUNS / 5 },
  );
  expect(telegram.chats()).toEqual([]);
  expect((await fetch(address)).status).toBe(200);
});

it(
  'answers who is let in with what is there, or says what is wrong',
  { timeout: HOSTILE_TIMEOUT_MS },
  async () => {
    const { cookie, address } = await openPage();
    const actions = fc.constantFrom('send', 'press', 'edit', 'toString', '__proto__', 'constructor', 'x');
    await fc.assert(
      fc.asyncProperty(actions, hostileJson, async (action, json) => {
        const response = await fetch(`${address.origin}/actions/${action}`, {
          method: 'POST',
          headers: { cookie, origin: address.origin, 'content-type': 'application/json' },
          body: JSON.stringify(json),
        });
        await response.text();
        expect([400, 404]).toContain(response.status);
      }),
      { numRuns: HOSTILE_RUNS / 10 },
    );
  },
);
