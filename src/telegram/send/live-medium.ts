/** What a turn is shown in: a message that is edited, or a draft, which Telegram animates and forgets by itself. */
import { randomInt } from 'node:crypto';
import type { Api } from 'grammy';
import { apiSignal } from '../api.ts';
import type { ShownProgress, ShownSession } from '../ports.ts';
import { stopKeyboard } from '../receive/stop-button.ts';
import type { RichText } from '../render/rich-text.ts';
import { editText } from './delivery.ts';
import { sendMessage } from './send-message.ts';

export interface MediumOptions {
  api: Api;
  session: ShownSession;
  signal: AbortSignal;
  /** The message came into being, or another took its place. */
  onMessage: (messageId: number) => void;
}

export interface Medium {
  /** The message in the chat, or null. */
  readonly messageId: number | null;
  /** Null if it is no draft. */
  readonly draftId: number | null;
  /** Whether showing it once more, when nobody knows whether it was shown, would leave something in the chat for ever. */
  readonly mayDouble: boolean;
  /** Throws what grammY throws. */
  show(frame: RichText, progress: ShownProgress): Promise<void>;
  /** Somebody deleted it. */
  forget(): void;
}

export class LiveText implements Medium {
  readonly draftId = null;
  readonly #options: MediumOptions;
  #messageId: number | null = null;

  constructor(options: MediumOptions) {
    this.#options = options;
  }

  get messageId(): number | null {
    return this.#messageId;
  }

  get mayDouble(): boolean {
    return this.#messageId === null;
  }

  async show(frame: RichText, { turn, phase }: ShownProgress): Promise<void> {
    const { api, session, signal, onMessage } = this.#options;
    const { chatId, threadId, id: sessionId } = session;
    const keyboard = phase === 'stopping' ? null : stopKeyboard({ sessionId, turn });
    if (this.#messageId !== null) {
      return editText(api, { chatId, messageId: this.#messageId, text: frame, keyboard }, signal);
    }
    const address = { chatId, threadId };
    const message = { address, text: frame, document: null, replyTo: null, keyboard, isSilent: true };
    this.#messageId = await sendMessage(api, message, signal);
    onMessage(this.#messageId);
  }

  forget(): void {
    this.#messageId = null;
  }
}

/**
 * Lasts 30 s from its last frame (Bot API, sendMessageDraft), so each has to come sooner; a message of the bot ends it
 * at once. Its Stop button is Telegram's own.
 */
export class LiveDraft implements Medium {
  readonly messageId = null;
  readonly mayDouble = false;
  /** Not 0 (Bot API). */
  readonly draftId = randomInt(1, 2 ** 31);
  readonly #options: MediumOptions;

  constructor(options: MediumOptions) {
    this.#options = options;
  }

  async show({ text, entities }: RichText, { phase }: ShownProgress): Promise<void> {
    const { api, session, signal } = this.#options;
    const { chatId, threadId } = session;
    const options = {
      entities,
      can_stop: phase !== 'stopping',
      ...(threadId !== null && { message_thread_id: threadId }),
    };
    await api.sendMessageDraft(chatId, this.draftId, text, options, apiSignal(signal));
  }

  forget(): void {
    // Nobody but Telegram deletes a draft.
  }
}
