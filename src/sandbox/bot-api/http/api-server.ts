/** The HTTP side of the Bot API: addresses, tokens, calls, faults on order, downloads. */
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback, type LoopbackServer } from '../../../loopback/server.ts';
import { ApiError, unmodelled } from '../api-error.ts';
import { type CallLog } from '../call-log.ts';
import { type Faults } from '../faults.ts';
import { type Method } from '../method.ts';
import { findMethod } from '../methods/index.ts';
import { Parameters } from '../parameters.ts';
import { type World } from '../world.ts';
import { failure, failureOnOrder, send, success, type Answer } from './answer.ts';
import { readParameters } from './read-request.ts';
import { type BotCall } from '../../ports.ts';

export interface ApiServerOptions {
  port: number;
  token: string;
  world: World;
  faults: Faults;
  log: CallLog;
  now: () => number;
}

const API_PATH = /^\/bot([^/]*)\/([^/]*)\/?$/;
const FILE_PATH = /^\/file\/bot([^/]*)\/(.+)$/;
const MAX_TOKEN_LENGTH = 80;

export function startApiServer(options: ApiServerOptions): Promise<LoopbackServer> {
  const { log, now } = options;

  async function onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://telegram');
    const download = FILE_PATH.exec(url.pathname);
    if (download) return sendFile(options, response, download[1] ?? '', download[2] ?? '');
    const [, token, name] = API_PATH.exec(url.pathname) ?? [];
    if (token === undefined || name === undefined)
      return send(response, failure(new ApiError(404, 'Not Found')));
    const refusal = refusalOf(token, options.token);
    if (refusal) return send(response, failure(refusal));
    if (request.method !== 'GET' && request.method !== 'POST') {
      return send(response, failure(new ApiError(405, 'Method Not Allowed')));
    }
    await onCall({ name, request, response, query: url.searchParams });
  }

  async function onCall(incoming: IncomingCall): Promise<void> {
    const found = findMethod(incoming.name);
    const parameters = await readOrRefuse(incoming);
    const payload = parameters instanceof Parameters ? parameters.toPayload() : {};
    const call = log.add(found?.name ?? incoming.name, payload, now());
    const gone = new AbortController();
    incoming.response.on('close', () => gone.abort());
    const answer =
      parameters instanceof Parameters
        ? await answerOrDrop(options, {
            method: found?.method ?? null,
            call,
            parameters,
            signal: gone.signal,
          })
        : failure(parameters);
    if (answer === null || gone.signal.aborted) {
      call.status = 'dropped';
      incoming.response.destroy();
      return;
    }
    call.status = answer.status;
    send(incoming.response, answer);
  }

  return listenOnLoopback('127.0.0.1', options.port, (request, response) => {
    onRequest(request, response).catch((error: unknown) => {
      // A fault of the emulator itself must not look like one of Telegram's.
      const description = `The emulated Bot API failed: ${String(error)}`;
      if (!response.headersSent) send(response, failure(new ApiError(500, description)));
      else response.destroy();
    });
  });
}

interface IncomingCall {
  name: string;
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
}

async function readOrRefuse({ request, query }: IncomingCall): Promise<Parameters | ApiError> {
  try {
    return await readParameters(request, query);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

interface ReadyCall {
  /** Null: unknown here. */
  method: Method | null;
  call: BotCall;
  parameters: Parameters;
  signal: AbortSignal;
}

/** Null if the connection is to be cut. */
async function answerOrDrop({ world, faults }: ApiServerOptions, ready: ReadyCall): Promise<Answer | null> {
  const fault = faults.take(ready.call.method);
  if (fault?.delayMs !== undefined)
    await sleep(fault.delayMs, undefined, { signal: ready.signal }).catch(() => null);
  if (fault?.drop === 'before') return null;
  if (fault?.error && fault.drop === undefined) return failureOnOrder(fault.error);
  const answer = await runMethod(world, ready);
  return fault?.drop === 'after' ? null : answer;
}

async function runMethod(world: World, { method, call, parameters, signal }: ReadyCall): Promise<Answer> {
  try {
    if (!method) throw new ApiError(404, 'Not Found: method not found');
    const foreign = parameters.names.find((name) => !method.takes.includes(name));
    if (foreign) throw foreignParameter(foreign, call.method);
    return success(await method.run({ world, parameters, signal }));
  } catch (error) {
    if (error instanceof ApiError) return failure(error);
    throw error;
  }
}

function foreignParameter(name: string, method: string): ApiError {
  if (name === 'parse_mode') {
    return unmodelled('parse_mode: Hibernaut formats with entities only, which model output cannot break');
  }
  return unmodelled(`the parameter "${name}" of ${method}`);
}

function refusalOf(token: string, expected: string): ApiError | null {
  if (token === expected) return null;
  const isToken = /^[1-9]\d*:/.test(token) && token.length <= MAX_TOKEN_LENGTH;
  return new ApiError(401, isToken ? 'Unauthorized' : 'Unauthorized: invalid token specified');
}

async function sendFile(
  { token, world, faults }: ApiServerOptions,
  response: ServerResponse,
  given: string,
  path: string,
): Promise<void> {
  const refusal = refusalOf(given, token);
  const bytes = refusal ? null : world.files.download(decodeURIComponent(path));
  if (!bytes) return send(response, failure(refusal ?? new ApiError(404, 'Not Found')));
  const fault = faults.take('download');
  if (fault?.error) return send(response, failureOnOrder(fault.error));
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length });
  if (!fault) return void response.end(bytes);
  response.write(bytes.subarray(0, fault.cutAfterBytes ?? 1));
  if (fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
  if (fault.drop || fault.cutAfterBytes !== undefined) return void response.destroy();
  response.end(bytes.subarray(1));
}
