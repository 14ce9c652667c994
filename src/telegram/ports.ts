/** What Telegram's side asks of the daemon. Implemented in `src/daemon/`; tests hand in their own. */
import type { ApprovalDecision } from '../../machines/session-record.ts';
import type { SessionView } from '../../machines/session-view.ts';

/** Where a conversation with people takes place: a chat, or one topic of it. */
export interface ChatAddress {
  chatId: number;
  /** Null outside forum topics. */
  threadId: number | null;
}

/** A person's message, ready for a session's inbox. */
export interface IncomingMessage {
  /** The same Telegram message always has the same one (uuid v5 of bot, chat and message id). */
  uuid: string;
  messageId: number;
  text: string;
  /** Wall clock, ms since the epoch. */
  at: number;
}

/** Refused with a sentence for the sender that says what to do instead. */
export interface Refusal {
  refused: string;
}

/**
 * The sessions of all chats. Each call resolves when its effect is durable, so that the update may be confirmed,
 * and doing it again for the same Telegram message changes nothing.
 */
export interface SessionsPort {
  /** Puts the message into the inbox of the chat's current session, or of a new one. */
  accept(address: ChatAddress, message: IncomingMessage): Promise<void>;
  /**
   * Creates a session and makes it the chat's current one.
   * @param request.messageId the message that asked: the same one never creates two
   * @param request.folder relative to the default workspace, or absolute; null for the default workspace
   */
  create(
    address: ChatAddress,
    request: { messageId: number; folder: string | null; at: number },
  ): Promise<SessionView | Refusal>;
  /** The current session, or null if the chat has none (then the next message creates one). */
  current(address: ChatAddress): Promise<SessionView | null>;
  /** All sessions of the chat that are not terminated, the last used first. */
  list(address: ChatAddress): Promise<SessionView[]>;
  /** Makes it the chat's current session. Null if the chat has no such session. */
  select(address: ChatAddress, sessionId: string): Promise<SessionView | null>;
  /** Acts on the current session; null if the chat has none. The view is the one after the change. */
  suspend(address: ChatAddress, at: number): Promise<SessionView | null>;
  interrupt(address: ChatAddress, at: number): Promise<SessionView | null>;
  end(address: ChatAddress, at: number): Promise<SessionView | null>;
  setIdleTimeout(address: ChatAddress, idleTimeoutMs: number | null, at: number): Promise<SessionView | null>;
  /** Whether the approval was still open. An approval answers once: the second time is `false`. */
  answerApproval(
    chatId: number,
    approvalId: string,
    decision: ApprovalDecision,
    at: number,
  ): Promise<boolean>;
}
