/**
 * The live message of each session's turn. When its answer has come it shrinks to a line: a new message rings, an edit
 * does not, and two messages with the same words help nobody.
 */
import type { Api } from 'grammy';
import type { TelegramLog } from '../log.ts';
import type {
  ChatAddress,
  ReportToSession,
  ShownProgress,
  ShownSession,
  StoppedTurn,
  TurnView,
} from '../ports.ts';
import type { RichText } from '../render/rich-text.ts';
import { turnOverText } from '../texts/turn.ts';
import type { Time } from '../timers.ts';
import type { ChatLine } from './chat-line.ts';
import { closeDelivery } from './delivery.ts';
import { LiveMessage, type Outcome } from './live-message.ts';

/** How long a turn's live message waits for the answer, which comes once it is on disk. */
const ANSWER_GRACE_MS = 3_000;
/** A turn without a tool that took no longer is not worth a line. */
const SHORT_TURN_MS = 10_000;

export interface LiveMessagesOptions {
  api: Api;
  lineOf: (chatId: number) => ChatLine;
  report: ReportToSession;
  viewOf: (address: ChatAddress) => TurnView;
  time: Time;
  log: TelegramLog;
  signal: AbortSignal;
}

/** What is shown no more, until the answer has come or is not to be expected. */
interface Waiting {
  message: LiveMessage;
  outcome: Promise<Outcome>;
  costUsd: number;
  timer: unknown;
}

export class LiveMessages {
  readonly #options: LiveMessagesOptions;
  /** Of the turns going on. */
  readonly #live = new Map<string, LiveMessage>();
  readonly #waiting = new Map<string, Waiting>();
  /** The message that each session was told of last. */
  readonly #reported = new Map<string, number>();

  constructor(options: LiveMessagesOptions) {
    this.#options = options;
  }

  show(session: ShownSession, progress: ShownProgress): void {
    const message = this.#live.get(session.id);
    // The chat may have another id by now, in which the message can't be edited.
    if (message?.session.chatId === session.chatId) return message.show(progress);
    message?.stop();
    this.#begin(session, progress);
  }

  /** A frame may go out in this chat. */
  pump(chatId: number): void {
    for (const message of this.#live.values()) {
      if (message.session.chatId === chatId) message.pump();
    }
  }

  /** The turn that a draft in this chat shows, or null. */
  turnOfDraft(chatId: number, draftId: number): StoppedTurn | null {
    for (const message of this.#live.values()) {
      const turn = message.session.chatId === chatId ? message.turnOfDraft(draftId) : null;
      if (turn) return turn;
    }
    return null;
  }

  /** The turn, or the part of it that led to an answer, is over. */
  conclude(sessionId: string, costUsd: number): void {
    const message = this.#live.get(sessionId);
    if (!message) return;
    this.#live.delete(sessionId);
    if (!message.isInChat) return message.stop();
    this.#stopWaiting(sessionId);
    const { timers } = this.#options.time;
    const timer = timers.setTimeout(() => this.#stopWaiting(sessionId), ANSWER_GRACE_MS);
    this.#waiting.set(sessionId, { message, outcome: message.end(), costUsd, timer });
    if (this.#options.lineOf(message.session.chatId).waiting(sessionId) > 0) this.#stopWaiting(sessionId);
  }

  /** The session's answer is in its lane: its live message shrinks right behind it. */
  retire(sessionId: string): void {
    // Of an answer of before, when there is one of a turn that goes on: that begins anew below.
    if (!this.#waiting.has(sessionId)) this.conclude(sessionId, 0);
    this.#stopWaiting(sessionId);
  }

  /** Waits for no answer any more. */
  flush(): void {
    for (const sessionId of [...this.#waiting.keys()]) this.#stopWaiting(sessionId);
  }

  dispose(): void {
    for (const message of this.#live.values()) message.stop();
    for (const { timer } of this.#waiting.values()) this.#options.time.timers.clearTimeout(timer);
    this.#waiting.clear();
    this.#live.clear();
  }

  #begin(session: ShownSession, progress: ShownProgress): void {
    const { api, lineOf, viewOf, time, log, signal } = this.#options;
    const message = new LiveMessage(progress, {
      api,
      session,
      pace: lineOf(session.chatId).pace,
      time,
      log,
      signal,
      view: () => viewOf({ chatId: session.chatId, threadId: session.threadId }),
      mayBegin: () => !this.#waiting.has(session.id) && lineOf(session.chatId).waiting(session.id) === 0,
      onMessage: (messageId) => this.#report(session.id, messageId),
    });
    this.#live.set(session.id, message);
  }

  #stopWaiting(sessionId: string): void {
    const waiting = this.#waiting.get(sessionId);
    if (!waiting) return;
    this.#options.time.timers.clearTimeout(waiting.timer);
    this.#waiting.delete(sessionId);
    this.#close(sessionId, waiting);
  }

  /** In the session's lane, so that it comes after the answer. */
  #close(sessionId: string, { message, outcome, costUsd }: Waiting): void {
    const { chatId } = message.session;
    const closed = async () => {
      const ended = await outcome;
      return { messageId: ended.messageId, text: lineOf(ended, costUsd) };
    };
    const delivery = closeDelivery(this.#options.api, chatId, closed, (messageId) => {
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

/** What stays in the chat of a turn, or null if it is not worth a line. */
function lineOf({ toolCount, elapsedMs }: Outcome, costUsd: number): RichText | null {
  return toolCount === 0 && elapsedMs < SHORT_TURN_MS ? null : turnOverText(toolCount, elapsedMs, costUsd);
}
