/** Forum topics as the places of sessions: put there, named there, shown there, and moved out of one that was deleted. */
import type { TelegramEvent } from '../../../machines/session-events.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import type { ChatAddress, ShownTopic, TelegramPort, TopicsPort } from '../../telegram/ports.ts';
import type { ChatSessions } from './chat-sessions.ts';
import type { Chats } from './chats.ts';
import type { KeptSession } from '../sessions/kept-session.ts';
import type { DaemonLog } from '../log.ts';
import type { Sessions } from '../sessions/sessions.ts';

export type TopicGone = Extract<TelegramEvent, { type: 'telegram.topicGone' }>;

export interface TopicsOptions {
  sessions: Sessions;
  chats: Chats;
  ofChat: ChatSessions;
  telegram: Pick<TelegramPort, 'showTopic'>;
  log: DaemonLog;
}

export class Topics implements TopicsPort {
  readonly #options: TopicsOptions;

  constructor(options: TopicsOptions) {
    this.#options = options;
  }

  place(chatId: number, id: string, threadId: number | null, at: number): Promise<SessionView | null> {
    const { sessions, chats, ofChat } = this.#options;
    return ofChat.inTurnOf(chatId, async () => {
      if (!(await chats.has(chatId, id))) return null;
      // First the session: a topic that it knows of is not made again, whatever happens to the chat's record.
      const placed = await sessions.use(id, async (session) => {
        await session.tellDurably({ type: 'daemon.placed', threadId, at });
        return session.record.threadId === threadId;
      });
      if (!placed) throw new Error(`Session ${id} could not be put into its topic: the daemon stops.`);
      await chats.move(chatId, id, threadId, true);
      return ofChat.view(id);
    });
  }

  nameTopic(address: ChatAddress, name: string, at: number): Promise<void> {
    const { sessions, chats, ofChat } = this.#options;
    return ofChat.inTurn(address, async () => {
      const id = await ofChat.currentId(address);
      if (id === null) return chats.nameTopic(address, name);
      await sessions.use(id, (session) => session.tellDurably({ type: 'user.renamed', name, at }));
    });
  }

  noteGone(sessionId: string, event: TopicGone): void {
    this.#leave(sessionId, event).catch((error: unknown) =>
      this.#options.log.error({ sessionId, err: error }, 'session.topicNotLeft'),
    );
  }

  show(session: KeptSession): void {
    const { chatId, threadId } = session.record;
    if (threadId === null) return;
    this.#options.chats.currentId({ chatId, threadId }).then(
      (currentId) => {
        const topic = currentId === session.id ? shownTopic(session) : null;
        if (topic) this.#options.telegram.showTopic(session.id, topic);
      },
      (error: unknown) => this.#options.log.error({ chatId, err: error }, 'topic.notShown'),
    );
  }

  /** Nobody can write there any more: its sessions are found in the chat itself, with /sessions. */
  async #leave(sessionId: string, event: TopicGone): Promise<void> {
    const { sessions, chats, ofChat } = this.#options;
    const record = await sessions.record(sessionId);
    if (record?.threadId !== event.threadId) return;
    const { chatId, threadId } = record;
    await ofChat.inTurnOf(chatId, async () => {
      for (const id of await chats.sessionIds({ chatId, threadId })) {
        await sessions.use(id, (session) => session.report(event));
        await chats.move(chatId, id, null, false);
      }
    });
  }
}

/** Null while it is on its way from one state to the other. */
function shownTopic({ record, phase }: KeptSession): ShownTopic | null {
  const { chatId, threadId, name } = record;
  const state = stateShown(phase);
  return threadId === null || state === null ? null : { chatId, threadId, name, state };
}

function stateShown(phase: string): ShownTopic['state'] | null {
  if (phase.startsWith('terminated')) return 'ended';
  if (phase === 'suspended.awaitingTrust') return 'asking';
  if (phase.startsWith('suspended')) return 'suspended';
  if (phase === 'live.idle') return 'idle';
  if (!phase.startsWith('live.active')) return null;
  return phase.includes('awaitingApproval') ? 'asking' : 'working';
}
