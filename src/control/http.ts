/** The daemon's HTTP address on loopback: what a service manager and a monitor ask. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AddressError, listenOnLoopback } from '../loopback/server.ts';

export interface HttpAnswer {
  status: number;
  /** Sent as JSON. */
  body: unknown;
}

export interface HttpText {
  status: number;
  text: string;
  contentType: string;
}

/** What is served under which path, for GET and HEAD. One that rejects is answered for with 500. */
export type HttpRoutes = Readonly<Record<string, () => HttpAnswer | Promise<HttpAnswer | HttpText>>>;

/** Whoever answers for all that lies under a path himself. */
export interface HttpMount {
  /** `/watch`; the server's own root is asked of it too. */
  path: string;
  handle: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface Http {
  /** `http://127.0.0.1:4747` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param options.port 0 for any free one
 * @throws AddressError with the repair if the address can't be listened on
 */
export async function startHttp(options: {
  host: string;
  port: number;
  routes: HttpRoutes;
  mount?: HttpMount | undefined;
  /** Told of a route that rejected: a bug of ours. */
  onError?: (error: unknown, path: string) => void;
}): Promise<Http> {
  const { host, port, routes, mount, onError } = options;
  try {
    return await listenOnLoopback(host, port, (request, response) => {
      if (mount && isUnder(mount.path, pathOf(request))) return mount.handle(request, response);
      const found = answer(request, routes);
      // At once if it can be: a request is answered before whatever comes behind it on the connection is looked at.
      if (!(found instanceof Promise)) return reply(response, found);
      found.then(
        (later) => reply(response, later),
        (error: unknown) => {
          onError?.(error, pathOf(request));
          reply(response, { status: 500, body: { error: 'Hibernaut failed here; its log says more.' } });
        },
      );
    });
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    const repair = 'Set HIBERNAUT_HTTP to another address, such as 127.0.0.1:4848, or to off.';
    throw new AddressError(`${error.message} ${repair}`, { cause: error });
  }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const [path = '/'] = url.split('?');
  return path;
}

function isUnder(folder: string, path: string): boolean {
  return path === '/' || path === folder || path.startsWith(`${folder}/`);
}

function answer(request: IncomingMessage, routes: HttpRoutes): ReturnType<HttpRoutes[string]> {
  const path = pathOf(request);
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (!route)
    return { status: 404, body: { error: `Nothing is here. Try ${Object.keys(routes).join(', ')}.` } };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, body: { error: 'Only GET is allowed.' } };
  }
  return route();
}

function reply(response: ServerResponse, answered: HttpAnswer | HttpText): void {
  const { status } = answered;
  const { text, contentType } =
    'text' in answered
      ? answered
      : { text: `${JSON.stringify(answered.body)}\n`, contentType: 'application/json; charset=utf-8' };
  response.writeHead(status, {
    'content-type': contentType,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 && { allow: 'GET, HEAD' }),
  });
  // Node sends no body in answer to a HEAD.
  response.end(text);
}
