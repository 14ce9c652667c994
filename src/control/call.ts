/** Asks the daemon of a data folder something, from another process. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { boundedLines } from '../bounded-lines.ts';
import { codeOf } from '../error-code.ts';
import {
  answerSchema,
  type ControlAnswer,
  ControlError,
  encode,
  MAX_ANSWER_BYTES,
  OutcomeUnknownError,
} from './protocol.ts';
import { findSocketPath } from './socket-path.ts';

/** Nobody listens: no daemon runs on the data folder. */
export class NoDaemonError extends Error {
  override name = 'NoDaemonError';

  constructor(dataDir: string, cause: unknown) {
    super(`No Hibernaut runs on ${dataDir}. Start it with "hibernaut start".`, { cause });
  }
}

/**
 * What the daemon's method answered; the caller validates it.
 * @param timeoutMs how long the whole call may take
 * @throws NoDaemonError if no daemon runs; ControlError with a sentence if it refused, failed or does not answer
 */
export async function callControl(
  dataDir: string,
  method: string,
  params?: unknown,
  timeoutMs = 10_000,
): Promise<unknown> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await firstAnswer(dataDir, encode({ v: 1, method, params }), signal);
    if (!answer.ok) throw refusalOf(answer);
    return answer.result;
  } catch (error) {
    if (isNobodyThere(error)) throw new NoDaemonError(dataDir, error);
    if (!signal.aborted) throw error;
    throw new OutcomeUnknownError(
      `The daemon on ${dataDir} did not answer ${method} within ${timeoutMs / 1_000} s. Its log may say why.`,
      { cause: error },
    );
  }
}

/**
 * What the daemon's method streams, as it comes; the caller validates it. Ends when the daemon says that this was all, or
 * when the signal is given.
 * @throws as `callControl`; also if the daemon stops in the middle of it, or is silent for long
 */
export async function* streamControl(
  dataDir: string,
  method: string,
  params: unknown,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<unknown> {
  try {
    for await (const answer of answersTo(dataDir, encode({ v: 1, method, params }), signal)) {
      if (!answer.ok) throw refusalOf(answer);
      if (answer.more && answer.result === undefined) continue;
      if (!answer.more) return;
      yield answer.result;
    }
    throw hungUp();
  } catch (error) {
    if (signal.aborted) return;
    if (isNobodyThere(error)) throw new NoDaemonError(dataDir, error);
    throw codeOf(error) === undefined ? error : hungUp(error);
  }
}

/** More than the daemon lets a stream be silent. */
const SILENT_MS = 60_000;

/** Whether a daemon of this data folder hears: it may start or stop still. @throws if the system says neither yes nor no */
export async function isListening(dataDir: string): Promise<boolean> {
  const socket = connect({ path: await findSocketPath(dataDir) });
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    if (isNobodyThere(error)) return false;
    throw error;
  } finally {
    socket.destroy();
  }
}

async function* answersTo(
  dataDir: string,
  request: string,
  signal: AbortSignal,
): AsyncGenerator<ControlAnswer> {
  const socket = connect({ path: await findSocketPath(dataDir), signal, allowHalfOpen: true });
  socket.setTimeout(SILENT_MS, () =>
    socket.destroy(
      new OutcomeUnknownError(
        `The daemon on ${dataDir} has said nothing for ${SILENT_MS / 1_000} s. Its log may say why.`,
      ),
    ),
  );
  try {
    await once(socket, 'connect');
    socket.end(request);
    const chunks: AsyncIterable<Buffer> = socket;
    for await (const line of boundedLines(chunks, MAX_ANSWER_BYTES))
      yield answerSchema.parse(JSON.parse(line));
  } finally {
    socket.destroy();
  }
}

async function firstAnswer(dataDir: string, request: string, signal: AbortSignal): Promise<ControlAnswer> {
  for await (const answer of answersTo(dataDir, request, signal)) return answer;
  throw hungUp();
}

function refusalOf({ error, isOurs }: Extract<ControlAnswer, { ok: false }>): ControlError {
  return isOurs ? new OutcomeUnknownError(error) : new ControlError(error);
}

function hungUp(cause?: unknown): ControlError {
  return new OutcomeUnknownError('The daemon hung up without an answer. It may just have stopped.', {
    cause,
  });
}

/** The socket is missing, or it is there and its daemon is not. */
function isNobodyThere(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}
