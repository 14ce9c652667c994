/** Asks the daemon of a data folder something, from another process. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { boundedLines } from '../bounded-lines.ts';
import { codeOf } from '../error-code.ts';
import { answerSchema, type ControlAnswer, ControlError, encode, MAX_ANSWER_BYTES } from './protocol.ts';
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
    const answer = await ask(dataDir, encode({ v: 1, method, params }), signal);
    if (!answer.ok) throw new ControlError(answer.error);
    return answer.result;
  } catch (error) {
    if (isNobodyThere(error)) throw new NoDaemonError(dataDir, error);
    if (!signal.aborted) throw error;
    throw new ControlError(
      `The daemon on ${dataDir} did not answer ${method} within ${timeoutMs / 1_000} s. Its log may say why.`,
      { cause: error },
    );
  }
}

async function ask(dataDir: string, request: string, signal: AbortSignal): Promise<ControlAnswer> {
  const socket = connect({ path: await findSocketPath(dataDir), signal, allowHalfOpen: true });
  try {
    await once(socket, 'connect');
    socket.end(request);
    return await firstAnswer(socket);
  } finally {
    socket.destroy();
  }
}

/** The socket is missing, or it is there and its daemon is not. */
function isNobodyThere(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}

async function firstAnswer(chunks: AsyncIterable<Buffer>): Promise<ControlAnswer> {
  for await (const line of boundedLines(chunks, MAX_ANSWER_BYTES))
    return answerSchema.parse(JSON.parse(line));
  throw new ControlError('The daemon hung up without an answer. It may just have stopped.');
}
