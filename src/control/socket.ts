/** The control socket: the command line, and only this user, asks the running daemon things through it. */
import { chmod } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { boundedLines, LineTooLongError } from '../bounded-lines.ts';
import {
  ControlError,
  encode,
  MAX_REQUEST_BYTES,
  requestSchema,
  type ControlAnswer,
  type ControlMethod,
} from './protocol.ts';
import { clearSocketPath, prepareSocketPath } from './socket-path.ts';

export interface ControlSocket {
  readonly path: string;
  /** Cuts the open connections and removes the socket. */
  close(): Promise<void>;
}

export interface ControlSocketOptions {
  /** Its lock is held by this process. */
  dataDir: string;
  methods: Readonly<Record<string, ControlMethod>>;
  /** Told of errors that are no caller's fault. */
  onError: (error: unknown, method: string) => void;
  /** A caller that is silent for so long is cut off. */
  idleMs?: number;
}

/** More than a person's terminals and scripts need at once. Of more than these, the oldest is cut off. */
const MAX_CONNECTIONS = 32;

/** Listens; a socket that an earlier daemon left behind is replaced. Mode 0600. */
export async function startControlSocket(options: ControlSocketOptions): Promise<ControlSocket> {
  const path = await prepareSocketPath(options.dataDir);
  const connections = new Set<Socket>();
  // Half-open: `printf '…' | nc -U` closes its side before it reads the answer.
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    makeRoom(connections);
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
    void serve(connection, options);
  });
  server.listen(path);
  await once(server, 'listening');
  // A connection that could not be taken (no file descriptor left …) is its caller's loss, and not the daemon's end.
  server.on('error', (error) => options.onError(error, 'connect'));
  await chmod(path, 0o600);
  return {
    path,
    close: async () => {
      server.close();
      for (const connection of connections) connection.destroy();
      await clearSocketPath(options.dataDir);
    },
  };
}

/** Whoever holds connections open keeps nobody out: an honest caller has its answer and is gone long before its turn. */
function makeRoom(connections: Set<Socket>): void {
  for (const oldest of connections) {
    if (connections.size < MAX_CONNECTIONS) return;
    connections.delete(oldest);
    oldest.destroy();
  }
}

/** Never throws: whatever a caller does breaks only its own connection. */
async function serve(connection: Socket, options: ControlSocketOptions): Promise<void> {
  connection.setTimeout(options.idleMs ?? 30_000, () => connection.destroy());
  const requests: AsyncIterable<Buffer> = connection.iterator({ destroyOnReturn: false });
  try {
    await pipeline(answers(requests, options), connection);
  } catch {
    // The caller hung up or was cut off. Nothing is owed to it.
  } finally {
    connection.destroy();
  }
}

/** One request after the other: a caller that does not read its answers is not served further. */
async function* answers(requests: AsyncIterable<Buffer>, options: ControlSocketOptions) {
  try {
    for await (const line of boundedLines(requests, MAX_REQUEST_BYTES)) {
      yield encode(await answer(line, options));
    }
  } catch (error) {
    if (!(error instanceof LineTooLongError)) throw error;
    yield encode(refusal(error.message));
  }
}

async function answer(line: string, { methods, onError }: ControlSocketOptions): Promise<ControlAnswer> {
  const request = requestSchema.safeParse(parseJson(line));
  if (!request.success) return refusal(`Not a request: ${z.prettifyError(request.error)}`);
  const { method, params } = request.data;
  const run = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!run) return refusal(`There is no method ${JSON.stringify(method)}.`);
  try {
    return { ok: true, result: await run(params) };
  } catch (error) {
    if (error instanceof ControlError) return refusal(error.message);
    onError(error, method);
    return refusal(`The daemon failed to do ${method}. Its log says why.`);
  }
}

function refusal(error: string): ControlAnswer {
  return { ok: false, error };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The schema refuses undefined, with the same sentence as for any other nonsense.
    return undefined;
  }
}
