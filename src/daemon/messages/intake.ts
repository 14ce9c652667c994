/** How a person's message gets into the inbox of a session: durably, once, and only as long as there is room. */
import type { IncomingMessage } from '../../telegram/arrival.ts';
import type { UserEvent } from '../../../machines/session-events.ts';
import { isKnown } from '../../../machines/session-inbox.ts';
import type { ChatAddress, Refusal } from '../../telegram/ports.ts';
import type { ChatSessions } from '../chats/chat-sessions.ts';
import type { Chats } from '../chats/chats.ts';
import type { NoteTaken } from './kept-for-restart.ts';
import type { SessionMaking } from '../sessions/session-making.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { inboxFullText } from '../../telegram/texts/refusals.ts';

/** More than a person writes while Claude works, and little enough that a record stays small. */
export const INBOX_LIMIT = 100;

export interface IntakeOptions {
  sessions: Sessions;
  chats: Chats;
  ofChat: ChatSessions;
  making: SessionMaking;
  noteTaken: NoteTaken;
}

/**
 * Puts a message into an inbox. Only within a turn of the chat.
 * @param sessionId null: that of the current session, or of a new one
 */
export type Take = (
  address: ChatAddress,
  message: IncomingMessage,
  sessionId?: string | null,
) => Promise<void | Refusal>;

export function createIntake({ sessions, chats, ofChat, making, noteTaken }: IntakeOptions): Take {
  /** Sessions whose inbox is full and whose sender was told so: a flood is not answered with another one. */
  const full = new Set<string>();

  function refuse(id: string): Refusal | 'told before' {
    if (full.has(id)) return 'told before';
    full.add(id);
    return { refused: inboxFullText(INBOX_LIMIT) };
  }

  return async (address, { uuid, messageId, text, at, by }, sessionId = null) => {
    const taker = await chats.takerOf(address.chatId, uuid);
    const id =
      taker ??
      sessionId ??
      (await ofChat.currentId(address)) ??
      (await making.addByDefault(address, messageId, at));
    const event: UserEvent = { type: 'user.message', uuid, messageId, text, at, ...(by && { by }) };
    const taken = await sessions.use(id, async (session) => {
      const isNew = !isKnown(session.record, uuid);
      if (isNew && session.record.inbox.length >= INBOX_LIMIT) return refuse(id);
      full.delete(id);
      if (isNew) await session.tell(event);
      // Also if the disk refuses now: the session has it in memory, and tries again.
      await chats.noteTaken(address.chatId, uuid, id);
      await session.saved();
      if (isNew) noteTaken(address, messageId, session);
      return 'taken';
    });
    if (!taken) throw new Error(`Session ${id} was to take a message, but its record has gone.`);
    return typeof taken === 'object' ? taken : undefined;
  };
}
