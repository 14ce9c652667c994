/**
 * The titles of topics, which show what their sessions do. Each change is a line in the topic for everyone, so a title
 * changes only when what it says has stayed the same for a while, and no two of a chat right after each other. It is a
 * courtesy: what Telegram refuses is left.
 */
import type { Api } from 'grammy';
import { failureOf, logFields, type ApiFailure } from '../api-failure.ts';
import { apiSignal } from '../api.ts';
import type { TelegramLog } from '../log.ts';
import type { MadeTopic, ReportToSession, ShownTopic } from '../ports.ts';
import { topicTitle } from '../texts/topics.ts';
import type { Timers } from '../timers.ts';
import type { ChatLine } from './chat-line.ts';

/** How long a title must be the right one before it is shown. */
const SETTLE_MS = 5_000;
/** Between two titles in one chat: its messages need the rate more than they do. */
const GAP_MS = 4_000;

export interface TopicTitlesOptions {
  api: Api;
  lineOf: (chatId: number) => ChatLine;
  report: ReportToSession;
  now: () => number;
  timers: Timers;
  log: TelegramLog;
  signal: AbortSignal;
}

interface Title {
  sessionId: string;
  chatId: number;
  threadId: number;
  wanted: string;
  /** What Telegram has, or refused; null if that is not known. */
  shown: string | null;
  timer: unknown;
}

export class TopicTitles {
  readonly #options: TopicTitlesOptions;
  readonly #titles = new Map<string, Title>();
  /** Chats in which a title has just been changed. */
  readonly #resting = new Set<number>();

  constructor(options: TopicTitlesOptions) {
    this.#options = options;
  }

  show(sessionId: string, topic: ShownTopic): void {
    const { chatId, threadId } = topic;
    const key = `${String(chatId)}/${String(threadId)}`;
    const known = this.#titles.get(key);
    const title = known ?? { sessionId, chatId, threadId, wanted: '', shown: null, timer: null };
    title.sessionId = sessionId;
    this.#titles.set(key, title);
    const wanted = topicTitle(topic);
    if (title.wanted === wanted) return;
    title.wanted = wanted;
    this.#options.timers.clearTimeout(title.timer);
    title.timer = null;
    if (title.wanted !== title.shown) this.#wait(title, SETTLE_MS);
  }

  /** Shows now what was still waiting: after a stop nobody else would. Resolves when Telegram has answered. */
  async flush(): Promise<void> {
    const waiting = [...this.#titles.values()].filter(({ timer }) => timer !== null);
    this.dispose();
    await Promise.all(waiting.map((title) => this.#edit(title)));
  }

  dispose(): void {
    for (const title of this.#titles.values()) {
      this.#options.timers.clearTimeout(title.timer);
      title.timer = null;
    }
  }

  #wait(title: Title, waitMs: number): void {
    title.timer = this.#options.timers.setTimeout(() => {
      title.timer = null;
      const isFree = !this.#resting.has(title.chatId) && this.#options.lineOf(title.chatId).pace.mayCall;
      if (isFree) void this.#edit(title);
      else this.#wait(title, GAP_MS);
    }, waitMs);
  }

  async #edit(title: Title): Promise<void> {
    const { api, timers, signal } = this.#options;
    const { chatId, threadId, wanted } = title;
    this.#resting.add(chatId);
    timers.setTimeout(() => this.#resting.delete(chatId), GAP_MS);
    try {
      await api.editForumTopic(chatId, threadId, { name: wanted }, apiSignal(signal));
      title.shown = wanted;
    } catch (error) {
      if (signal.aborted) return;
      this.#options.log.debug({ chat: chatId, ...logFields(error) }, 'telegram.topicTitle.failed');
      this.#takeFailure(title, wanted, failureOf(error));
    }
  }

  #takeFailure(title: Title, wanted: string, failure: ApiFailure): void {
    const { lineOf, report, now } = this.#options;
    if (failure.kind === 'tooManyRequests') lineOf(title.chatId).pace.holdOff(failure.retryAfterMs);
    if (failure.kind !== 'refused') {
      // Whatever is to be shown by then.
      if (title.timer === null) this.#wait(title, SETTLE_MS);
      return;
    }
    // As it is already (TOPIC_NOT_MODIFIED), or for want of the right to: not again before there is something new.
    title.shown = wanted;
    if (/thread not found|TOPIC_DELETED|TOPIC_ID_INVALID/i.test(failure.description)) {
      this.#titles.delete(`${String(title.chatId)}/${String(title.threadId)}`);
      report(title.sessionId, { type: 'telegram.topicGone', threadId: title.threadId, at: now() });
    }
  }
}

/** Telegram's refusal as words, where no topic can be had; anything that passes by itself is thrown on. */
export async function createTopic(
  api: Api,
  chatId: number,
  name: string,
  signal: AbortSignal,
): Promise<MadeTopic> {
  try {
    const title = topicTitle({ name, state: 'suspended' });
    const topic = await api.createForumTopic(chatId, title, {}, apiSignal(signal));
    return { threadId: topic.message_thread_id };
  } catch (error) {
    const failure = failureOf(error);
    // A pause of a minute would hold up everybody's messages.
    if (failure.kind !== 'refused' && failure.kind !== 'tooManyRequests') throw error;
    return { refused: failure.description };
  }
}
