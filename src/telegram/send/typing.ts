/** "typing …" in the chat while Claude works. Telegram shows it for five seconds (Bot API, sendChatAction). */
import type { Api } from 'grammy';
import { failureOf, logFields } from '../api-failure.ts';
import { apiSignal } from '../api.ts';
import type { ChatPace } from './chat-pace.ts';
import type { TelegramLog } from '../log.ts';
import type { ChatAddress } from '../ports.ts';
import type { Timers } from '../timers.ts';

const REPEAT_MS = 4_500;

export interface TypingOptions {
  api: Api;
  paceOf: (chatId: number) => ChatPace;
  timers: Timers;
  log: TelegramLog;
  signal: AbortSignal;
}

/** What is typing in one chat or topic. */
interface Shown {
  address: ChatAddress;
  sessions: Set<string>;
  timer: unknown;
}

export class Typing {
  readonly #options: TypingOptions;
  readonly #shown = new Map<string, Shown>();

  constructor(options: TypingOptions) {
    this.#options = options;
  }

  set(address: ChatAddress, sessionId: string, on: boolean): void {
    const key = `${address.chatId}/${address.threadId ?? ''}`;
    const shown = this.#shown.get(key);
    if (on && shown) {
      shown.sessions.add(sessionId);
    } else if (on) {
      const fresh: Shown = { address, sessions: new Set([sessionId]), timer: null };
      this.#shown.set(key, fresh);
      void this.#repeat(key, fresh);
    } else if (shown) {
      shown.sessions.delete(sessionId);
      if (shown.sessions.size === 0) this.#hide(key, shown);
    }
  }

  dispose(): void {
    for (const [key, shown] of this.#shown) this.#hide(key, shown);
  }

  #hide(key: string, shown: Shown): void {
    this.#options.timers.clearTimeout(shown.timer);
    this.#shown.delete(key);
  }

  /** Until it is hidden, or Telegram refuses: it is no more than a courtesy. */
  async #repeat(key: string, shown: Shown): Promise<void> {
    const goesOn = await this.#send(shown.address);
    if (this.#shown.get(key) !== shown) return;
    if (!goesOn) return this.#hide(key, shown);
    shown.timer = this.#options.timers.setTimeout(() => void this.#repeat(key, shown), REPEAT_MS);
  }

  /** Whether it makes sense to send it again. */
  async #send({ chatId, threadId }: ChatAddress): Promise<boolean> {
    const { api, paceOf, log, signal } = this.#options;
    const pace = paceOf(chatId);
    if (!pace.isCalm) return true;
    try {
      const options = threadId === null ? {} : { message_thread_id: threadId };
      await api.sendChatAction(chatId, 'typing', options, apiSignal(signal));
      return true;
    } catch (error) {
      const failure = failureOf(error);
      log.debug({ chat: chatId, ...logFields(error) }, 'telegram.typing.failed');
      if (failure.kind === 'tooManyRequests') pace.holdOff(failure.retryAfterMs);
      return failure.kind !== 'refused';
    }
  }
}
