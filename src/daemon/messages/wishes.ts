/** Messages that people change or take back: told to the session that has them, as long as they have no answer. */
import type { UserEvent } from '../../../machines/session-events.ts';
import { openMessage } from '../../../machines/session-wishes.ts';
import type { WishesPort } from '../../telegram/ports.ts';
import type { ChatSessions } from '../chats/chat-sessions.ts';
import type { Chats } from '../chats/chats.ts';
import type { Sessions } from '../sessions/sessions.ts';

/** A Telegram message has no more characters; a prompt that has is made of several. */
const LONGEST_MESSAGE = 4_096;

export interface WishesOptions {
  sessions: Sessions;
  chats: Chats;
  ofChat: ChatSessions;
}

export function createWishes({ sessions, chats, ofChat }: WishesOptions): WishesPort {
  /** What is to be told of the message's text, to the session that has it; null if there is nothing to tell. */
  async function tell<T>(
    chatId: number,
    { uuid, messageId }: { uuid: string; messageId: number },
    toTell: (text: string) => { event: UserEvent | null; outcome: T },
  ): Promise<T | null> {
    const id = await chats.takerOf(chatId, uuid);
    if (id === null) return null;
    return sessions.use(id, async (session) => {
      const message = openMessage(session.record, messageId);
      if (!message) return null;
      const { event, outcome } = toTell(message.text);
      if (event) await session.tell(event);
      await session.saved();
      return outcome;
    });
  }

  return {
    edit: (chatId, edit) =>
      ofChat.inTurnOf(chatId, async () => {
        const { messageId, newUuid, text, at } = edit;
        const outcome = await tell(chatId, edit, (current) =>
          text === null || current.length > LONGEST_MESSAGE
            ? { event: null, outcome: 'composed' as const }
            : { event: { type: 'user.edited', messageId, newUuid, text, at }, outcome: 'noted' as const },
        );
        return outcome ?? 'unknown';
      }),

    withdraw: (chatId, message) =>
      ofChat.inTurnOf(chatId, async () => {
        const { messageId, at } = message;
        const event: UserEvent = { type: 'user.withdrew', messageId, at };
        return (await tell(chatId, message, () => ({ event, outcome: true }))) ?? false;
      }),
  };
}
