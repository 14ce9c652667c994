/** The live page's server over real HTTP: whom it lets in, what it tells, what its buttons may do, and what a slow viewer costs. */
import { request, type IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HistoryEntry } from '../../../src/history-entry.ts';
import { anEntry, serve, type World } from './page-world.ts';
import { aView } from './views.ts';

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

interface Answer {
  status: number;
  text: string;
  headers: IncomingMessage['headers'];
}

/** Not `fetch`: it decides itself what Host and Origin are. */
function send(
  { origin }: World,
  path: string,
  { method = 'GET', headers = {}, body }: Sent = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(`${origin}${path}`, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    call.on('error', reject);
    call.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

function post(
  world: World,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const all = { origin: world.origin, 'content-type': 'application/json', ...headers };
  return send(world, path, { method: 'POST', headers: all, body });
}

/** As a browser that was let in. */
async function enter(world: World): Promise<string> {
  const { headers } = await post(world, '/watch/enter', { code: world.page.invite().code });
  return headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
}

interface Told {
  event: string;
  data: Record<string, unknown>;
}

/** A page that is open. `told` grows. */
async function watch(world: World, cookie: string): Promise<{ told: Told[]; response: IncomingMessage }> {
  const told: Told[] = [];
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(`${world.origin}/watch/changes`, { headers: { cookie } }, resolve);
    call.on('error', reject).end();
    onTestFinished(() => void call.destroy());
  });
  response.on('error', () => undefined);
  let rest = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const frames = (rest + chunk).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const [, event = '', data = ''] = /^event: (\w+)\ndata: (.*)$/s.exec(frame) ?? [];
      told.push({ event, data: JSON.parse(data) as Told['data'] });
    }
  });
  return { told, response };
}

const rowsOf = (told: Told[]) =>
  told
    .filter(({ event }) => event === 'rows')
    .flatMap(({ data }) => data['rows'] as Record<string, unknown>[]);

describe('the door', () => {
  it('opens once for each address, and from then on with a cookie that no script and no other site gets', async () => {
    const world = await serve();
    const { code } = world.page.invite();
    const { status, headers } = await post(world, '/watch/enter', { code });
    expect(status).toBe(204);
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      /^hibernaut_watch_\d+=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/watch; Max-Age=2592000$/,
    );
    expect(cookie).not.toContain(code);
    const known = { headers: { cookie: cookie.split(';', 1)[0] ?? '' } };
    expect((await send(world, '/watch/', known)).status).toBe(200);
    expect((await post(world, '/watch/enter', { code })).status).toBe(403);
  });

  it('lets nobody in with an address that is too old, or with a code that is none', async () => {
    const world = await serve();
    const { code } = world.page.invite();
    world.now += 10 * 60_000;
    for (const given of [code, '', 'x'.repeat(32)]) {
      const { status, headers } = await post(world, '/watch/enter', { code: given });
      expect([status, headers['set-cookie']]).toEqual([403, undefined]);
    }
  });

  it.each([
    '/watch/',
    '/watch/index.html',
    '/watch/page.js',
    '/watch/changes',
    '/watch/charts/session.svg',
    '/watch/nothing',
  ])('is shut without the cookie: %s', async (path) => {
    const world = await serve();
    const wrong = `hibernaut_watch_${new URL(world.origin).port}=${'x'.repeat(32)}`;
    for (const headers of [{}, { cookie: wrong }, { cookie: 'a=b' }]) {
      expect((await send(world, path, { headers })).status).toBe(403);
    }
    expect(world.looks).toEqual([]);
  });

  it('shows only how to get in to who is not known', async () => {
    const world = await serve();
    const { text, status } = await send(world, '/watch/');
    expect([status, text.includes('hibernaut watch')]).toEqual([403, true]);
    for (const file of ['enter.js', 'page.css', 'icon.svg']) {
      expect((await send(world, `/watch/${file}`)).status).toBe(200);
    }
    const { status: moved, headers } = await send(world, '/');
    expect([moved, headers.location]).toEqual([302, '/watch/']);
  });

  it('is shut for another name of this machine, and for other pages, whatever they bring along', async () => {
    const world = await serve();
    const cookie = await enter(world);
    for (const path of ['/watch/', '/watch/changes', '/watch/enter.js']) {
      expect((await send(world, path, { headers: { cookie, host: 'evil.example' } })).status).toBe(403);
      for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1']) {
        expect((await send(world, path, { headers: { cookie, origin } })).status).toBe(403);
        expect((await post(world, '/watch/actions/order', {}, { cookie, origin })).status).toBe(403);
        const { code } = world.page.invite();
        expect((await post(world, '/watch/enter', { code }, { origin })).status).toBe(403);
      }
    }
    expect(world.done).toEqual([]);
  });

  it('keeps browsers known over a restart, until all are shut out', async () => {
    const first = await serve();
    const cookie = await enter(first);
    const [name, value = ''] = cookie.split('=');
    const again = await serve([aView()], { token: first.token });
    const same = `hibernaut_watch_${new URL(again.origin).port}=${value}`;
    expect(name).not.toBe(same.split('=')[0]);
    expect((await send(again, '/watch/', { headers: { cookie: same } })).status).toBe(200);
    const { response } = await watch(again, same);
    const ended = new Promise((resolve) => response.once('close', resolve));
    const { code } = again.page.invite();
    await again.page.shutOut();
    await ended;
    expect((await send(again, '/watch/', { headers: { cookie: same } })).status).toBe(403);
    expect((await post(again, '/watch/enter', { code })).status).toBe(403);
  });
});

