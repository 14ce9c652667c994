/**
 * Moves what is kept of a group to the supergroup that it became. First it is noted where it goes, last what is left
 * is cleared away: a daemon that dies in between finds the note, and each step done again changes nothing.
 */
import type { Lanes } from '../messages/arrivals/lanes.ts';
import { isMoving } from '../../store/chat-quiet.ts';
import type { Store } from '../../store/ports.ts';
import { emptied, type Chats } from './chats.ts';
import type { ChatSessions } from './chat-sessions.ts';
import type { DaemonLog } from '../log.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { UndeliveredMail } from './undelivered.ts';

export interface MigrationOptions {
  sessions: Sessions;
  chats: Chats;
  ofChat: ChatSessions;
  /** Where messages arrive whose files are fetched. */
  lanes: Pick<Lanes, 'start'>;
  store: Pick<Store, 'chatIds' | 'unquietChats' | 'loadChat'>;
  undelivered: UndeliveredMail;
  log: DaemonLog;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

export interface Migration {
  /** Resolves when it is durable, with whether anything is kept of the group. */
  migrate(from: number, to: number): Promise<boolean>;
  /** Ends what an earlier daemon began. Never rejects: what can't be moved now is logged. */
  finishAll(): Promise<void>;
}

export function createMigration(options: MigrationOptions): Migration {
  const { sessions, chats, ofChat, lanes, store, undelivered, log, now } = options;

  /** In the turn of the group. */
  async function finish(from: number): Promise<void> {
    const group = await chats.record(from);
    const { movedTo: to, sessions: listed } = group;
    if (to === null || !isMoving(group)) return;
    await ofChat.alone(to, async () => {
      for (const { id } of listed) await moveSession(id, to);
      await chats.absorb(to, from);
      await chats.update(from, emptied);
      for (const chatId of [from, to]) undelivered.noteChat(await chats.record(chatId));
    });
    log.info({ from, to, sessions: listed.length }, 'chat.migrated');
  }

  async function moveSession(id: string, chatId: number): Promise<void> {
    await sessions.use(id, async (session) => {
      session.report({ type: 'telegram.chatMigrated', chatId, at: now() });
      await session.saved();
    });
  }

  return {
    migrate: async (from, to) => {
      if (from === to || !(await store.chatIds()).includes(from)) return false;
      await ofChat.alone(from, async () => {
        const { movedTo } = await chats.record(from);
        if (movedTo === null) await chats.update(from, (chat) => ({ ...chat, movedTo: to }));
        await finish(from);
      });
      const { arriving } = await chats.record(to);
      for (const { threadId, prompt } of arriving) lanes.start({ chatId: to, threadId }, prompt);
      return true;
    },

    finishAll: async () => {
      try {
        for (const chatId of await store.unquietChats()) {
          // Not from memory, which would take all of its sessions in.
          const chat = await store.loadChat(chatId);
          if (chat && chat.movedTo !== null) await ofChat.alone(chatId, () => finish(chatId));
        }
      } catch (error) {
        log.error({ err: error }, 'chat.notMigrated');
      }
    },
  };
}
