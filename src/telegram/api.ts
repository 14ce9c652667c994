/** The clients that speak to the Bot API, and who the bot is. */
import { Api } from 'grammy';
import { isTokenRefused } from './api-failure.ts';
import { watchCalls, type OnCall } from './call-watch.ts';

/** How long one `getUpdates` waits for an update; Telegram allows 50 at most. Seconds, as the Bot API wants it. */
export const POLL_SECONDS = 30;
/** A call without an end is a dead connection. grammY's default of 500 s would freeze the bot (grammY `timeoutSeconds`). */
const POLL_TIMEOUT_SECONDS = POLL_SECONDS + 15;
const SEND_TIMEOUT_SECONDS = 20;
/** 50 MB, the largest file, over 1.5 Mbit/s. */
const UPLOAD_TIMEOUT_SECONDS = 300;

export interface Apis {
  /** For `getUpdates` and what leads up to it. */
  readonly poll: Api;
  /** For everything that people see. */
  readonly send: Api;
  /** For the few words that somebody gets who is not allowed (yet). */
  readonly strangers: Api;
}

export interface ApisOptions {
  token: string;
  /** Without a trailing slash and without the token. */
  apiRoot: string;
  /** Told of each call once it is over. Never throws. */
  onCall?: OnCall;
}

export function createApis({ token, apiRoot, onCall }: ApisOptions): Apis {
  const create = (timeoutSeconds: number) => new Api(token, { apiRoot, timeoutSeconds });
  const apis = {
    poll: create(POLL_TIMEOUT_SECONDS),
    send: withLongerUploads(create(SEND_TIMEOUT_SECONDS), create(UPLOAD_TIMEOUT_SECONDS)),
    strangers: create(SEND_TIMEOUT_SECONDS),
  };
  // Around the longer uploads, which go through another client.
  if (onCall) for (const api of Object.values(apis)) api.config.use(watchCalls(onCall));
  return apis;
}

/** grammY has one time limit for all calls of a client. */
function withLongerUploads(api: Api, uploads: Api): Api {
  api.config.use(async (call, method, payload, signal) => {
    if (!isUpload(method)) return call(method, payload, signal);
    const upload = uploads.raw[method] as (...args: unknown[]) => Promise<never>;
    return { ok: true, result: await upload(payload, signal) };
  });
  return api;
}

function isUpload(method: string): method is 'sendDocument' | 'sendPhoto' | 'sendMediaGroup' {
  return method === 'sendDocument' || method === 'sendPhoto' || method === 'sendMediaGroup';
}

/** The signal that a call of grammY's takes. */
export type ApiSignal = NonNullable<Parameters<Api['getUpdates']>[1]>;

/** grammY's types want its polyfill's class; of a signal it uses only what Node's own has too (research: a poll ends in 0.2 s). */
export function apiSignal(signal: AbortSignal): ApiSignal {
  return signal as unknown as ApiSignal;
}

export interface BotIdentity {
  id: number;
  /** Without the @. */
  username: string;
  /** Topics in private chats, as BotFather switches them on. */
  hasTopics: boolean;
}

/** Telegram does not know the token. Its message is for whoever set it. */
export class TelegramTokenError extends Error {
  override name = 'TelegramTokenError';

  constructor(options?: ErrorOptions) {
    super(
      'Telegram does not know this bot token. Copy it again from @BotFather (/mybots, your bot, API Token) ' +
        'into TELEGRAM_BOT_TOKEN.',
      options,
    );
  }
}

/** Asks Telegram who we are. Throws TelegramTokenError if the token is refused, else what grammY throws. */
export async function identify(api: Api): Promise<BotIdentity> {
  try {
    const { id, username, has_topics_enabled: hasTopics } = await api.getMe();
    return { id, username, hasTopics };
  } catch (error) {
    if (isTokenRefused(error)) throw new TelegramTokenError({ cause: error });
    throw error;
  }
}
