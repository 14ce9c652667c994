/** Brings back what an earlier daemon left: sessions that were live, those with mail in either direction, and replies. */
import { isStranded } from '../../machines/session-record.ts';
import type { Store } from '../store/ports.ts';
import type { TelegramPort } from '../telegram/ports.ts';
import type { DaemonLog } from './log.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { Lanes } from './messages/arrivals/lanes.ts';
import type { UndeliveredMail } from './chats/undelivered.ts';

/** A process that starts takes a core and 200 MB: so many at once. */
const AT_ONCE = 4;

export interface RestoreOptions {
  /** Ids of the sessions that were not quiet. */
  unquiet: readonly string[];
  sessions: Sessions;
  /** Whether anybody who is allowed is in the chat. */
  isServed: (chatId: number) => boolean;
  undelivered: UndeliveredMail;
  log: DaemonLog;
  /** No further session is restored once it is aborted. */
  signal: AbortSignal;
}

/** Resolves once each of them has found its state, or the signal was given. One that can't be restored is logged. */
export async function restoreSessions({
  unquiet,
  sessions,
  isServed,
  undelivered,
  log,
  signal,
}: RestoreOptions): Promise<void> {
  const left = [...unquiet];
  if (left.length > 0) log.info({ count: left.length }, 'sessions.restoring');
  const restoreNext = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined && !signal.aborted; id = left.shift()) {
      try {
        const record = await sessions.record(id);
        if (record && !isServed(record.chatId)) {
          await sessions.use(id, (session) => session.putToRest());
          log.warn({ sessionId: id, chatId: record.chatId }, 'session.notServed');
          continue;
        }
        if (record && isStranded(record) && !undelivered.wasHeard(record.chatId)) {
          // Nothing of it could go out: it costs no more than being known.
          undelivered.noteSession(id, record);
          continue;
        }
        const restored = await sessions.use(id, (session) =>
          sessions.until(() => signal.aborted || isSettled(session.phase)).then(() => true),
        );
        if (!restored) log.error({ sessionId: id }, 'session.unreadable');
      } catch (error) {
        log.error({ sessionId: id, err: error }, 'session.notRestored');
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, restoreNext));
}

export interface RestoreChatsOptions {
  store: Pick<Store, 'unquietChats' | 'loadChat'>;
  lanes: Pick<Lanes, 'restore'>;
  telegram: Pick<TelegramPort, 'offerReplies'>;
  undelivered: UndeliveredMail;
  log: DaemonLog;
}

/**
 * Takes up what was arriving in chats, and sends what the bot itself owes to them. Never rejects: a chat that can't be read
 * is logged.
 */
export async function restoreChats({
  store,
  lanes,
  telegram,
  undelivered,
  log,
}: RestoreChatsOptions): Promise<void> {
  try {
    for (const chatId of await store.unquietChats()) {
      const chat = await store.loadChat(chatId);
      if (!chat) continue;
      lanes.restore(chat);
      if (chat.outbox.length === 0) continue;
      if (chat.undeliverable === null || undelivered.wasHeard(chatId)) {
        telegram.offerReplies(chatId, chat.outbox);
      } else {
        undelivered.noteChat(chat);
      }
    }
  } catch (error) {
    log.error({ err: error }, 'chats.notRestored');
  }
}

/** Whether it no longer waits for its process to start or for its transcript to be read. */
function isSettled(phase: string): boolean {
  return phase !== 'live.active.starting' && phase !== 'recovering.looking';
}
