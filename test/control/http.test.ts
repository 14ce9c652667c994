/** Health over real HTTP on loopback. */
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterEach, expect, it } from 'vitest';
import { healthAnswer, readyAnswer, type HealthFacts } from '../../src/control/health.ts';
import { startHttp, type Http } from '../../src/control/http.ts';

const HEALTHY: HealthFacts = {
  daemon: 'serving',
  polling: 'polling',
  lastPollAt: 1,
  lastError: null,
  conflict: null,
};

const open: Http[] = [];
afterEach(async () => {
  for (const http of open.splice(0)) await http.close();
});

async function start(facts: () => HealthFacts, port = 0): Promise<Http> {
  const http = await startHttp({
    host: '127.0.0.1',
    port,
    routes: { '/healthz': () => healthAnswer(facts()) },
  });
  open.push(http);
  return http;
}

/** fetch sets the Host header itself. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject).end();
  });
}

it('is unavailable until updates are received, and says why', async () => {
  let facts: HealthFacts = {
    daemon: 'starting',
    polling: 'starting',
    lastPollAt: null,
    lastError: null,
    conflict: null,
  };
  const { url } = await start(() => facts);

  const before = await fetch(`${url}/healthz`);
  expect(before.status).toBe(503);
  expect(await before.json()).toMatchObject({ status: 'unavailable', problem: 'Hibernaut is starting.' });

  facts = HEALTHY;
  const after = await fetch(`${url}/healthz`);
  expect(after.status).toBe(200);
  expect(await after.json()).toEqual({ status: 'ok', ...HEALTHY });
});

it.each([
  [{ polling: 'backingOff', lastError: 'connect ECONNREFUSED' }, 'Telegram can not be reached'],
  [{ polling: 'displaced' }, 'Another program polls with the same token'],
  [{ polling: 'starting' }, 'Telegram has not answered yet'],
  [{ polling: 'stopped' }, 'No updates are fetched'],
  [{ daemon: 'draining' }, 'Hibernaut is stopping'],
  [{ daemon: 'stopped' }, 'Hibernaut has stopped'],
  [{ daemon: 'confused' }, 'Hibernaut is confused'],
])('is unavailable for %o', (change, problem) => {
  const { status, body } = healthAnswer({ ...HEALTHY, ...change });
  expect(status).toBe(503);
  expect(body).toMatchObject({ ...change, problem: expect.stringContaining(problem) as string });
});

it('answers with text where the route does, and with 500 where it fails, which is told', async () => {
  const told: unknown[] = [];
  const http = await startHttp({
    host: '127.0.0.1',
    port: 0,
    routes: {
      '/text': () =>
        Promise.resolve({ status: 200, text: 'a 1\n', contentType: 'text/plain; version=0.0.4' }),
      '/fails': () => Promise.reject(new Error('bug')),
    },
    onError: (error, path) => told.push([String(error), path]),
  });
  open.push(http);
  const text = await fetch(`${http.url}/text`);
  expect([await text.text(), text.headers.get('content-type')]).toEqual([
    'a 1\n',
    'text/plain; version=0.0.4',
  ]);
  expect((await fetch(`${http.url}/fails?secret`)).status).toBe(500);
  expect(told).toEqual([['Error: bug', '/fails']]);
});

it.each([
  [{}, 200, undefined],
  [{ daemon: 'starting' }, 503, 'Hibernaut is starting.'],
  [{ isRestored: false }, 503, 'Sessions are being restored.'],
  [{ lastPollAt: null }, 503, 'Telegram has not answered yet.'],
  [{ daemon: 'draining' }, 503, 'Hibernaut is stopping.'],
])('is ready for %o with %i', (change, status, problem) => {
  const answer = readyAnswer({ daemon: 'serving', isRestored: true, lastPollAt: 1, ...change });
  expect(answer).toMatchObject({ status, body: { ...(problem && { problem }) } });
});

it('answers 404 for anything else and 405 for anything but a look', async () => {
  const { url } = await start(() => HEALTHY);
  for (const path of ['', '/metrics', '/healthz/x', '/toString', '/__proto__', '//evil.example/healthz']) {
    expect((await fetch(url + path)).status).toBe(404);
  }
  expect((await fetch(`${url}/healthz?verbose`)).status).toBe(200);
  expect((await fetch(`${url}/healthz`, { method: 'HEAD' })).status).toBe(200);
  expect((await fetch(`${url}/healthz`, { method: 'POST', body: 'x' })).status).toBe(405);
});

it('answers only to the names of loopback', async () => {
  const { url } = await start(() => HEALTHY);
  const { port } = new URL(url);
  expect(await statusFor(`${url}/healthz`, `localhost:${port}`)).toBe(200);
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1', 'localhost']) {
    expect(await statusFor(`${url}/healthz`, host)).toBe(403);
  }
});

it('is not reachable from the network', async () => {
  const { url } = await start(() => HEALTHY);
  const outside = Object.values(networkInterfaces())
    .flat()
    .filter((address) => address && !address.internal && address.family === 'IPv4')
    .map((address) => address?.address);
  for (const address of outside) {
    await expect(fetch(`http://${address}:${new URL(url).port}/healthz`)).rejects.toThrow();
  }
});

it('says what to do when the port is taken', async () => {
  const { url } = await start(() => HEALTHY);
  const second = start(() => HEALTHY, Number(new URL(url).port));
  await expect(second).rejects.toMatchObject({ name: 'AddressError' });
  await expect(second).rejects.toThrow(
    /Cannot listen on 127\.0\.0\.1:\d+: another program does\. Set HIBERNAUT_HTTP .*off/,
  );
});

it('frees its port when it closes, whatever connections are open', async () => {
  const first = await start(() => HEALTHY);
  // fetch keeps its connection alive.
  await (await fetch(`${first.url}/healthz`)).text();
  await open.pop()?.close();
  await start(() => HEALTHY, Number(new URL(first.url).port));
});
