/** What went wrong in a call to the Bot API, in the terms of what can be done about it. Never carries the token. */
import { GrammyError, HttpError } from 'grammy';

export type ApiFailure = { description: string } & (
  | /** Telegram wants a pause, of everything in that chat (429). */
    { kind: 'tooManyRequests'; retryAfterMs: number }
    /** Telegram said no, and would again (4xx). `migratedTo`: the group lives on under this id. */
  | { kind: 'refused'; code: number; migratedTo: number | null }
  /** Telegram failed (5xx): nothing was done. */
  | { kind: 'serverError' }
  /** No connection came about: nothing was done. */
  | { kind: 'notSent' }
  /** The connection ended before the answer came: it was done, or not. */
  | { kind: 'unknownOutcome' }
);

/** What a 429 without `retry_after` means. The Bot API documents the field as optional. */
const DEFAULT_RETRY_AFTER_MS = 5_000;

/** Node's codes for a connection that never was: the resolver, the network, the other side's port, TLS. */
const NEVER_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|EPROTO|CERT_\w+|ERR_TLS_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+)$/;

/** Whether Telegram or the network is to blame, in a call of grammY's. */
export function isApiFailure(error: unknown): error is GrammyError | HttpError {
  return error instanceof GrammyError || error instanceof HttpError;
}

/** @param error what a grammY call threw; anything that is not Telegram's or the network's doing is thrown on */
export function failureOf(error: unknown): ApiFailure {
  if (error instanceof GrammyError) return refusalOf(error);
  if (error instanceof HttpError) return networkFailureOf(error);
  throw error;
}

function refusalOf({ method, error_code: code, description, parameters }: GrammyError): ApiFailure {
  const told = `${method}: ${code} ${withoutQuotes(description)}`;
  if (code === 429) {
    const { retry_after: seconds } = parameters;
    const retryAfterMs = seconds === undefined ? DEFAULT_RETRY_AFTER_MS : seconds * 1_000;
    return { kind: 'tooManyRequests', retryAfterMs, description: told };
  }
  if (code >= 500) return { kind: 'serverError', description: told };
  return { kind: 'refused', code, migratedTo: parameters.migrate_to_chat_id ?? null, description: told };
}

/** Telegram quotes what it refuses (a link, a part of the text): that stays out of logs. */
function withoutQuotes(description: string): string {
  return description.replace(/'[^']*'|"[^"]*"/g, '…');
}

/** node-fetch keeps the system's code, and the system call only in the message, which holds the URL: it is not passed on. */
function networkFailureOf(error: HttpError): ApiFailure {
  const code = codeOf(error.error);
  const description = `${error.message.replace(/\.?!?$/, '')} (${code}).`;
  const isConnectTimeout =
    code === 'ETIMEDOUT' &&
    error.error instanceof Error &&
    !/(read|write) ETIMEDOUT/.test(error.error.message);
  return NEVER_CONNECTED.test(code) || isConnectTimeout
    ? { kind: 'notSent', description }
    : { kind: 'unknownOutcome', description };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const code: unknown = Reflect.get(error, 'code') ?? Reflect.get(error, 'type');
  if (typeof code === 'string') return code;
  return error.message.includes('timed out') ? 'timed out' : error.name;
}

/** 401, or the 404 that a token of the wrong shape gets. */
export function isTokenRefused(error: unknown): boolean {
  return error instanceof GrammyError && (error.error_code === 401 || error.error_code === 404);
}

/** Facts for the log. */
export function logFields(error: unknown): Record<string, unknown> {
  if (error instanceof GrammyError) {
    const { name, method, error_code } = error;
    return { name, method, error_code, description: withoutQuotes(error.description) };
  }
  if (error instanceof HttpError) return { name: error.name, description: failureOf(error).description };
  return { err: error };
}
