/** The Messages API's errors: https://platform.claude.com/docs/en/api/errors */
import { type ServerResponse } from 'node:http';

const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const MESSAGES: Readonly<Record<number, string>> = {
  401: 'invalid x-api-key',
  429: "This request would exceed your account's rate limit. Please try again later.",
  500: 'Internal server error',
  529: 'Overloaded',
};

/** Answers with `status` and the JSON that the API sends with it. */
export function sendApiError(res: ServerResponse, status: number, requestId: string, message?: string): void {
  const error = {
    type: TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'),
    message: message ?? MESSAGES[status] ?? `The scripted model was asked to fail with ${status}.`,
  };
  res.writeHead(status, {
    'content-type': 'application/json',
    'request-id': requestId,
    ...(status === 429 ? { 'retry-after': '0' } : {}),
  });
  res.end(JSON.stringify({ type: 'error', error, request_id: requestId }));
}
