/** Which sessions a chat has, where they are, and orders to them. */
import type { WhileWorking } from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import type { ChatAddress, Refusal } from './messages.ts';

/** Which sessions a chat has, and which of them its messages go to. */
export interface SelectionPort {
  /**
   * Creates a session and makes it the chat's current one, unless it is for a topic that is still to be made (`place`).
   * @param request.messageId the message that asked: the same one never creates two
   * @param request.argument what was written behind the command: a folder (relative to the default workspace, or
   *   absolute), a folder and a name, or nothing
   */
  create(
    address: ChatAddress,
    request: { messageId: number; argument: string; at: number; isForTopic?: boolean },
  ): Promise<SessionView | Refusal>;
  /** The current session, or null if the chat has none (then the next message creates one). */
  current(address: ChatAddress): Promise<SessionView | null>;
  /** All sessions of the chat that are not terminated, those of all its topics, the last used first. */
  list(chatId: number): Promise<SessionView[]>;
  /** Makes it the chat's current session. Null if the chat has no such session. */
  select(address: ChatAddress, sessionId: string): Promise<SessionView | null>;
}

/** Orders to the current session; null if the chat has none. The view is the one after the change. */
export interface OrdersPort {
  suspend(address: ChatAddress, at: number): Promise<SessionView | null>;
  /** `hadWork`: whether there was a turn to end, or a message for one, when the order came. */
  interrupt(address: ChatAddress, at: number): Promise<(SessionView & { hadWork: boolean }) | null>;
  end(address: ChatAddress, at: number): Promise<SessionView | null>;
  /** Takes it back from the desk. */
  detach(address: ChatAddress, at: number): Promise<SessionView | null>;
  setIdleTimeout(address: ChatAddress, idleTimeoutMs: number | null, at: number): Promise<SessionView | null>;
  setWhileWorking(address: ChatAddress, to: WhileWorking, at: number): Promise<SessionView | null>;
}

/** A conversation that Claude Code keeps. */
export interface ListedConversation {
  claudeSessionId: string;
  /** One line. */
  title: string;
  /** Wall clock, ms since the epoch. */
  lastUsedAt: number;
  /** The name of the chat's session that has it; null if none has. */
  session: string | null;
}

/** `canFork`: what stands in the way of the conversation does not stand in the way of a copy. */
export type Resumed = { session: SessionView; isNew: boolean } | (Refusal & { canFork: boolean });

/** Conversations that Claude Code keeps, begun here or in a terminal. */
export interface ConversationChoicePort {
  /** Those of the folder in which the current session works (without one: the default folder), the last used first. */
  conversations(address: ChatAddress): Promise<{ folder: string; conversations: ListedConversation[] }>;
  /** Goes on with it, in a new session or in the one that has it, which is current then. Doing it again changes nothing. */
  resume(
    address: ChatAddress,
    request: { claudeSessionId: string; at: number; isForTopic?: boolean },
  ): Promise<Resumed>;
  /**
   * Goes on with a copy in a new session, which is current then.
   * @param request.requestId of what asks: the same one never makes two
   * @param request.claudeSessionId null: the current session's
   * @param request.name one line; null: after the original
   */
  fork(
    address: ChatAddress,
    request: {
      requestId: number;
      claudeSessionId: string | null;
      name: string | null;
      at: number;
      isForTopic?: boolean;
    },
  ): Promise<SessionView | Refusal>;
}

/** Topics of a chat, each the place of a session. */
export interface TopicsPort {
  /** Puts a session that was created for a topic there, or elsewhere; it is current there then. Null if it is not the chat's. */
  place(chatId: number, sessionId: string, threadId: number | null, at: number): Promise<SessionView | null>;
  /** A person made the topic, or gave it another name: its session is called so, also the one to come. */
  nameTopic(address: ChatAddress, name: string, at: number): Promise<void>;
}

export type SessionOrder = 'suspend' | 'wake' | 'end' | 'detach';

/**
 * One session of the chat by its id, whether it is current or not. Null if the chat has no such session, or it ended.
 * The view is the one after the change.
 */
export interface NamedSessionPort {
  one(chatId: number, sessionId: string): Promise<SessionView | null>;
  order(chatId: number, sessionId: string, order: SessionOrder, at: number): Promise<SessionView | null>;
  /** @param name one line, as `sessionName` makes it */
  rename(chatId: number, sessionId: string, name: string, at: number): Promise<SessionView | null>;
}
