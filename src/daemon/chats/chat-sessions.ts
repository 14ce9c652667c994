/** A chat's sessions, one request at a time: which is the current one, and telling it something durably. */
import type { SessionEvent } from '../../../machines/session-events.ts';
import { ofFormerGroup } from '../../../machines/session-migration.ts';
import type { WhileWorking } from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import type {
  ChatAddress,
  NamedSessionPort,
  OrdersPort,
  SelectionPort,
  SessionOrder,
} from '../../telegram/ports.ts';
import type { Chats } from './chats.ts';
import type { KeptSession } from '../sessions/kept-session.ts';
import { OneByOne } from '../../one-by-one.ts';
import type { Sessions } from '../sessions/sessions.ts';

export class ChatSessions implements OrdersPort, NamedSessionPort, Omit<SelectionPort, 'create'> {
  readonly #sessions: Sessions;
  readonly #chats: Chats;
  readonly #perChat = new OneByOne<number>();

  constructor(sessions: Sessions, chats: Chats) {
    this.#sessions = sessions;
    this.#chats = chats;
  }

  /**
   * Two messages at once must not create two sessions, so each chat is asked one thing at a time. What is asked of a
   * group that became a supergroup is done there.
   * @param task gets the chat that it is done in
   */
  readonly inTurnOf = <T>(chatId: number, task: (chatId: number) => Promise<T>): Promise<T> =>
    this.alone(chatId, async () => {
      const { movedTo } = await this.#chats.record(chatId);
      return movedTo === null ? task(chatId) : this.inTurnOf(movedTo, task);
    });

  inTurn<T>(address: ChatAddress, task: (address: ChatAddress) => Promise<T>): Promise<T> {
    return this.inTurnOf(address.chatId, (chatId) =>
      task(chatId === address.chatId ? address : { ...address, chatId }),
    );
  }

  /** As `inTurnOf`, but in this very chat. Who moves a group holds its turn, then the supergroup's, never the other way round. */
  readonly alone = <T>(chatId: number, task: () => Promise<T>): Promise<T> => this.#perChat.run(chatId, task);

  /** The current session's id, unless the next message has to create one. Only within a turn of the chat. */
  async currentId(address: ChatAddress): Promise<string | null> {
    const id = await this.#chats.currentId(address);
    const record = id === null ? null : await this.#sessions.record(id);
    return record === null || record.state === 'terminated' ? null : record.id;
  }

  async view(id: string | null): Promise<SessionView | null> {
    return id === null ? null : this.#sessions.view(id);
  }

  /** Tells the current session, and shows it as it is once that is on disk. Null if the chat has none. */
  tellCurrent(address: ChatAddress, event: SessionEvent): Promise<SessionView | null> {
    return this.#toCurrent(address, (session) => tellAndView(session, event));
  }

  #toCurrent<T>(address: ChatAddress, act: (session: KeptSession) => Promise<T>): Promise<T | null> {
    return this.inTurn(address, async (here) => {
      const id = await this.currentId(here);
      return id === null ? null : this.#sessions.use(id, act);
    });
  }

  current(address: ChatAddress) {
    return this.inTurn(address, async (here) => this.view(await this.currentId(here)));
  }

  list(chatId: number) {
    return this.inTurnOf(chatId, async (here) => {
      const records = await this.#chats.allLiveRecords(here);
      const views = records.map((record) => this.#sessions.viewOf(record));
      return views.sort((a, b) => b.lastActivityAt - a.lastActivityAt);
    });
  }

  select(address: ChatAddress, sessionId: string) {
    return this.inTurn(address, async (here) => {
      if (!(await this.#chats.sessionIds(here)).includes(sessionId)) return null;
      const record = await this.#sessions.record(sessionId);
      if (!record || record.state === 'terminated') return null;
      await this.#chats.makeCurrent(here, sessionId);
      return this.view(sessionId);
    });
  }

  one(chatId: number, sessionId: string) {
    return this.tellOne(chatId, sessionId, null);
  }

  order(chatId: number, sessionId: string, order: SessionOrder, at: number) {
    return this.tellOne(chatId, sessionId, { type: `user.${order}`, at });
  }

  rename(chatId: number, sessionId: string, name: string, at: number) {
    return this.tellOne(chatId, sessionId, { type: 'user.renamed', name, at });
  }

  /**
   * Tells a session of the chat, durably, and shows it as it is then. Null if the chat has no such session, or it ended.
   * @param event null: it is only looked at
   */
  tellOne(chatId: number, id: string, event: SessionEvent | null): Promise<SessionView | null> {
    return this.inTurnOf(chatId, async (here) => {
      if (!(await this.#chats.has(here, id))) return null;
      const record = await this.#sessions.record(id);
      if (!record || record.state === 'terminated') return null;
      return event ? this.#sessions.use(id, (session) => tellAndView(session, event)) : this.view(id);
    });
  }

  suspend(address: ChatAddress, at: number) {
    return this.tellCurrent(address, { type: 'user.suspend', at });
  }

  interrupt(address: ChatAddress, at: number) {
    return this.#toCurrent(address, async (session) => {
      const before = session.view();
      await session.tell({ type: 'user.interrupt', at });
      const hadWork = before.state === 'active' || session.view().inbox < before.inbox;
      await session.saved();
      return { ...(hadWork ? session.view() : before), hadWork };
    });
  }

  end(address: ChatAddress, at: number) {
    return this.tellCurrent(address, { type: 'user.end', at });
  }

  detach(address: ChatAddress, at: number) {
    return this.tellCurrent(address, { type: 'user.detach', at });
  }

  setIdleTimeout(address: ChatAddress, idleTimeoutMs: number | null, at: number) {
    return this.tellCurrent(address, { type: 'user.timeoutChanged', idleTimeoutMs, at });
  }

  setWhileWorking(address: ChatAddress, whileWorking: WhileWorking, at: number) {
    return this.tellCurrent(address, { type: 'user.whileWorkingChanged', whileWorking, at });
  }
}

/** The id that a message of `there` has within `here`, where the chat may have moved meanwhile. */
export function idWithin(
  here: Pick<ChatAddress, 'chatId'>,
  there: Pick<ChatAddress, 'chatId'>,
  messageId: number,
): number {
  return here.chatId === there.chatId ? messageId : ofFormerGroup(messageId);
}

async function tellAndView(session: KeptSession, event: SessionEvent): Promise<SessionView> {
  await session.tellDurably(event);
  return session.view();
}
