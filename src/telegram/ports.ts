/** What Telegram's side and the daemon ask of each other. `SessionsPort` is implemented in `src/daemon/`; tests hand in their own. */
import type { AccessPort } from './ports/access.ts';
import type { IntakePort, RepliesPort, Undelivered } from './ports/messages.ts';
import type {
  ConversationChoicePort,
  NamedSessionPort,
  OrdersPort,
  SelectionPort,
  TopicsPort,
} from './ports/sessions.ts';
import type { AnswersPort, WatchingPort, WishesPort } from './ports/turns.ts';
import type { FilesPort, ReportsPort, SettingsPort } from './ports/work.ts';

export type * from './ports/messages.ts';
export type * from './ports/access.ts';
export type * from './ports/sessions.ts';
export type * from './ports/work.ts';
export type * from './ports/turns.ts';
export type * from './ports/telegram.ts';

/**
 * The sessions of all chats. Each call resolves when its effect is durable, so that the update may be confirmed,
 * and doing it again for the same Telegram message changes nothing.
 */
export interface SessionsPort
  extends
    IntakePort,
    SelectionPort,
    ConversationChoicePort,
    OrdersPort,
    NamedSessionPort,
    TopicsPort,
    SettingsPort,
    ReportsPort,
    FilesPort,
    AnswersPort,
    WishesPort,
    WatchingPort {
  readonly replies: RepliesPort;
  readonly access: AccessPort;
  /** Somebody wrote in the chat, so what Telegram refused there is offered again. */
  heard(chatId: number): void;
  /**
   * The group lives on as a supergroup, and so do its sessions. Done again it changes nothing.
   * @returns whether anything is kept of the group
   */
  migrate(from: number, to: number): Promise<boolean>;
  /** Another program begins to take updates over, or has not come again for a while. */
  noteConflict(isThere: boolean): void;
  /** Chats that anything is kept of. */
  chatIds(): Promise<number[]>;
  /** What Telegram refuses, of all chats. */
  undelivered(): Undelivered[];
}
