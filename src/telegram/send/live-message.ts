/** One message that shows a turn as it goes. The newest frame wins; frames that Telegram has no time for are never sent. */
import type { Api } from 'grammy';
import { failureOf, logFields } from '../api-failure.ts';
import type { ChatPace } from './chat-pace.ts';
import { editText } from './delivery.ts';
import { frameText } from './frame.ts';
import type { TelegramLog } from '../log.ts';
import type { ChatAddress, ShownProgress } from '../ports.ts';
import type { RichText } from '../render/rich-text.ts';
import { sendMessage } from './send-message.ts';

/** How long frames pause after a failure that passes by itself. */
const PAUSE_MS = 5_000;

export interface LiveMessageOptions {
  api: Api;
  address: ChatAddress;
  pace: ChatPace;
  log: TelegramLog;
  signal: AbortSignal;
  /** The message came into being, or another took its place. */
  onMessage: (messageId: number) => void;
}

export class LiveMessage {
  readonly #options: LiveMessageOptions;
  #newest: ShownProgress | null = null;
  #messageId: number | null = null;
  /** The last frame that Telegram took. */
  #shown: RichText | null = null;
  #underWay: Promise<void> | null = null;
  /** The first frame goes out at once, so that a person sees that there is a turn. */
  #isFirst = true;
  #isOver = false;

  constructor(options: LiveMessageOptions) {
    this.#options = options;
  }

  get address(): ChatAddress {
    return this.#options.address;
  }

  show(progress: ShownProgress): void {
    this.#newest = progress;
    this.pump();
  }

  /** Sends the newest frame if the chat's pace allows one now. */
  pump(): void {
    const { pace } = this.#options;
    const mayGo = this.#isFirst ? pace.mayShow : pace.mayShowMore;
    if (this.#underWay || this.#isOver || !mayGo || !this.#newest) return;
    const frame = this.#render(this.#newest);
    if (frame === null || isSame(frame, this.#shown)) return;
    this.#isFirst = false;
    this.#underWay = this.#send(frame).finally(() => {
      this.#underWay = null;
      this.pump();
    });
  }

  /** No frame goes out any more. Resolves with the message that is left to be deleted, if there is one. */
  async end(): Promise<number | null> {
    this.#isOver = true;
    await this.#underWay;
    return this.#messageId;
  }

  /** A frame that our renderer fails on is not worth the turn: the answer will be shown all the same. */
  #render(progress: ShownProgress): RichText | null {
    try {
      return frameText(progress);
    } catch (error) {
      this.#options.log.error({ err: error }, 'telegram.render.failed');
      this.#isOver = true;
      return null;
    }
  }

  async #send(frame: RichText): Promise<void> {
    const { api, address, pace, signal } = this.#options;
    try {
      if (this.#messageId === null) {
        const message = {
          address,
          text: frame,
          document: null,
          replyTo: null,
          keyboard: null,
          isSilent: true,
        };
        this.#messageId = await sendMessage(api, message, signal);
        this.#options.onMessage(this.#messageId);
      } else {
        const edit = { chatId: address.chatId, messageId: this.#messageId, text: frame, keyboard: null };
        await editText(api, edit, signal);
      }
      this.#shown = frame;
    } catch (error) {
      this.#noteFailure(error, frame);
    }
    pace.noteSent();
  }

  #noteFailure(error: unknown, frame: RichText): void {
    const { pace, log, address } = this.#options;
    const failure = failureOf(error);
    if (failure.kind === 'refused') return this.#noteRefusal(failure.description, frame);
    log.debug({ chat: address.chatId, ...logFields(error) }, 'telegram.frame.failed');
    if (failure.kind === 'tooManyRequests') return pace.sends.close(failure.retryAfterMs);
    // Sent again it could stand there twice, and one of them for ever.
    if (this.#messageId === null && failure.kind === 'unknownOutcome') this.#isOver = true;
    else pace.pauseFrames(PAUSE_MS);
  }

  #noteRefusal(description: string, frame: RichText): void {
    if (/not modified/i.test(description)) {
      this.#shown = frame;
    } else if (/message to edit not found/i.test(description)) {
      // Somebody deleted it: the next frame makes a new one.
      this.#messageId = null;
    } else {
      this.#options.log.warn({ chat: this.address.chatId, description }, 'telegram.frame.refused');
      this.#isOver = true;
    }
  }
}

function isSame(frame: RichText, other: RichText | null): boolean {
  return (
    other !== null &&
    frame.text === other.text &&
    JSON.stringify(frame.entities) === JSON.stringify(other.entities)
  );
}
