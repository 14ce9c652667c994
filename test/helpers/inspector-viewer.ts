/** A viewer of the machines, as the inspector's page is one. */
import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';

export interface Frame {
  type: string;
  sessionId?: string;
  name?: string;
  definition?: string;
  rootId?: string;
  event?: { type: string };
  snapshot?: { status: string; value?: unknown; context?: Record<string, unknown> };
}

export interface InspectorViewer {
  readonly frames: Frame[];
  /** All of them as they came. */
  readonly text: string;
  readonly socket: WebSocket;
}

/** The WebSocket's address for the address that the log names. */
export function framesUrl(pageUrl: string, token = new URL(pageUrl).hash.slice(1)): string {
  return `ws://${new URL(pageUrl).host}/frames?token=${token}`;
}

/** @param url as from `framesUrl`. Rejects if the relay refuses. */
export async function watch(url: string, options: ClientOptions = {}): Promise<InspectorViewer> {
  const socket = new WebSocket(url, options);
  const viewer = { frames: [] as Frame[], text: '', socket };
  socket.on('message', (data: Buffer) => {
    viewer.text += `${data.toString()}\n`;
    viewer.frames.push(JSON.parse(data.toString()) as Frame);
  });
  await once(socket, 'open');
  return viewer;
}

/** What these frames leave a viewer with: of each actor its last snapshot. */
export function knownFrom(frames: readonly Frame[]): Map<string, NonNullable<Frame['snapshot']>> {
  const known = new Map<string, NonNullable<Frame['snapshot']>>();
  for (const { type, sessionId, snapshot } of frames) {
    if (type === 'hibernaut.start') known.clear();
    // Of an actor that it was never told of, a viewer can't draw anything.
    const isDrawn = type === '@xstate.actor' || (sessionId !== undefined && known.has(sessionId));
    if (snapshot && sessionId !== undefined && isDrawn) known.set(sessionId, snapshot);
  }
  return known;
}
