/** The Bot API's refusals: an HTTP status with a description, word for word as Telegram's server writes it. */
import { type ResponseParameters } from 'grammy/types';

export class ApiError extends Error {
  override name = 'ApiError';
  readonly code: number;
  readonly parameters: ResponseParameters;

  constructor(code: number, description: string, parameters: ResponseParameters = {}) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

/** `Bad Request: …`, the first letter lowered as the server does to TDLib's messages. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, `Bad Request: ${lowerFirst(message)}`);
}

export function forbidden(message: string): ApiError {
  return new ApiError(403, `Forbidden: ${message}`);
}

/** Something that Telegram may well do, but this emulator doesn't: no test may take its answer for Telegram's. */
export function unmodelled(what: string): ApiError {
  return new ApiError(400, `Bad Request: the emulated Bot API does not know ${what}`);
}

/** `Text is …` but not `URL is …` or `BUTTON_DATA_INVALID` (telegram-bot-api: `Client::fail_query_with_error`). */
function lowerFirst(message: string): string {
  const [first = '', second = ''] = message;
  const isWord = second !== '_' && second === second.toLowerCase();
  return isWord ? first.toLowerCase() + message.slice(1) : message;
}
