/** Whatever is sent to the daemon's HTTP address: only a look at what is there, under its own name, is answered with it. */
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { startHttp } from '../../src/control/http.ts';
import { bytesOf, rawRequest, statusOf } from '../helpers/arbitraries/http-requests.ts';
import { HOSTILE_RUNS, HOSTILE_TIMEOUT_MS } from '../helpers/arbitraries/runs.ts';

it('refuses or cuts off all but honest looks, and goes on', { timeout: HOSTILE_TIMEOUT_MS }, async () => {
  const routes = { '/healthz': () => ({ status: 200, body: { status: 'ok' } }) };
  const http = await startHttp({ host: '127.0.0.1', port: 0, routes });
  onTestFinished(() => http.close());
  const { host, port } = new URL(http.url);
  const paths = [
    '/healthz',
    '/healthz',
    '/healthz?a',
    '/healthz/',
    '/HEALTHZ',
    '/__proto__',
    '/toString',
    '/',
  ];
  await fc.assert(
    fc.asyncProperty(rawRequest(paths, host), async (request) => {
      const isHonest = /^(GET|HEAD)$/.test(request.method) && /^\/healthz(\?a)?$/.test(request.target);
      const status = await statusOf(Number(port), bytesOf(request));
      if (status === 200) expect(isHonest && request.host === host).toBe(true);
      if (isHonest && request.host === host && request.rest === '') expect(status).toBe(200);
      expect(status ?? 0).toBeLessThan(500);
    }),
    { numRuns: HOSTILE_RUNS / 5 },
  );
  expect((await fetch(`${http.url}/healthz`)).status).toBe(200);
});