it('lets the browser do nothing but what is its own, and keeps no answer', async () => {
  const world = await serve();
  const cookie = await enter(world);
  for (const path of ['/watch/', '/watch/enter.js', '/watch/nothing']) {
    const { headers } = await send(world, path, { headers: { cookie } });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("form-action 'none'; frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|http|\*/);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
  }
});

describe('an action', () => {
  it('is done for who is known, and answered with a sentence', async () => {
    const world = await serve();
    const cookie = await enter(world);
    const { status, text } = await post(world, '/watch/actions/order', { session: 's1' }, { cookie });
    expect([status, JSON.parse(text)]).toEqual([200, { text: 'Done.' }]);
    expect(world.done).toEqual([{ session: 's1' }]);
    expect((await post(world, '/watch/actions/refuse', {}, { cookie })).text).toBe('{"error":"Not now."}');
    const failed = await post(world, '/watch/actions/fail', {}, { cookie });
    expect([failed.status, failed.text.includes('secret')]).toEqual([500, false]);
  });

  it('is not done by GET, for a form, without the cookie, or for who does not say where it comes from', async () => {
    const world = await serve();
    const cookie = await enter(world);
    const path = '/watch/actions/order';
    const json = { 'content-type': 'application/json' };
    expect((await send(world, `${path}?session=s1`, { headers: { cookie } })).status).toBe(404);
    expect((await post(world, path, 'session=s1', { cookie, 'content-type': 'text/plain' })).status).toBe(
      400,
    );
    expect((await post(world, path, {})).status).toBe(403);
    expect((await send(world, path, { method: 'POST', headers: { cookie, ...json }, body: {} })).status).toBe(
      403,
    );
    expect(
      (await send(world, path, { method: 'PUT', headers: { cookie, origin: world.origin } })).status,
    ).toBe(405);
    expect((await post(world, path, 'x'.repeat(5_000), { cookie })).status).toBe(400);
    for (const name of ['toString', '__proto__', 'nothing']) {
      expect((await post(world, `/watch/actions/${name}`, {}, { cookie })).status).toBe(404);
    }
    expect(world.done).toEqual([]);
  });
});

describe('an open page', () => {
  it('is told everything at once, and then what has changed, a few at a time', async () => {
    const world = await serve([aView({ id: 'a' }), aView({ id: 'b', pid: 7 })]);
    const { told } = await watch(world, await enter(world));
    await expect.poll(() => rowsOf(told).length).toBeGreaterThanOrEqual(3);
    expect(told.map(({ event }) => event).slice(0, 4)).toEqual(['hello', 'host', 'rows', 'ready']);
    expect(rowsOf(told)).toMatchObject([{ id: 'a' }, { id: 'b' }, { id: 'b', memoryMb: 212 }]);

    world.sessions.set('a', aView({ id: 'a', state: 'idle' }));
    for (let step = 0; step < 20; step += 1) world.page.noted('a', anEntry('claude.heard'));
    await expect.poll(() => rowsOf(told).at(-1)).toMatchObject({ id: 'a', state: 'idle' });
    expect(world.looks).toEqual(['all', 'b', 'a']);
    world.page.noted('a', anEntry('claude.heard'));
    world.sessions.delete('b');
    world.page.noted('b', anEntry('user.end'));
    await expect.poll(() => rowsOf(told).at(-1)).toEqual({ id: 'b', gone: true });
    expect(rowsOf(told)).toHaveLength(5);
  });

  it('is told what happens in the session that it follows, and what happened there before', async () => {
    const world = await serve();
    const cookie = await enter(world);
    const { told } = await watch(world, cookie);
    await expect.poll(() => told.some(({ event }) => event === 'ready')).toBe(true);
    const viewer = told[0]?.data['viewer'];
    expect(
      (await post(world, '/watch/actions/follow', { viewer, subject: 'session/s1' }, { cookie })).status,
    ).toBe(204);
    world.page.noted('s1', anEntry('user.message'));
    world.page.noted('other', anEntry('user.end'));
    const events = () =>
      told
        .filter(({ event }) => event === 'timeline' || event === 'entries')
        .flatMap(({ data }) => (data['entries'] as HistoryEntry[]).map(({ event }) => event));
    await expect.poll(events).toEqual(['xstate.init', 'user.message']);
    const stranger = { viewer: crypto.randomUUID(), subject: 'session/s1' };
    expect((await post(world, '/watch/actions/follow', stranger, { cookie })).status).toBe(400);
  });

  it('of a daemon that starts is told everything once it serves', async () => {
    const world = await serve();
    world.isStarting = true;
    const { told } = await watch(world, await enter(world));
    await expect.poll(() => rowsOf(told).length, { timeout: 10_000 }).toBe(1);
    expect(told.map(({ event }) => event)).toEqual(['hello', 'host', 'rows', 'ready']);
  });

  it('is told what changes while the others are still read, and what is read later takes no newer state back', async () => {
    const goOn = Promise.withResolvers<undefined>();
    const world = await serve([]);
    const asked: string[] = [];
    const batches = async function* () {
      asked.push('memory');
      yield [aView({ id: 'awake', state: 'idle' })];
      asked.push('disk');
      await goOn.promise;
      yield [aView({ id: 'stored' }), aView({ id: 'woken' })];
    };
    world.read = () => ({ total: 3, batches: batches() });
    const { told } = await watch(world, await enter(world));
    await expect.poll(() => rowsOf(told)).toMatchObject([{ id: 'awake' }]);
    world.sessions.set('woken', aView({ id: 'woken', state: 'active' }));
    world.page.noted('woken', anEntry('xstate.init'));
    await expect.poll(() => rowsOf(told).at(-1)).toMatchObject({ id: 'woken', state: 'active' });
    expect(told.at(-1)?.data['total']).toBe(3);
    expect(told.some(({ event }) => event === 'ready')).toBe(false);
    goOn.resolve(undefined);
    await expect.poll(() => told.at(-1)?.event).toBe('ready');
    expect(rowsOf(told).map(({ id, state }) => [id, state])).toEqual([
      ['awake', 'idle'],
      ['woken', 'active'],
      ['stored', 'suspended'],
    ]);
    expect(asked).toEqual(['memory', 'disk']);
  });

  it('that is closed in the middle of the reading has it end there', async () => {
    const world = await serve([]);
    let batch = 0;
    let isOver = false;
    const batches = async function* () {
      try {
        for (; ; batch += 1) {
          await new Promise((resolve) => setImmediate(resolve));
          yield [aView({ id: `s${String(batch)}` })];
        }
      } finally {
        isOver = true;
      }
    };
    world.read = () => ({ total: 1e6, batches: batches() });
    const { told, response } = await watch(world, await enter(world));
    await expect.poll(() => rowsOf(told).length).toBeGreaterThan(3);
    response.destroy();
    await expect.poll(() => isOver).toBe(true);
  });

  it('costs nothing once it is closed', async () => {
    const world = await serve();
    world.page.noted('s1', anEntry('user.message'));
    const { told, response } = await watch(world, await enter(world));
    await expect.poll(() => told.some(({ event }) => event === 'ready')).toBe(true);
    response.destroy();
    await expect.poll(() => world.page.viewers).toBe(0);
    const looks = world.looks.length;
    world.page.noted('s1', anEntry('user.message'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(world.looks).toHaveLength(looks);
  });

  it('that does not read is sent the newest state when it does, and nothing grows meanwhile', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) =>
      aView({
        id: `s${String(index)}`,
        name: 'n'.repeat(60),
        workspace: 'f'.repeat(60),
        model: 'm'.repeat(80),
      }),
    );
    const world = await serve(many);
    const { told, response } = await watch(world, await enter(world));
    await expect.poll(() => rowsOf(told).length).toBe(3_000);
    response.pause();
    // More than the sockets between us hold.
    for (let round = 0; round < 14; round += 1) {
      for (const view of many) world.sessions.set(view.id, aView({ ...view, inbox: round }));
      for (const { id } of many) world.page.noted(id, anEntry('user.message'));
      const looks = world.looks.length;
      await expect.poll(() => world.looks.length).toBeGreaterThanOrEqual(looks + many.length);
    }
    response.resume();
    const newest = () => rowsOf(told).filter(({ inbox }) => inbox === 13).length;
    await expect.poll(newest, { timeout: 20_000 }).toBe(3_000);
    expect(rowsOf(told).length).toBeLessThan(14 * 3_000);
  });
});
