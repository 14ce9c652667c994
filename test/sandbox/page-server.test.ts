/** The chat page's server: whom it lets in, what it serves, and what it refuses. */
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import { startPage, type Page } from '../../src/sandbox/page-server.ts';
import { people, settle } from '../../src/sandbox/people.ts';
import type { EmulatedTelegram } from '../../src/sandbox/ports.ts';

const [anna] = people;

let telegram: EmulatedTelegram;
let page: Page;
let origin: string;
let cookie: string;

beforeEach(async () => {
  telegram = await startEmulator();
  settle(telegram);
  page = await startPage({ telegram, isScripted: true });
  ({ origin } = new URL(page.address));
  const response = await fetch(page.address);
  cookie = response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
});
afterEach(async () => {
  await page.close();
  await telegram.close();
});

interface Sent {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Not `fetch`: it decides itself what the Host is. */
function send({ method = 'GET', path, headers = {}, body }: Sent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const req = request(`${origin}${path}`, { method, headers: { cookie, ...headers } }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => (text += chunk));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, text }));
    });
    req.on('error', reject);
    req.end(body);
  });
}

function act(action: string, body: unknown, headers: Record<string, string> = {}) {
  return send({
    method: 'POST',
    path: `/actions/${action}`,
    headers: { origin, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const hello = { chatId: anna.id, userId: anna.id, threadId: null, text: 'hello' };
const said = () => telegram.messages(anna.id).map((message) => message.text);

describe('an address that is none', () => {
  it.each(['/\\', '//'])('is refused: %s', async (path) => {
    expect((await send({ path })).status).toBe(400);
  });

  it.each(['toString', '__proto__', 'constructor'])('is no action: %s', async (name) => {
    expect((await act(name, {})).status).toBe(404);
  });
});

describe('a file of a message', () => {
  it('is given only to who has the cookie, and never as a page', async () => {
    const { document } = telegram.sendFile({
      chatId: anna.id,
      fileName: 'a.html',
      bytes: Buffer.from('<script>alert(1)</script>'),
    });
    const path = `/files/${document?.file_id ?? ''}`;
    const response = await fetch(`${origin}${path}`, { headers: { cookie } });
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toBe('attachment');
    expect(await response.text()).toBe('<script>alert(1)</script>');
    expect((await send({ path, headers: { cookie: '' } })).status).toBe(403);
    expect((await send({ path: '/files/nothing' })).status).toBe(404);
    expect((await send({ path: '/files/../page.js' })).status).toBe(200);
  });
});

describe('the door', () => {
  it('opens with the printed address, and from then on with the cookie', async () => {
    expect(page.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
    expect((await send({ path: '/page.js' })).status).toBe(200);
    expect((await act('send', hello)).status).toBe(200);
    expect(said()).toEqual(['hello']);
  });

  it.each(['/', '/page.js', '/changes', '/?token=', '/?token=wrong', '/page.js?token=TOKEN'])(
    'stays shut without the token or the cookie: %s',
    async (path) => {
      const token = new URL(page.address).searchParams.get('token') ?? '';
      const { status } = await send({ path: path.replace('TOKEN', token), headers: { cookie: '' } });
      expect(status).toBe(403);
    },
  );

  it('does not let the address of an earlier start in', async () => {
    const other = await startPage({ telegram, isScripted: true });
    expect((await fetch(`${origin}/${new URL(other.address).search}`)).status).toBe(403);
    await other.close();
  });

  it('is shut for another name of this machine, whatever it brings along', async () => {
    const { search } = new URL(page.address);
    expect((await send({ path: `/${search}`, headers: { host: 'evil.example:80' } })).status).toBe(403);
    expect((await send({ path: '/changes', headers: { host: 'evil.example:80' } })).status).toBe(403);
  });

  it.each([{ origin: 'http://evil.example' }, { origin: 'null' }, { origin: 'http://127.0.0.1:1' }])(
    'is shut for other pages: %o',
    async (headers) => {
      expect((await act('send', hello, headers)).status).toBe(403);
      expect((await send({ path: '/changes', headers })).status).toBe(403);
      expect(said()).toEqual([]);
    },
  );

  it('takes no action from who does not say where it comes from', async () => {
    const headers = { 'content-type': 'application/json' };
    const { status } = await send({
      method: 'POST',
      path: '/actions/send',
      headers,
      body: JSON.stringify(hello),
    });
    expect(status).toBe(403);
    expect(said()).toEqual([]);
  });

  it('does not act on GET, nor on what a form can send', async () => {
    expect((await send({ path: `/actions/send?chatId=${anna.id}&userId=${anna.id}&text=x` })).status).toBe(
      404,
    );
    expect((await act('send', JSON.stringify(hello), { 'content-type': 'text/plain' })).status).toBe(400);
    expect(said()).toEqual([]);
  });
});

describe('what is served', () => {
  it('may load and reach nothing but itself', async () => {
    const { headers } = await fetch(page.address);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(policy).not.toContain('unsafe');
    expect(headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
  });

  it.each(['/../page-server.ts', '/%2e%2e/page-server.ts', '/page/index.html', '/nothing', '//etc/passwd'])(
    'is nothing outside of the page: %s',
    async (path) => {
      expect((await send({ path })).status).toBe(404);
    },
  );
});

describe('actions', () => {
  it.each([
    ['no JSON', '{', 'no JSON'],
    ['nothing', 'null', 'expected object'],
    ['an empty text', { ...hello, text: ' \n' }, 'text'],
    ['a text over the limit', { ...hello, text: 'x'.repeat(4097) }, 'text'],
    ['an unknown chat', { ...hello, chatId: 5 }, 'There is no chat 5.'],
    ['a flood', { ...hello, text: 'x'.repeat(70_000) }, 'too long'],
  ])('say what is wrong with them: %s', async (_name, body, sentence) => {
    const { status, text } = await act('send', body);
    expect(status).toBe(400);
    expect(text).toContain(sentence);
    expect(said()).toEqual([]);
  });

  it('make groups and topics', async () => {
    const group = await act('new-chat', { kind: 'group', title: 'Garden' });
    expect(JSON.parse(group.text)).toEqual({ key: '-1' });
    const next = await act('new-chat', { kind: 'group', title: 'Roof' });
    expect(JSON.parse(next.text)).toEqual({ key: '-2' });
    const { chatId, userId } = { chatId: -1_001_000_000_001, userId: anna.id };
    const topic = await act('new-chat', { kind: 'topic', chatId, userId, title: 'Lights' });
    const forum = telegram.chats().find(({ id }) => id === chatId);
    const lights = forum?.topics.find(({ name }) => name === 'Lights');
    expect(JSON.parse(topic.text)).toEqual({ key: `${chatId}/${lights?.threadId}` });
    expect((await act('new-chat', { kind: 'topic', chatId: -1, userId, title: 'x' })).status).toBe(400);
  });

  it('say so when a button is gone', async () => {
    const tap = { chatId: anna.id, userId: anna.id, messageId: 99, button: 'x' };
    const { status, text } = await act('press', tap);
    expect([status, text]).toEqual([400, '{"error":"That button is no longer there."}']);
  });
});
