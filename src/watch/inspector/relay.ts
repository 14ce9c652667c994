/** Hands frames to viewers on this machine: a page and a WebSocket, on loopback, for whoever has the token. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { isForUs, listenOnLoopback } from '../../loopback-server.ts';
import { isSameSecret } from '../../same-secret.ts';
import { renderPage } from './page.ts';

export interface Relay {
  /** The address to open. The token is behind the `#`, which browsers keep to themselves. */
  readonly url: string;
  /** Cuts off all viewers. */
  close(): Promise<void>;
}

export interface RelayOptions {
  /** Default 127.0.0.1, any free port. */
  host?: string | undefined;
  port?: number | undefined;
  onViewer: (viewer: WebSocket) => void;
}

/** A person has a few tabs. */
const MAX_VIEWERS = 16;
/** Viewers have nothing to say. */
const MAX_MESSAGE_BYTES = 1_024;
const FRAMES_PATH = '/frames';

/** @throws AddressError if the address can't be listened on */
export async function startRelay({ host = '127.0.0.1', port = 0, onViewer }: RelayOptions): Promise<Relay> {
  const token = randomBytes(24).toString('base64url');
  const page = await renderPage();
  const http = await listenOnLoopback(host, port, (request, response) => {
    if (request.url === '/') sendPage(response, page);
    else response.writeHead(404).end();
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  sockets.on('connection', (viewer) => {
    // ws closes the connection itself.
    viewer.on('error', () => {});
    onViewer(viewer);
  });
  http.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!mayWatch(request, token)) refuse(socket, '403 Forbidden');
    else if (sockets.clients.size >= MAX_VIEWERS) refuse(socket, '503 Service Unavailable');
    else
      sockets.handleUpgrade(request, socket, head, (viewer) => sockets.emit('connection', viewer, request));
  });
  return {
    url: `${http.url}/#${token}`,
    close: async () => {
      for (const viewer of sockets.clients) viewer.terminate();
      await http.close();
    },
  };
}

/**
 * A page of another site can open a WebSocket to loopback, and browsers tell by `Origin` that it did. Programs send
 * none; for them, as for everyone, the token decides.
 */
function mayWatch(request: IncomingMessage, token: string): boolean {
  const { host = '', origin } = request.headers;
  if (!isForUs(request) || (origin !== undefined && origin !== `http://${host}`)) return false;
  const url = URL.parse(request.url ?? '', 'http://localhost');
  return url?.pathname === FRAMES_PATH && isSameSecret(url.searchParams.get('token') ?? '', token);
}

function refuse(socket: Duplex, status: string): void {
  // A caller that hangs up meanwhile is no news.
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function sendPage(response: ServerResponse, page: { html: string; policy: string }): void {
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': page.policy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .end(page.html);
}
