/** An emulator for one test, grammY's client for it, and calls by hand. */
import { Api } from 'grammy';
import { onTestFinished } from 'vitest';
import { startEmulator, type EmulatorOptions } from '../../../src/sandbox/bot-api/emulator.ts';
import { type EmulatedTelegram } from '../../../src/sandbox/ports.ts';

/** The private chat with the person of the same number. */
export const CHAT = 7;

export interface Emulated {
  telegram: EmulatedTelegram;
  api: Api;
  /** A call as any client may make it: the HTTP status and the envelope. */
  call: (method: string, parameters?: Record<string, unknown>) => Promise<ApiAnswer>;
  /** What Telegram says to a call that it refuses; fails if it does not. */
  refusal: (method: string, parameters?: Record<string, unknown>) => Promise<string>;
}

export interface ApiAnswer {
  httpStatus: number;
  headers: Headers;
  ok: boolean;
  result?: unknown;
  error_code?: number;
  description?: string;
  parameters?: { retry_after?: number };
}

/** Ends with the test. */
export async function startTelegram(options: EmulatorOptions = {}): Promise<Emulated> {
  const telegram = await startEmulator(options);
  onTestFinished(() => telegram.close());
  const api = new Api(telegram.token, { apiRoot: telegram.url });
  const call: Emulated['call'] = async (method, parameters = {}) =>
    readAnswer(
      await fetch(`${telegram.url}/bot${telegram.token}/${method}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(parameters),
      }),
    );
  const refusal: Emulated['refusal'] = async (method, parameters) => {
    const { ok, error_code, description } = await call(method, parameters);
    if (ok) throw new Error(`${method} was not refused.`);
    return `${error_code} ${description}`;
  };
  return { telegram, api, call, refusal };
}

/** As `startTelegram`, with a chat in which a person has said "hello". */
export async function startChat(options: EmulatorOptions = {}): Promise<Emulated> {
  const emulated = await startTelegram(options);
  emulated.telegram.sendText({ chatId: CHAT, text: 'hello' });
  return emulated;
}

export async function readAnswer(response: Response): Promise<ApiAnswer> {
  // The envelope of the Bot API; a test that reads something else from it fails.
  const body = (await response.json()) as Omit<ApiAnswer, 'httpStatus' | 'headers'>;
  return { httpStatus: response.status, headers: response.headers, ...body };
}
