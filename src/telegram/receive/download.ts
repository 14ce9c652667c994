/** Fetches a file that a person sent: asks Telegram where it is, then takes it in, piece by piece. One try; no retry. */
import type { Api } from 'grammy';
import { codeOf } from '../../error-code.ts';
import { failureOf } from '../api-failure.ts';
import { apiSignal } from '../api.ts';
import type { Download, DownloadPort } from '../arrival.ts';
import type { Timers } from '../timers.ts';

export interface DownloadOptions {
  api: Pick<Api, 'getFile'>;
  token: string;
  /** Without a trailing slash and without the token. */
  apiRoot: string;
  timers: Timers;
  /** Given when the daemon ends. */
  signal: AbortSignal;
}

/** A connection on which nothing comes for so long is dead. */
const STALL_MS = 30_000;
/** What Telegram takes at most (2,000 MB), for a server that does not say how big the file is. */
const MAX_BYTES = 2_000 * 2 ** 20;

export function createDownload(options: DownloadOptions): DownloadPort['download'] {
  return async (fileId, write, signal) => {
    const until = AbortSignal.any([signal, options.signal]);
    const place = await locate(fileId, options, until);
    if ('outcome' in place) return place;
    return fetchFrom(place, write, options, until);
  };
}

interface Place {
  /** Each part is safe in an address. */
  path: string;
  sizeBytes: number | null;
}

async function locate(
  fileId: string,
  { api }: DownloadOptions,
  signal: AbortSignal,
): Promise<Place | Download> {
  try {
    const { file_path: path, file_size: size } = await api.getFile(fileId, apiSignal(signal));
    return placeOf(path, size);
  } catch (error) {
    signal.throwIfAborted();
    return refusalOf(error);
  }
}

/** The path names a place on Telegram's server, never one of ours. */
function placeOf(path: string | undefined, size: number | undefined): Place | Download {
  if (path === undefined) return failed('getFile gave no path');
  if (/^(\/|\\|[a-z]:)/i.test(path)) {
    return { outcome: 'refused', why: 'localServer', description: 'getFile gave a path of its own disk' };
  }
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    return { outcome: 'refused', why: 'gone', description: 'getFile gave a path that leads elsewhere' };
  }
  return { path: parts.map(encodeURIComponent).join('/'), sizeBytes: size ?? null };
}

function refusalOf(error: unknown): Download {
  const failure = failureOf(error);
  const { description } = failure;
  if (failure.kind === 'tooManyRequests') return failed(description, failure.retryAfterMs);
  if (failure.kind !== 'refused' || failure.code !== 400) return failed(description);
  if (/file is too big/i.test(description)) return { outcome: 'refused', why: 'tooBig', description };
  // "wrong file_id or the file is temporarily unavailable" (Bot API server, Client.cpp).
  if (/temporarily unavailable/i.test(description)) return failed(description);
  return { outcome: 'refused', why: 'gone', description };
}

async function fetchFrom(
  { path, sizeBytes }: Place,
  write: (piece: Uint8Array) => Promise<void>,
  { token, apiRoot, timers }: DownloadOptions,
  signal: AbortSignal,
): Promise<Download> {
  const stall = new AbortController();
  let alarm: unknown = null;
  const isAlive = (): void => {
    timers.clearTimeout(alarm);
    alarm = timers.setTimeout(() => stall.abort(), STALL_MS);
  };
  isAlive();
  try {
    // The address holds the token: neither it nor what `fetch` throws is ever shown.
    const response = await network(
      fetch(`${apiRoot}/file/bot${token}/${path}`, {
        redirect: 'manual',
        headers: { 'accept-encoding': 'identity' },
        signal: AbortSignal.any([signal, stall.signal]),
      }),
    );
    if (response.status !== 200 || !response.body) {
      await response.body?.cancel().catch(() => undefined);
      return failed(`the file server answered ${response.status}`, retryAfterMs(response));
    }
    return await takeIn(response.body, { write, isAlive, sizeBytes });
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    signal.throwIfAborted();
    return failed(stall.signal.aborted ? `nothing came for ${STALL_MS / 1_000} s` : error.message);
  } finally {
    timers.clearTimeout(alarm);
    // Whatever made it stop early, nothing more of it is wanted.
    stall.abort();
  }
}

interface TakingIn {
  write: (piece: Uint8Array) => Promise<void>;
  isAlive: () => void;
  sizeBytes: number | null;
}

async function takeIn(
  body: ReadableStream<Uint8Array>,
  { write, isAlive, sizeBytes }: TakingIn,
): Promise<Download> {
  const reader = body.getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await network(reader.read());
    if (done) break;
    isAlive();
    bytes += value.byteLength;
    if (bytes > (sizeBytes ?? MAX_BYTES)) return failed('more came than getFile had said');
    await write(value);
  }
  if (sizeBytes !== null && bytes < sizeBytes) return failed('the file was cut off');
  return { outcome: 'complete', bytes };
}

/** By its code only. */
class NetworkError extends Error {
  override name = 'NetworkError';
}

async function network<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    // Not as the cause: its message may hold the address, and so the token.
    throw new NetworkError(`no connection to the file server (${codeOf(cause) ?? 'broken off'})`);
  }
}

function retryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return response.status === 429 && seconds > 0 ? seconds * 1_000 : null;
}

function failed(description: string, retryAfter: number | null = null): Download {
  return { outcome: 'failed', retryAfterMs: retryAfter, description };
}
