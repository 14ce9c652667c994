/**
 * The bot's reactions in one chat. The newest wins, what passes at once is never sent, and they go out only while nothing
 * else does: no message, edit or frame waits for one. What Telegram refuses is left.
 */
import type { Api } from 'grammy';
import { failureOf, isApiFailure, logFields, type ApiFailure } from '../api-failure.ts';
import { apiSignal } from '../api.ts';
import type { TelegramLog } from '../log.ts';
import type { Reaction } from '../texts/reactions.ts';
import type { Timers } from '../timers.ts';
import type { ChatLine } from './chat-line.ts';
import { gapOf, Gate } from './chat-pace.ts';

/** How long a reaction must be the right one before it is shown. */
const SETTLE_MS = 700;
/** How long all of a chat's reactions rest after one failed, a 429 included: at least, if Telegram wants a longer pause. */
const REST_MS = 60_000;
/** Of one reaction, while the failures are of a kind that passes. */
const MAX_TRIES = 2;
/** The last messages, so that a state that is told again costs no call. */
const KEPT = 200;

export interface ChatReactionsOptions {
  api: Api;
  chatId: number;
  line: ChatLine;
  timers: Timers;
  log: TelegramLog;
  signal: AbortSignal;
}

interface Mark {
  /** Null: none. */
  wanted: Reaction | null;
  /** What Telegram has; an earlier daemon may have set another one. */
  shown: Reaction | null | 'unknown';
  /** `due`: to be shown, unless it is. `done`: nothing was wanted so far, or it was given up. */
  state: 'settling' | 'due' | 'done';
  timer: unknown;
  tries: number;
}

export class ChatReactions {
  readonly #options: ChatReactionsOptions;
  /** By message id, the newest last. */
  readonly #marks = new Map<number, Mark>();
  /** Closed for a while after each call. */
  readonly #gap: Gate;
  /** Closed for a while after a failure. */
  readonly #rest: Gate;
  #gapMs: number;
  #underWay: Promise<void> | null = null;
  /** The chat takes none of the bot's reactions; with the next daemon it is tried again. */
  #isRefused = false;

  constructor(options: ChatReactionsOptions) {
    this.#options = options;
    this.#gapMs = gapOf(options.chatId);
    this.#gap = new Gate(options.timers, () => this.pump());
    this.#rest = new Gate(options.timers, () => this.pump());
  }

  show(messageId: number, wanted: Reaction | null): void {
    const mark = this.#marks.get(messageId) ?? this.#begin(messageId);
    if (this.#isRefused || mark.wanted === wanted) return;
    const { timers } = this.#options;
    timers.clearTimeout(mark.timer);
    mark.wanted = wanted;
    mark.tries = 0;
    mark.state = 'settling';
    mark.timer = timers.setTimeout(() => {
      mark.state = 'due';
      this.pump();
    }, SETTLE_MS);
  }

  /** Sends the oldest that is due, if nothing else goes out in the chat. */
  pump(): void {
    if (this.#underWay || !this.#mayGo()) return;
    const next = [...this.#marks].find(([, mark]) => isWanted(mark));
    if (!next) return;
    this.#underWay = this.#send(...next).finally(() => {
      this.#underWay = null;
      this.pump();
    });
  }

  /** Sends at once what waits, if nothing stands in its way. Resolves when Telegram has answered. */
  async flush(): Promise<void> {
    this.#gapMs = 0;
    this.#gap.dispose();
    for (const mark of this.#marks.values()) {
      if (mark.state !== 'settling') continue;
      this.#options.timers.clearTimeout(mark.timer);
      mark.state = 'due';
    }
    this.pump();
    while (this.#underWay) await this.#underWay;
  }

  dispose(): void {
    this.#gap.dispose();
    this.#rest.dispose();
    for (const { timer } of this.#marks.values()) this.#options.timers.clearTimeout(timer);
    this.#marks.clear();
  }

  #mayGo(): boolean {
    const { line, signal } = this.#options;
    const isQuiet = line.isSettled && line.pace.isCalm;
    return isQuiet && this.#gap.isOpen && this.#rest.isOpen && !this.#isRefused && !signal.aborted;
  }

  /** Of a message that nothing is known of. */
  #begin(messageId: number): Mark {
    const mark: Mark = { wanted: null, shown: 'unknown', state: 'done', timer: null, tries: 0 };
    this.#marks.set(messageId, mark);
    for (const [oldest, { timer }] of this.#marks) {
      if (this.#marks.size <= KEPT) break;
      this.#options.timers.clearTimeout(timer);
      this.#marks.delete(oldest);
    }
    return mark;
  }

  async #send(messageId: number, mark: Mark): Promise<void> {
    const { api, chatId, signal } = this.#options;
    const { wanted } = mark;
    const reactions = wanted === null ? [] : [{ type: 'emoji' as const, emoji: wanted }];
    if (this.#gapMs > 0) this.#gap.close(this.#gapMs);
    try {
      await api.setMessageReaction(chatId, messageId, reactions, {}, apiSignal(signal));
      mark.shown = wanted;
    } catch (error) {
      mark.shown = 'unknown';
      if (!signal.aborted) this.#noteFailure(error, mark, mark.wanted === wanted);
    }
  }

  /** @param isNewest whether no other reaction is wanted by now */
  #noteFailure(error: unknown, mark: Mark, isNewest: boolean): void {
    const { log, chatId } = this.#options;
    if (!isApiFailure(error)) {
      // A bug of ours: it would fail again.
      log.error({ chat: chatId, err: error }, 'telegram.reaction.dropped');
      mark.state = 'done';
      return;
    }
    log.debug({ chat: chatId, ...logFields(error) }, 'telegram.reaction.failed');
    const failure = failureOf(error);
    if (failure.kind === 'refused') {
      if (isNewest) mark.state = 'done';
      this.#isRefused ||= isAboutReactions(failure);
      return;
    }
    // Messages do not wait with them: no answer is late for a reaction.
    this.#rest.close(Math.max(REST_MS, failure.kind === 'tooManyRequests' ? failure.retryAfterMs : 0));
    if (isNewest && ++mark.tries >= MAX_TRIES) mark.state = 'done';
  }
}

function isWanted({ wanted, shown, state }: Mark): boolean {
  return state === 'due' && wanted !== shown;
}

/** Not so a message that is gone (400), a chat that takes nothing (403), or a revoked token (401). */
function isAboutReactions({ code, description }: Extract<ApiFailure, { kind: 'refused' }>): boolean {
  return code === 400 && !/message.*not found|MESSAGE_ID_INVALID|not modified/i.test(description);
}
