/** Hands frames to viewers on this machine: a page and a WebSocket, on loopback, for whoever has a token. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { AddressError, isForUs, listenOnLoopback, type LoopbackServer } from '../../loopback/server.ts';
import type { Grant } from './grants.ts';
import { renderPage } from './page.ts';

export interface Relay {
  /** `http://127.0.0.1:40123` */
  readonly url: string;
  /** Cuts off all viewers. */
  close(): Promise<void>;
}

/** The way to one viewer. */
export interface Line {
  /** All at once. `sent` is called when they have left this process, and never if they can't. */
  send(frames: string[], sent: () => void): void;
  cut(): void;
}

export interface RelayOptions {
  /** If it is taken, or 0, any free one. */
  port: number;
  /** What a token is good for; null: nothing. */
  grantOf: (token: string) => Grant | null;
  /** @returns called when the viewer has gone */
  onViewer: (line: Line, grant: Grant) => () => void;
}

/** A person has a few tabs. */
const MAX_VIEWERS = 16;
/** Viewers have nothing to say. */
const MAX_MESSAGE_BYTES = 1_024;
const FRAMES_PATH = '/frames';

/** @throws AddressError if nothing can be listened on */
export async function startRelay({ port, grantOf, onViewer }: RelayOptions): Promise<Relay> {
  const page = await renderPage();
  const http = await listen(port, (request, response) => {
    if (request.url === '/') sendPage(response, page);
    else response.writeHead(404).end();
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  http.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const grant = grantFor(request, grantOf);
    if (!grant) refuse(socket, '403 Forbidden');
    else if (sockets.clients.size >= MAX_VIEWERS) refuse(socket, '503 Service Unavailable');
    else {
      sockets.handleUpgrade(request, socket, head, (viewer) => {
        // ws closes the connection itself.
        viewer.on('error', () => {});
        viewer.on('close', onViewer(lineTo(viewer, socket), grant));
      });
    }
  });
  return {
    url: http.url,
    close: async () => {
      for (const viewer of sockets.clients) viewer.terminate();
      await http.close();
    },
  };
}

function lineTo(viewer: WebSocket, socket: Duplex): Line {
  return {
    send: (frames, sent) => {
      // A way through the kernel costs more than to make a frame.
      socket.cork();
      for (const frame of frames.slice(0, -1)) viewer.send(frame);
      viewer.send(frames.at(-1) ?? '', (error) => {
        // Of one that has gone, the close follows; until then nothing more is sent.
        if (!error) sent();
      });
      socket.uncork();
    },
    cut: () => viewer.terminate(),
  };
}

const HOST = '127.0.0.1';

async function listen(port: number, onRequest: RequestListener): Promise<LoopbackServer> {
  try {
    return await listenOnLoopback(HOST, port, onRequest);
  } catch (error) {
    if (port === 0 || !(error instanceof AddressError)) throw error;
    return listenOnLoopback(HOST, 0, onRequest);
  }
}

/**
 * A page of another site can open a WebSocket to loopback, and browsers tell by `Origin` that it did. Programs send
 * none; for them, as for everyone, the token decides.
 */
function grantFor(request: IncomingMessage, grantOf: RelayOptions['grantOf']): Grant | null {
  const { host = '', origin } = request.headers;
  if (!isForUs(request) || (origin !== undefined && origin !== `http://${host}`)) return null;
  const url = URL.parse(request.url ?? '', 'http://localhost');
  return url?.pathname === FRAMES_PATH ? grantOf(url.searchParams.get('token') ?? '') : null;
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
