/** What a person who watches a turn may do about it, and how they see it. */
import type { ChatAddress, TurnView, WatchingPort } from '../../telegram/ports.ts';
import type { ChatSessions } from '../chats/chat-sessions.ts';
import { topicKey, type Chats } from '../chats/chats.ts';
import type { DaemonLog } from '../log.ts';
import type { Sessions } from '../sessions/sessions.ts';

const SHORT_VIEW: TurnView = { isVerbose: false, usesDrafts: false };

export interface WatchingOptions {
  sessions: Sessions;
  chats: Chats;
  ofChat: Pick<ChatSessions, 'inTurnOf'>;
  log: DaemonLog;
}

export function createWatching({ sessions, chats, ofChat, log }: WatchingOptions): WatchingPort {
  const readLater = (chatId: number): void => {
    ofChat
      .inTurnOf(chatId, (here) => chats.record(here))
      .catch((error: unknown) => log.warn({ chatId, err: error }, 'chat.viewNotRead'));
  };

  return {
    stopTurn: async (chatId, { sessionId, turn }, at) => {
      // A turn has a process, so its session is in memory.
      const watched = sessions.open.find(({ id, record }) => id === sessionId && record.chatId === chatId);
      if (!watched?.isAtTurn(turn)) return false;
      const isStopped = await sessions.use(sessionId, async (session) => {
        if (!session.isAtTurn(turn)) return false;
        await session.tellDurably({ type: 'user.interrupt', at });
        return true;
      });
      return isStopped ?? false;
    },

    viewOf: ({ chatId, threadId }: ChatAddress) => {
      const chat = chats.recordRead(chatId);
      if (!chat) readLater(chatId);
      return chat?.views[topicKey(threadId)] ?? SHORT_VIEW;
    },

    changeView: ({ chatId, threadId }, change) =>
      ofChat.inTurnOf(chatId, (here) =>
        chats.update(here, (chat) => {
          const key = topicKey(threadId);
          const view = { ...SHORT_VIEW, ...chat.views[key], ...change };
          return { ...chat, views: { ...chat.views, [key]: view } };
        }),
      ),
  };
}
