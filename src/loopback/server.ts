/** An HTTP server for programs and browsers on this machine only: bound to loopback, deaf to pages of other sites. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { codeOf } from '../error-code.ts';

export interface LoopbackServer {
  readonly server: Server;
  /** `http://127.0.0.1:4747`, with the port that it really has. */
  readonly url: string;
  /** Cuts the open connections. */
  close(): Promise<void>;
}

/** The address can't be listened on: it is taken, forbidden or not this machine's. Whoever chose it can choose another. */
export class AddressError extends Error {
  override name = 'AddressError';
}

/** Nobody on this machine needs longer to send a request. */
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 100;

/**
 * @param port 0 for any free one
 * @throws AddressError
 */
export async function listenOnLoopback(
  host: string,
  port: number,
  onRequest: RequestListener,
): Promise<LoopbackServer> {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      if (isForUs(request)) onRequest(request, response);
      else response.writeHead(403).end('This address answers only to its own name.\n');
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new AddressError(explain(`${host}:${port}`, error), { cause: error });
  }
  // A connection that could not be taken (no file descriptor left …) is its caller's loss, and not our end.
  server.on('error', () => {});
  return {
    server,
    url: `http://${authority(host, portOf(server))}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Whether the request was made to this server under a name of loopback. A page of another site that points its own
 * name here (DNS rebinding) sends that name.
 */
export function isForUs(request: IncomingMessage): boolean {
  const port = request.socket.localPort;
  if (port === undefined) return false;
  const names = ['127.0.0.1', 'localhost', '::1'].map((host) => authority(host, port));
  return names.includes(request.headers.host ?? '');
}

function authority(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The HTTP server has no port.');
  return address.port;
}

function explain(address: string, error: unknown): string {
  const code = codeOf(error);
  if (code === 'EADDRINUSE') return `Cannot listen on ${address}: another program does.`;
  if (code === 'EACCES') return `Cannot listen on ${address}: this user may not use that port.`;
  return `Cannot listen on ${address} (${String(error)}).`;
}
