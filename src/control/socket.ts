/** The control socket: the command line, and only this user, asks the running daemon things through it. */
import { chmod } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { parsedJson } from '../parsed-json.ts';
import packageJson from '../../package.json' with { type: 'json' };
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
  const caller = callerOn(connection, options.idleMs ?? 30_000);
  const requests: AsyncIterable<Buffer> = connection.iterator({ destroyOnReturn: false });
  try {
    await pipeline(answers(requests, caller, options), connection);
  } catch {
    // The caller hung up or was cut off. Nothing is owed to it.
  } finally {
    connection.destroy();
  }
}

/** Who is at the other end. */
interface Caller {
  /** Aborted when it has gone. */
  readonly hasGone: AbortSignal;
  /** From now on it is cut off if nothing is heard of it, or read by it, for so long; it is not while it waits for us. */
  watch(isOn: boolean): void;
}

function callerOn(connection: Socket, idleMs: number): Caller {
  const gone = new AbortController();
  connection.once('close', () => gone.abort());
  connection.on('timeout', () => connection.destroy());
  connection.setTimeout(idleMs);
  return { hasGone: gone.signal, watch: (isOn) => void connection.setTimeout(isOn ? idleMs : 0) };
}

/** One request after the other: a caller that does not read its answers is not served further. */
async function* answers(requests: AsyncIterable<Buffer>, caller: Caller, options: ControlSocketOptions) {
  try {
    for await (const line of boundedLines(requests, MAX_REQUEST_BYTES)) {
      caller.watch(false);
      for await (const answer of answersTo(line, caller, options)) {
        caller.watch(true);
        yield encode(answer);
        caller.watch(false);
      }
      caller.watch(true);
    }
  } catch (error) {
    if (!(error instanceof LineTooLongError)) throw error;
    yield encode(refusal(error.message));
  }
}

async function* answersTo(
  line: string,
  { hasGone }: Caller,
  { methods, onError }: ControlSocketOptions,
): AsyncGenerator<ControlAnswer> {
  const request = requestSchema.safeParse(parsedJson(line));
  if (!request.success) {
    yield refusal(`Not a request: ${z.prettifyError(request.error)}`);
    return;
  }
  const { method, params } = request.data;
  try {
    yield* outcomes(method, params, methods, hasGone);
  } catch (error) {
    if (hasGone.aborted) return;
    if (error instanceof ControlError) {
      yield refusal(error.message);
      return;
    }
    onError(error, method);
    yield { ...refusal(`The daemon failed to do ${method}. Its log says why.`), isOurs: true };
  }
}

async function* outcomes(
  method: string,
  params: unknown,
  methods: ControlSocketOptions['methods'],
  hasGone: AbortSignal,
): AsyncGenerator<ControlAnswer> {
  const run = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!run) throw new ControlError(unknownMethodText(method));
  const outcome = run(params, hasGone);
  if (Symbol.asyncIterator in outcome) yield* streamed(outcome, hasGone);
  else yield { ok: true, result: await outcome };
}

/** So often a caller hears that its stream goes on, and we hear whether it is still there. */
const SIGN_OF_LIFE_MS = 10_000;

async function* streamed(
  results: AsyncIterable<unknown>,
  hasGone: AbortSignal,
): AsyncGenerator<ControlAnswer> {
  const iterator = results[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    while (!hasGone.aborted) {
      const got = await orNullAfter(SIGN_OF_LIFE_MS, next, hasGone);
      if (got === null) {
        yield { ok: true, more: true };
        continue;
      }
      if (got.done) break;
      yield { ok: true, more: true, result: got.value };
      next = iterator.next();
    }
    yield { ok: true, result: null };
  } finally {
    await iterator.return?.();
  }
}

/** Null after the time, and when the signal is given. */
async function orNullAfter<T>(ms: number, work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const { promise, resolve } = Promise.withResolvers<null>();
  const giveUp = (): void => resolve(null);
  const timer = setTimeout(giveUp, ms);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

function unknownMethodText(method: string): string {
  return `There is no method ${JSON.stringify(method)} in Hibernaut ${packageJson.version}, which runs here. If this command is of another version, restart the daemon.`;
}

function refusal(error: string): { ok: false; error: string } {
  return { ok: false, error };
}
