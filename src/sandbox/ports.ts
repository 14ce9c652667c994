/** The sandbox's two stand-ins, as the daemon's tests and the chat page drive them. */
import type { CallbackQuery, Message } from 'grammy/types';

/** The emulated Bot API and the people on the other side of it. Everything a person can do is a method here. */
export interface EmulatedTelegram {
  /** For `TELEGRAM_API_ROOT`: no trailing slash. */
  readonly url: string;
  readonly token: string;
  /** A person writes. Chats and users come into being on first use; a positive chat id is the private chat with that user. */
  sendText(message: {
    chatId: number;
    /** Default: the chat id. */
    userId?: number;
    /** A forum topic of the chat. */
    threadId?: number;
    text: string;
  }): Message;
  /**
   * A person taps an inline button, found by its text or its data, on the bot's message.
   * Resolves with what `answerCallbackQuery` said, or null when the query expired.
   */
  press(tap: {
    chatId: number;
    userId?: number;
    messageId: number;
    button: string;
  }): Promise<{ text: string | null; showAlert: boolean } | null>;
  /** Sends any update as it is (edited messages, unknown kinds, hostile ones). Returns its update_id. */
  pushUpdate(update: Record<string, unknown>): number;
  /** Forges a callback query with any data. */
  pushCallback(
    query: Pick<CallbackQuery, 'data'> & { chatId: number; userId: number; messageId: number },
  ): number;
  /** The chat as a person sees it now: all messages of both sides, oldest first, edits applied, deleted ones gone. */
  messages(chatId: number): Message[];
  /** Resolves with the first message by the bot, present or future, that satisfies the predicate. Rejects with the chat's whole text. */
  waitForMessage(
    chatId: number,
    predicate: (message: Message) => boolean,
    timeoutMs?: number,
  ): Promise<Message>;
  /** Every call of the bot so far, in order, with its outcome; `getUpdates` too. */
  readonly calls: readonly BotCall[];
  /** The commands registered with setMyCommands. */
  readonly commands: readonly { command: string; description: string }[];
  /** Answers of the next `times` calls of `method` (`*`: any but getUpdates) become this fault. */
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Calls back after each change that a person could see. Returns the way to stop. */
  onChange(listener: (chatId: number) => void): () => void;
  close(): Promise<void>;
}

export interface BotCall {
  method: string;
  payload: Record<string, unknown>;
  /** Wall clock at arrival, ms. */
  at: number;
  /** HTTP status of the answer, or `dropped`, or null while it is open. */
  status: number | 'dropped' | null;
}

export interface Fault {
  method: string;
  times: number;
  /** 429 with retry_after, a 5xx, any 4xx with its description … */
  error?: { code: number; description: string; retryAfter?: number };
  /** Cut the connection before, or after, the method took effect. */
  drop?: 'before' | 'after';
  delayMs?: number;
}

/** A scripted stand-in for the Messages API, so that the real Claude Code binary works offline. */
export interface ScriptedModel {
  /** For `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** The user's words of each turn that reached it, in order, with the number of messages before them. */
  readonly turns: readonly { text: string; earlier: number }[];
  close(): Promise<void>;
}
