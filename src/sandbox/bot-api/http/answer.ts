/** The envelope that every call is answered with, and the HTTP status that says the same. */
import { type ServerResponse } from 'node:http';
import { ApiError } from '../api-error.ts';
import { type Fault } from '../../ports.ts';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export function success(result: unknown): Answer {
  return { status: 200, body: { ok: true, result } };
}

export function failure(error: ApiError): Answer {
  const { code, message, parameters } = error;
  const hasParameters = Object.keys(parameters).length > 0;
  return {
    status: code,
    body: { ok: false, error_code: code, description: message, ...(hasParameters && { parameters }) },
  };
}

/** A fault on order, as Telegram words it; a description is only needed where the code does not say all. */
export function failureOnOrder({
  code,
  description,
  retryAfter,
  migrateTo,
}: NonNullable<Fault['error']>): Answer {
  const parameters = {
    ...(retryAfter !== undefined && { retry_after: retryAfter }),
    ...(migrateTo !== undefined && { migrate_to_chat_id: migrateTo }),
  };
  return failure(new ApiError(code, description, parameters));
}

export function send(response: ServerResponse, { status, body }: Answer): void {
  const retryAfter = retryAfterOf(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(retryAfter !== null && { 'retry-after': String(retryAfter) }),
  });
  response.end(JSON.stringify(body));
}

function retryAfterOf({ parameters }: Answer['body']): number | null {
  if (typeof parameters !== 'object' || parameters === null || !('retry_after' in parameters)) return null;
  return typeof parameters.retry_after === 'number' ? parameters.retry_after : null;
}
