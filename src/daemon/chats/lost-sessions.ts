/** Tells chats at the start whose current session can't be read: it may have owed them an answer. */
import type { Store } from '../../store/ports.ts';
import type { ChatAddress } from '../../telegram/ports.ts';
import { addressOfTopic } from './chats.ts';
import type { DaemonLog } from '../log.ts';

export interface LostSessionsOptions {
  store: Pick<Store, 'chatIds' | 'loadChat' | 'setAside'>;
  /** Puts a new session, which tells of the lost one, in its place. */
  replace: (address: ChatAddress) => Promise<void>;
  log: DaemonLog;
}

/** To be called when the sessions that were not quiet have been read. Never rejects: a chat that can't be told is logged. */
export async function replaceLostSessions({ store, replace, log }: LostSessionsOptions): Promise<void> {
  const lost = new Set(store.setAside.map(({ name }) => name));
  if (lost.size === 0) return;
  try {
    for (const chatId of await store.chatIds()) {
      const current = Object.entries((await store.loadChat(chatId))?.current ?? {});
      for (const [topic, id] of current) if (lost.has(id)) await replace(addressOfTopic(chatId, topic));
    }
  } catch (error) {
    log.error({ err: error }, 'session.lossNotTold');
  }
}
