import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api } from 'grammy';
import { describe, expect, it } from 'vitest';
import { failureOf, isTokenRefused, logFields } from '../../src/telegram/api-failure.ts';

const TOKEN = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** What the real client throws when the other side does this. */
async function errorFrom(listener: RequestListener): Promise<unknown> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await errorAt((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function errorAt(port: number): Promise<unknown> {
  const api = new Api(TOKEN, { apiRoot: `http://127.0.0.1:${port}`, timeoutSeconds: 1 });
  return api.sendMessage(7, 'a secret').then(
    () => null,
    (error: unknown) => error,
  );
}

const saying = (error_code: number, description: string, parameters?: object): RequestListener => {
  return (_, response) => response.end(JSON.stringify({ ok: false, error_code, description, parameters }));
};

describe('a failed call', () => {
  it('is a pause that Telegram wants', async () => {
    const error = await errorFrom(saying(429, 'Too Many Requests: retry after 7', { retry_after: 7 }));
    expect(failureOf(error)).toMatchObject({ kind: 'tooManyRequests', retryAfterMs: 7_000 });
  });

  it('is a pause of 5 s if Telegram does not say how long', async () => {
    const error = await errorFrom(saying(429, 'Too Many Requests'));
    expect(failureOf(error)).toMatchObject({ kind: 'tooManyRequests', retryAfterMs: 5_000 });
  });

  it('is a refusal, with the id of the supergroup that a group became', async () => {
    const error = await errorFrom(
      saying(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -1005 }),
    );
    expect(failureOf(error)).toMatchObject({ kind: 'refused', code: 400, migratedTo: -1005 });
  });

  it('is a failure of the server', async () => {
    expect(failureOf(await errorFrom(saying(502, 'Bad Gateway')))).toMatchObject({ kind: 'serverError' });
  });

  it('did not reach Telegram when nobody listens', async () => {
    expect(failureOf(await errorAt(1))).toEqual({
      kind: 'notSent',
      description: "Network request for 'sendMessage' failed (ECONNREFUSED).",
    });
  });

  it.each<[string, RequestListener]>([
    ['the connection ends', (request) => request.socket.destroy()],
    ['there is no answer', () => {}],
    ['the answer is no JSON', (_, response) => response.end('<html>502</html>')],
  ])('may have been done when %s', async (_, listener) => {
    expect(failureOf(await errorFrom(listener))).toMatchObject({ kind: 'unknownOutcome' });
  });

  it('tells nothing of token, text or link in what is logged', async () => {
    const errors = [
      await errorFrom((request) => request.socket.destroy()),
      await errorFrom(saying(400, "Bad Request: entity URL 'a secret' is invalid: Wrong HTTP URL")),
      await errorAt(1),
    ];
    for (const error of errors) {
      const told = JSON.stringify([failureOf(error), logFields(error)]);
      expect(told).not.toMatch(/AAAA|secret/);
    }
  });

  it('is no failure of Telegram at all when it is a bug of ours', () => {
    const bug = new TypeError('x is undefined');
    expect(() => failureOf(bug)).toThrow(bug);
  });

  it('refuses the token with 401, or 404 if it has no shape', async () => {
    expect(isTokenRefused(await errorFrom(saying(401, 'Unauthorized')))).toBe(true);
    expect(isTokenRefused(await errorFrom(saying(404, 'Not Found')))).toBe(true);
    expect(isTokenRefused(await errorFrom(saying(409, 'Conflict')))).toBe(false);
  });
});
