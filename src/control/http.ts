/** The daemon's HTTP address on loopback: what a service manager and a monitor ask. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AddressError, listenOnLoopback } from '../loopback-server.ts';

export interface HttpAnswer {
  status: number;
  /** Sent as JSON. */
  body: unknown;
}

/** What is served under which path, for GET and HEAD. */
export type HttpRoutes = Readonly<Record<string, () => HttpAnswer>>;

export interface Http {
  /** `http://127.0.0.1:4747` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param options.port 0 for any free one
 * @throws AddressError with the repair if the address can't be listened on
 */
export async function startHttp(options: { host: string; port: number; routes: HttpRoutes }): Promise<Http> {
  const { host, port, routes } = options;
  try {
    return await listenOnLoopback(host, port, (request, response) =>
      reply(response, answer(request, routes)),
    );
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    const repair = 'Set HIBERNAUT_HTTP to another address, such as 127.0.0.1:4848, or to off.';
    throw new AddressError(`${error.message} ${repair}`, { cause: error });
  }
}

function answer(request: IncomingMessage, routes: HttpRoutes): HttpAnswer {
  const [path = '/'] = (request.url ?? '/').split('?');
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (!route)
    return { status: 404, body: { error: `Nothing is here. Try ${Object.keys(routes).join(', ')}.` } };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, body: { error: 'Only GET is allowed.' } };
  }
  return route();
}

function reply(response: ServerResponse, { status, body }: HttpAnswer): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 && { allow: 'GET, HEAD' }),
  });
  // Node sends no body in answer to a HEAD.
  response.end(`${JSON.stringify(body)}\n`);
}
