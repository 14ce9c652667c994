/** Serves the live page under `/watch/`: the door, its files, its stream of changes, and what its buttons ask for. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyActor } from 'xstate';
import { z } from 'zod';
import type { HistoryEntry } from '../../history-entry.ts';
import { readPageFiles, type PageFile } from '../../loopback/page-files.ts';
import { PAGE_HEADERS } from '../../loopback/page-headers.ts';
import { PageAccess, type Invitation, type TokenKeeper } from './access.ts';
import { Board, type BoardOptions, type BoardSource } from './board.ts';
import { Stream } from './stream.ts';

/** What a person asked for and can't have: a sentence. */
export class WatchFault extends Error {
  override name = 'WatchFault';
}

/** What a button does. Resolves with a sentence for the person; throws WatchFault with one. */
export type PageAction = (body: unknown) => Promise<{ text: string; isInVain?: boolean }>;

export interface LivePageOptions extends Pick<BoardOptions, 'gatherMs' | 'longestRestMs'> {
  source: BoardSource;
  /** By name. */
  actions: Readonly<Record<string, PageAction>>;
  tokens: TokenKeeper;
  /** Of the program. */
  version: string;
  log: {
    warn(fields: object, event: string): void;
    error(fields: object, event: string): void;
  };
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

export interface LivePage {
  /** Answers what is asked under its path. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Something happened in a session. Never throws, and costs nothing while nobody looks. */
  noted(sessionId: string, entry: HistoryEntry): void;
  /** To call with each root actor, before its start. Nothing of a session's costs anything while nobody looks at it. Never throws. */
  follow(actor: AnyActor): void;
  invite(): Invitation;
  /** Every browser needs a new address. */
  shutOut(): Promise<void>;
  /** How many pages are open. */
  readonly viewers: number;
}

/** The page's address is this with a slash; everything of it is below. */
export const PAGE_PATH = '/watch';

const FOLDER = new URL('../page/', import.meta.url);

/** A person has a few tabs on a few devices. */
const MAX_VIEWERS = 32;
const MAX_BODY_BYTES = 4_096;
/** What a browser that is not known yet may load: the door and how it looks. There is nothing of anybody in it. */
const AT_THE_DOOR = new Set(['enter.js', 'page.css', 'icon.svg']);
const NO_ENTRY =
  'Run "hibernaut watch" on the machine where Hibernaut runs, and open the address that it shows.';

const enterRequest = z.object({ code: z.string().max(200) });
const followRequest = z.object({ viewer: z.uuid(), subject: z.string().max(80).nullable() });

export async function createLivePage(options: LivePageOptions): Promise<LivePage> {
  const access = await PageAccess.load(options.tokens, options.now);
  return new PageServer(options, access, await readPageFiles(FOLDER));
}

interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  /** Below the page's path, without the slash. */
  path: string;
}

class PageServer implements LivePage {
  readonly #options: LivePageOptions;
  readonly #access: PageAccess;
  readonly #files: ReadonlyMap<string, PageFile>;
  readonly #board: Board;
  readonly #streams = new Map<string, Stream>();

  constructor(options: LivePageOptions, access: PageAccess, files: ReadonlyMap<string, PageFile>) {
    this.#options = options;
    this.#access = access;
    this.#files = files;
    this.#board = new Board(options);
  }

  get viewers(): number {
    return this.#streams.size;
  }

  noted(sessionId: string, entry: HistoryEntry): void {
    this.#board.noted(sessionId, entry);
  }

  follow(actor: AnyActor): void {
    this.#board.follow(actor);
  }

  invite(): Invitation {
    return this.#access.invite();
  }

