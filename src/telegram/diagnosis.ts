/** What Telegram says of the bot, for who looks for what is wrong: asked once, within a bound, and nothing of it changes anything. */
import { Api } from 'grammy';
import { failureOf, isApiFailure, isTokenRefused } from './api-failure.ts';

export interface BotFacts {
  username: string;
  canJoinGroups: boolean;
  /** Whether "privacy mode" is off. */
  readsAllOfGroups: boolean;
  /** Topics in private chats. */
  hasTopics: boolean;
  /** Host name of the webhook that is set, or null. Its path may be a secret. */
  webhookHost: string | null;
  /** Messages and taps that wait to be fetched. */
  pendingUpdates: number;
  /** How far our clock is ahead of Telegram's, ms; null if the answer has no date. Right to a second or two. */
  clockAheadMs: number | null;
}

export type BotLook =
  | { outcome: 'known'; facts: BotFacts }
  | { outcome: 'tokenRefused' }
  /** Without the token. */
  | { outcome: 'unreachable'; why: string };

export interface LookOptions {
  token: string;
  /** Without a trailing slash. */
  apiRoot: string;
  /** Wall clock, ms since the epoch. */
  now: () => number;
  /** Per call, ms. */
  timeoutMs: number;
}

/** A date of HTTP is cut off at the second. */
const HALF_A_SECOND_MS = 500;

/** Never asks for updates: those would be taken from the daemon. Rejects only for a bug of ours. */
export async function lookAtBot(options: LookOptions): Promise<BotLook> {
  let clockAheadMs: number | null = null;
  const api = createApi(options, (ahead) => (clockAheadMs ??= ahead));
  try {
    const me = await api.getMe();
    const webhook = await api.getWebhookInfo();
    return {
      outcome: 'known',
      facts: {
        username: me.username,
        canJoinGroups: me.can_join_groups,
        readsAllOfGroups: me.can_read_all_group_messages,
        hasTopics: me.has_topics_enabled,
        webhookHost: webhook.url ? hostOf(webhook.url) : null,
        pendingUpdates: webhook.pending_update_count,
        clockAheadMs,
      },
    };
  } catch (error) {
    if (isTokenRefused(error)) return { outcome: 'tokenRefused' };
    return { outcome: 'unreachable', why: describe(error) };
  }
}

/**
 * Makes `getUpdates` possible again; what waits is kept.
 * @throws Error with a sentence if Telegram can't be reached or refuses
 */
export async function removeWebhook(options: LookOptions): Promise<void> {
  try {
    await createApi(options, () => undefined).deleteWebhook({ drop_pending_updates: false });
  } catch (error) {
    throw new Error(`The webhook could not be removed: ${describe(error)}`, { cause: error });
  }
}

function createApi({ token, apiRoot, now, timeoutMs }: LookOptions, tell: (aheadMs: number) => void): Api {
  return new Api(token, {
    apiRoot,
    fetch: async (url: string, init: RequestInit) => {
      const sentAt = now();
      // grammY's own signal is a polyfill's, which Node's fetch does not take.
      const response = await fetchOrThrowCause(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
      const theirs = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(theirs)) tell((sentAt + now()) / 2 - (theirs + HALF_A_SECOND_MS));
      return response;
    },
  });
}

/** Node's fetch says only that it failed; the reason, with the system's code, is the cause. */
async function fetchOrThrowCause(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
  }
}

function describe(error: unknown): string {
  if (!isApiFailure(error)) throw error;
  return failureOf(error).description;
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'an address that is none';
}
