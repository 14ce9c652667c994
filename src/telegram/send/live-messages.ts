/**
 * The live message of each session's turn. It goes when its answer has come: a new message rings, an edit does not, and
 * two messages with the same words help nobody.
 */
import type { Api } from 'grammy';
import type { ChatLine } from './chat-line.ts';
import { deleteDelivery } from './delivery.ts';
import { LiveMessage } from './live-message.ts';
import type { TelegramLog } from '../log.ts';
import type { ReportToSession, ShownProgress, TelegramPort } from '../ports.ts';
import { liveMessageOverText } from '../texts/delivery.ts';
import type { Time } from '../timers.ts';

/** How long a turn's live message waits for the answer, which comes once it is on disk. */
const ANSWER_GRACE_MS = 3_000;

type ShownSession = Parameters<TelegramPort['show']>[0];

export interface LiveMessagesOptions {
  api: Api;
  lineOf: (chatId: number) => ChatLine;
  report: ReportToSession;
  time: Time;
  log: TelegramLog;
  signal: AbortSignal;
}

export class LiveMessages {
  readonly #options: LiveMessagesOptions;
  /** Of the turns going on. */
  readonly #live = new Map<string, LiveMessage>();
  /** Of turns that are over, until the answer has come or is not to be expected; with the way to stop waiting. */
  readonly #waiting = new Map<string, { message: LiveMessage; stopWaiting: () => void }>();
  /** The message that each session was told of last. */
  readonly #reported = new Map<string, number>();

  constructor(options: LiveMessagesOptions) {
    this.#options = options;
  }

  show(session: ShownSession, progress: ShownProgress | null): void {
    if (progress === null) return this.#end(session.id);
    const message = this.#live.get(session.id) ?? this.#begin(session);
    message.show(progress);
  }

  /** A frame may go out in this chat. */
  pump(chatId: number): void {
    for (const message of this.#live.values()) {
      if (message.address.chatId === chatId) message.pump();
    }
  }

  /** The session's answer is in its lane: its live message is deleted right behind it. */
  retire(sessionId: string): void {
    const message = this.#live.get(sessionId);
    this.#live.delete(sessionId);
    if (message) this.#delete(sessionId, message);
    this.#stopWaiting(sessionId);
  }

  /** Waits for no answer any more. */
  flush(): void {
    for (const sessionId of [...this.#waiting.keys()]) this.#stopWaiting(sessionId);
  }

  dispose(): void {
    for (const { stopWaiting } of this.#waiting.values()) stopWaiting();
    this.#waiting.clear();
    this.#live.clear();
  }

  #begin({ id, chatId, threadId }: ShownSession): LiveMessage {
    const { api, lineOf, log, signal } = this.#options;
    const message = new LiveMessage({
      api,
      address: { chatId, threadId },
      pace: lineOf(chatId).pace,
      log,
      signal,
      onMessage: (messageId) => this.#report(id, messageId),
    });
    this.#live.set(id, message);
    return message;
  }

  /** The turn is over. */
  #end(sessionId: string): void {
    const message = this.#live.get(sessionId);
    if (!message) return;
    this.#live.delete(sessionId);
    // No frame may come after the answer.
    void message.end();
    this.#stopWaiting(sessionId);
    if (this.#options.lineOf(message.address.chatId).waiting(sessionId) > 0) {
      this.#delete(sessionId, message);
      return;
    }
    const { timers } = this.#options.time;
    const timer = timers.setTimeout(() => this.#stopWaiting(sessionId), ANSWER_GRACE_MS);
    this.#waiting.set(sessionId, { message, stopWaiting: () => timers.clearTimeout(timer) });
  }

  #stopWaiting(sessionId: string): void {
    const waiting = this.#waiting.get(sessionId);
    if (!waiting) return;
    waiting.stopWaiting();
    this.#waiting.delete(sessionId);
    this.#delete(sessionId, waiting.message);
  }

  /** In the session's lane, so that it comes after the answer. */
  #delete(sessionId: string, message: LiveMessage): void {
    const { chatId } = message.address;
    const ended = message.end();
    const gone = { chatId, messageId: () => ended, insteadText: liveMessageOverText() };
    const delivery = deleteDelivery(this.#options.api, gone, (messageId) => {
      // By now the next turn may have a live message of its own.
      if (messageId !== null && this.#reported.get(sessionId) === messageId) this.#report(sessionId, null);
    });
    this.#options.lineOf(chatId).add(sessionId, delivery);
  }

  #report(sessionId: string, messageId: number | null): void {
    if (messageId === null) this.#reported.delete(sessionId);
    else this.#reported.set(sessionId, messageId);
    const at = this.#options.time.now();
    this.#options.report(sessionId, { type: 'telegram.liveMessageChanged', messageId, at });
  }
}
