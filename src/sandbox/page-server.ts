/** Serves the chat page on loopback: its files, its changes as server-sent events, its actions as JSON. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { readPageFiles } from '../loopback/page-files.ts';
import { PAGE_HEADERS } from '../loopback/page-headers.ts';
import { MAX_ATTACHED_BYTES } from './page-attach.ts';
import { PageFault, pageActions } from './page-actions.ts';
import { PageChanges, type PageSource } from './page-changes.ts';
import { sendDownload } from './page-downloads.ts';
import { PageGuard } from './page-guard.ts';
import { toPageMessage } from './page-view.ts';
import { describeWorld } from './page-world.ts';
import { type EmulatedTelegram } from './ports.ts';

export interface PageOptions {
  telegram: EmulatedTelegram;
  /** False: real Claude answers, which the banner says. */
  isScripted: boolean;
  /** Default: any free one. */
  port?: number;
}

export interface Page {
  /** To open in a browser: holds the token, new with each start. */
  readonly address: string;
  close(): Promise<void>;
}

/** Far more than the longest message. */
const MAX_BODY_BYTES = 64 * 1024;
/** Base64 makes four bytes of three. */
const MAX_ATTACH_BODY_BYTES = MAX_BODY_BYTES + Math.ceil((MAX_ATTACHED_BYTES * 4) / 3);

/** Rejects when the port is taken. */
export async function startPage({ telegram, isScripted, port = 0 }: PageOptions): Promise<Page> {
  const named = await readPageFiles(new URL('./page/', import.meta.url));
  // By address.
  const files = new Map([...named].map(([name, file]) => [name === 'index.html' ? '/' : `/${name}`, file]));
  const actions = pageActions(telegram);
  const source = pageSource(telegram, isScripted);
  const open = new Set<PageChanges>();
  const stopListening = telegram.onChange((chatId) => open.forEach((page) => page.chatChanged(chatId)));
  const token = randomBytes(24).toString('base64url');
  let guard: PageGuard | null = null;

  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) res.setHeader(name, value);
    const url = URL.parse(req.url ?? '/', 'http://page');
    if (url === null) return sendJson(res, 400, { error: 'That is no address.' });
    const refusal = guard?.refusal(req, url) ?? null;
    if (guard === null || refusal !== null) return sendJson(res, 403, { error: refusal });
    if (req.method === 'POST') {
      const name = url.pathname.replace(/^\/actions\//, '');
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (!action) return sendJson(res, 404, { error: 'There is no such action.' });
      return sendJson(
        res,
        200,
        await action(await readJson(req, name === 'attach' ? MAX_ATTACH_BODY_BYTES : MAX_BODY_BYTES)),
      );
    }
    if (req.method !== 'GET') return sendJson(res, 405, { error: 'Only GET and POST.' });
    if (url.pathname === '/changes') {
      const changes = new PageChanges(res, source);
      open.add(changes);
      res.once('close', () => open.delete(changes));
      return;
    }
    if (sendDownload(res, url.pathname, telegram)) return;
    const file = files.get(url.pathname);
    if (!file) return sendJson(res, 404, { error: 'There is no such file.' });
    if (url.pathname === '/') res.setHeader('set-cookie', guard.cookie);
    res.writeHead(200, { 'content-type': file.type }).end(file.content);
  };

  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => {
      if (res.headersSent) res.destroy();
      else sendJson(res, statusOf(error), { error: sentenceFor(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  // A connection that could not be taken is its caller's loss, and not our end.
  server.on('error', () => {});
  const listening = server.address();
  if (listening === null || typeof listening === 'string') throw new Error('The chat page has no port.');
  guard = new PageGuard(token, listening.port);

  return {
    address: `http://127.0.0.1:${listening.port}/?token=${token}`,
    close: () =>
      new Promise((resolve) => {
        stopListening();
        open.forEach((page) => page.end());
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function pageSource(telegram: EmulatedTelegram, isScripted: boolean): PageSource {
  const model = isScripted ? 'a scripted stand-in for the model' : 'the real model, with your credentials';
  const banner = `emulated Telegram, ${model}`;
  return {
    world: () => describeWorld(telegram, banner, isScripted),
    chatIds: () => telegram.chats().map(({ id }) => id),
    messages: (chatId) =>
      telegram
        .messages(chatId)
        .map((message) => toPageMessage(message, telegram.reaction(chatId, message.message_id))),
    activities: (chatId) => telegram.activity(chatId),
  };
}

async function readJson(req: IncomingMessage, maxBytes: number): Promise<unknown> {
  // Forms of foreign pages cannot send this type without asking first.
  if (req.headers['content-type']?.split(';', 1)[0] !== 'application/json') {
    throw new PageFault('Only application/json.');
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new PageFault('That is too long.');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    throw new PageFault('That is no JSON.', { cause: error });
  }
}

function sendJson(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

function statusOf(error: unknown): number {
  return error instanceof PageFault || error instanceof z.ZodError ? 400 : 500;
}

function sentenceFor(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}
