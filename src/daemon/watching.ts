/** What a person who watches a turn may do about it. */
import type { WatchingPort } from '../telegram/ports.ts';
import type { Sessions } from './sessions.ts';

export function createWatching(sessions: Sessions): WatchingPort {
  return {
    stopTurn: async (chatId, { sessionId, turn }, at) => {
      // A turn has a process, so its session is in memory.
      const watched = sessions.open.find(({ id, record }) => id === sessionId && record.chatId === chatId);
      if (!watched?.isAtTurn(turn)) return false;
      const isStopped = await sessions.use(sessionId, async (session) => {
        if (!session.isAtTurn(turn)) return false;
        await session.tell({ type: 'user.interrupt', at });
        await session.saved();
        return true;
      });
      return isStopped ?? false;
    },
  };
}