  async shutOut(): Promise<void> {
    await this.#access.forgetAll();
    for (const stream of this.#streams.values()) stream.end();
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
    this.#answer(request, response).catch((error: unknown) => {
      const sentence = sentenceFor(error);
      if (sentence === null) this.#options.log.error({ err: error }, 'watch.failed');
      if (response.headersSent) response.destroy();
      else
        sendError(
          response,
          sentence === null ? 500 : 400,
          sentence ?? 'Hibernaut failed here; its log says more.',
        );
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [address = '/'] = (request.url ?? '/').split('?');
    if (address === '/' || address === PAGE_PATH) {
      response.writeHead(302, { location: `${PAGE_PATH}/` }).end();
      return;
    }
    const asked = { request, response, path: address.slice(PAGE_PATH.length + 1) };
    if (isForeign(request)) return sendError(response, 403, 'This page is not the live page.');
    if (request.method === 'POST') return this.#take(asked);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD, POST');
      return sendError(response, 405, 'Only GET and POST.');
    }
    if (AT_THE_DOOR.has(asked.path)) return this.#sendFile(response, asked.path);
    if (this.#access.isKnown(request)) return this.#show(asked);
    if (asked.path === '') return this.#sendFile(response, 'enter.html', 403);
    sendError(response, 403, NO_ENTRY);
  }

  #show({ request, response, path }: Asked): void {
    if (path === 'changes' && request.method === 'GET') return this.#stream(response);
    this.#sendFile(response, path === '' ? 'index.html' : path);
  }

  /** What changes something, or lets somebody in. */
  async #take({ request, response, path }: Asked): Promise<void> {
    if (path === 'enter') return this.#letIn(request, response);
    if (!this.#access.isKnown(request)) return sendError(response, 403, NO_ENTRY);
    const { actions } = this.#options;
    const name = path.startsWith('actions/') ? path.slice('actions/'.length) : '';
    if (name === 'follow') return this.#follow(request, response);
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) return sendError(response, 404, 'There is no such action.');
    sendJson(response, 200, await action(await readJson(request)));
  }

  async #letIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { code } = enterRequest.parse(await readJson(request));
    if (!this.#access.redeem(code)) {
      return sendError(response, 403, `This address has been used, or is too old. ${NO_ENTRY}`);
    }
    response.writeHead(204, { 'set-cookie': this.#access.cookieFor(request) }).end();
  }

  #stream(response: ServerResponse): void {
    if (this.#streams.size >= MAX_VIEWERS) {
      return sendError(response, 503, 'The page is open too often. Close it somewhere.');
    }
    const { now, version } = this.#options;
    const viewer = randomUUID();
    const stream = new Stream(response, this.#board, { viewer, now: now(), version });
    this.#streams.set(viewer, stream);
    response.once('close', () => this.#streams.delete(viewer));
  }

  async #follow(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { viewer, subject } = followRequest.parse(await readJson(request));
    const stream = this.#streams.get(viewer);
    if (!stream) throw new WatchFault('This page is not connected. It connects again by itself.');
    await stream.follow(subject);
    response.writeHead(204).end();
  }

  #sendFile(response: ServerResponse, name: string, status = 200): void {
    const file = this.#files.get(name);
    if (!file) return sendError(response, 404, 'There is no such file.');
    response.writeHead(status, { 'content-type': file.type }).end(file.content);
  }
}

/** Whether a page of another site asks. What acts has to say where it comes from; browsers do. */
function isForeign({ method, headers: { host, origin } }: IncomingMessage): boolean {
  const mayKeepItToItself = method === 'GET' || method === 'HEAD';
  return origin === undefined ? !mayKeepItToItself : origin !== `http://${host ?? ''}`;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  // Forms of foreign pages can't send this type without asking first.
  if (request.headers['content-type']?.split(';', 1)[0] !== 'application/json') {
    throw new WatchFault('Only application/json.');
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new WatchFault('That is too long.');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    throw new WatchFault('That is no JSON.', { cause: error });
  }
}

function sentenceFor(error: unknown): string | null {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof WatchFault ? error.message : null;
}

function sendError(response: ServerResponse, status: number, error: string): void {
  sendJson(response, status, { error });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
