/** What Telegram's side asks of the sessions, chat by chat: the port that `src/telegram/` calls. */
import type { SessionEvent, UserEvent } from '../../machines/session-events.ts';
import { CHOICE_OPTIONS, openChoice } from '../../machines/session-choices.ts';
import { isKnown } from '../../machines/session-inbox.ts';
import { oweNotice } from '../../machines/session-outbox.ts';
import type { Choice, ChoiceOption, SessionRecord } from '../../machines/session-record.ts';
import type { SessionView } from '../../machines/session-view.ts';
import type { Config } from '../config.ts';
import type { Store } from '../store/ports.ts';
import { NewerRecordError } from '../store/store-error.ts';
import type { ChatAddress, Refusal, SessionsPort, TapOutcome, TelegramPort } from '../telegram/ports.ts';
import { ASKED_BY_NOBODY, Chats } from './chats.ts';
import { resolveFolder } from './folders.ts';
import type { KeptSession } from './kept-session.ts';
import type { DaemonLog } from './log.ts';
import { newSession } from './new-session.ts';
import { OneByOne } from './one-by-one.ts';
import { createReplies } from './replies.ts';
import type { ClockOfActors } from './saving.ts';
import type { Sessions } from './sessions.ts';
import type { UndeliveredMail } from './undelivered.ts';

export interface SessionsPortOptions {
  sessions: Sessions;
  store: Store;
  telegram: Pick<TelegramPort, 'offerReplies'>;
  undelivered: UndeliveredMail;
  config: Pick<Config, 'workspace' | 'workspaceRoots' | 'idleTimeoutMs' | 'permissionMode'>;
  /** Absolute: what `~` in a folder's name stands for. */
  home: string;
  clock: ClockOfActors;
  log: DaemonLog;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

/** What the daemon itself asks beyond what Telegram's side does. */
export interface DaemonsSessionsPort extends SessionsPort {
  /** Begins a session in the place of the chat's current one, whose record can't be read, and tells the chat so. */
  replaceLost(address: ChatAddress): Promise<void>;
}

/** More than a person writes while Claude works, and little enough that a record stays small. */
const INBOX_LIMIT = 100;

export function createSessionsPort(options: SessionsPortOptions): DaemonsSessionsPort {
  const { sessions, store, telegram, undelivered, clock, log, now } = options;
  const chats = new Chats({ store, record: (id) => sessions.record(id), now });
  const perChat = new OneByOne<number>();

  /** Two messages at once must not create two sessions, so each chat is asked one thing at a time. */
  const inTurnOf = <T>(chatId: number, task: () => Promise<T>): Promise<T> => perChat.run(chatId, task);
  const inTurn = <T>({ chatId }: ChatAddress, task: () => Promise<T>): Promise<T> => inTurnOf(chatId, task);

  /** The current session's id, unless the next message has to create one. */
  async function currentId(address: ChatAddress): Promise<string | null> {
    const id = await chats.currentId(address);
    const record = id === null ? null : await sessions.record(id);
    return record === null || record.state === 'terminated' ? null : record.id;
  }

  /** Sessions on disk that no chat knows yet, by what asked for them: a disk that refuses must not fill up with them. */
  const unlisted = new Map<string, SessionRecord>();

  async function add(
    address: ChatAddress,
    workspace: string,
    createdBy: number,
    at: number,
  ): Promise<string> {
    const request = `${address.chatId}/${createdBy}`;
    const record = unlisted.get(request) ?? (await createRecord(address, workspace, at));
    unlisted.set(request, record);
    await chats.add(record, createdBy);
    unlisted.delete(request);
    log.info({ sessionId: record.id, chatId: address.chatId }, 'session.created');
    return record.id;
  }

  async function createRecord(address: ChatAddress, workspace: string, at: number): Promise<SessionRecord> {
    const takenNames = (await chats.liveRecords(address)).map(({ name }) => name);
    const fresh = newSession({ address, workspace, takenNames, epoch: store.epoch, at }, options.config);
    const record = await afterUnreadable(address, fresh, at);
    await sessions.create(record);
    return record;
  }

  /** Owes the chat a word about a current session whose record can't be read. */
  async function afterUnreadable(
    address: ChatAddress,
    fresh: SessionRecord,
    at: number,
  ): Promise<SessionRecord> {
    const lost = await chats.currentId(address);
    if (lost === null || (await sessions.record(lost))) return fresh;
    const path = store.setAside.find(({ name }) => name === lost)?.path ?? null;
    return oweNotice(fresh, at, { type: 'recordUnreadable', path });
  }

  /** For a message without a session. A default workspace that is gone is Claude's to complain of, when it starts. */
  async function addByDefault(address: ChatAddress, createdBy: number, at: number): Promise<string> {
    const folder = await resolveFolder(null, rules());
    return add(address, typeof folder === 'string' ? folder : options.config.workspace, createdBy, at);
  }

  /** Sessions whose inbox is full and whose sender was told so: a flood is not answered with another one. */
  const full = new Set<string>();

  function refuse(id: string): Refusal | 'told before' {
    if (full.has(id)) return 'told before';
    full.add(id);
    return {
      refused:
        `${INBOX_LIMIT} messages wait for Claude already, so this one, and those after it, are not taken. ` +
        'Wait for answers, or send /stop, then write again.',
    };
  }

  const rules = () => ({ ...options.config, home: options.home });

  const view = async (id: string | null): Promise<SessionView | null> =>
    id === null ? null : sessions.view(id);

  /** Tells the current session, and shows it as it is once that is on disk. */
  const tellCurrent = (address: ChatAddress, event: SessionEvent): Promise<SessionView | null> =>
    inTurn(address, async () => {
      const id = await currentId(address);
      return id === null ? null : sessions.use(id, (session) => tellDurably(session, event));
    });

  /** What Telegram refused there before this daemon started; what it refused since waits in the chat's line. */
  async function offerAgain(chatId: number): Promise<void> {
    for (const id of undelivered.hear(chatId)) await sessions.use(id, () => undefined);
    const { outbox } = await chats.record(chatId);
    if (outbox.length > 0) telegram.offerReplies(chatId, outbox);
  }

  return {
    replies: createReplies({ chats, inTurn: inTurnOf, telegram, undelivered, clock, log, now }),

    heard: (chatId) => {
      void offerAgain(chatId).catch((error: unknown) => log.error({ chatId, err: error }, 'mail.notOffered'));
    },

    undelivered: () => undelivered.list(),

    chatIds: () => store.chatIds(),

    accept: (address, message) =>
      inTurn(address, async () => {
        const taker = await chats.takerOf(address.chatId, message.uuid);
        const id =
          taker ?? (await currentId(address)) ?? (await addByDefault(address, message.messageId, message.at));
        const event: UserEvent = { type: 'user.message', ...message };
        const taken = await sessions.use(id, async (session) => {
          const isNew = !isKnown(session.record, message.uuid);
          if (isNew && session.record.inbox.length >= INBOX_LIMIT) return refuse(id);
          full.delete(id);
          if (isNew) await session.tell(event);
          // Also if the disk refuses now: the session has it in memory, and tries again.
          await chats.noteTaken(address.chatId, message.uuid, id);
          await session.saved();
          return 'taken';
        });
        if (!taken) throw new Error(`Session ${id} was to take a message, but its record has gone.`);
        return typeof taken === 'object' ? taken : undefined;
      }),

    create: (address, { messageId, folder, at }) =>
      inTurn(address, async () => {
        const made = await chats.createdBy(address, messageId);
        const workspace = made === null ? await resolveFolder(folder, rules()) : '';
        if (typeof workspace !== 'string') return workspace satisfies Refusal;
        try {
          const id = made ?? (await add(address, workspace, messageId, at));
          const created = await view(id);
          return (
            created ?? { refused: `The record of session ${id} can't be read. Send /new to begin another.` }
          );
        } catch (error) {
          // A session of a chat whose file this Hibernaut may not write would be forgotten by the next start.
          if (error instanceof NewerRecordError) return { refused: error.message };
          throw error;
        }
      }),

    replaceLost: (address) =>
      inTurn(address, async () => {
        // A message may have come first.
        if ((await currentId(address)) !== null) return;
        const id = await addByDefault(address, ASKED_BY_NOBODY, now());
        // Whatever is in memory offers what it owes.
        await sessions.use(id, () => undefined);
      }),

    current: (address) => inTurn(address, async () => view(await currentId(address))),

    list: (address) =>
      inTurn(address, async () => {
        const records = await chats.liveRecords(address);
        records.sort((a, b) => b.lastActivityAt - a.lastActivityAt);
        const views = await Promise.all(records.map(({ id }) => sessions.view(id)));
        return views.filter((shown) => shown !== null);
      }),

    select: (address, sessionId) =>
      inTurn(address, async () => {
        const wanted = (await chats.liveRecords(address)).find(({ id }) => id === sessionId);
        if (!wanted) return null;
        await chats.makeCurrent(address, wanted.id);
        return view(wanted.id);
      }),

    suspend: (address, at) => tellCurrent(address, { type: 'user.suspend', at }),
    interrupt: (address, at) => tellCurrent(address, { type: 'user.interrupt', at }),
    end: (address, at) => tellCurrent(address, { type: 'user.end', at }),
    setIdleTimeout: (address, idleTimeoutMs, at) =>
      tellCurrent(address, { type: 'user.timeoutChanged', idleTimeoutMs, at }),

    tapApproval: async (chatId, id, tap, at) => {
      const approvalIn = ({ record }: KeptSession) =>
        record.chatId === chatId ? record.approvals.find((approval) => approval.id === id) : undefined;
      // Who waits for an answer has a process, so it is in memory.
      const asking = sessions.open.find((session) => approvalIn(session) !== undefined);
      if (!asking) return 'stale';
      const outcome = await sessions.use(asking.id, async (session): Promise<TapOutcome> => {
        const before = approvalIn(session);
        if (!before) return 'stale';
        await session.tell({ type: 'user.approvalTapped', id, tap, at });
        await session.saved();
        const after = approvalIn(session) ?? null;
        return after === before ? 'stale' : { before, after };
      });
      return outcome ?? 'stale';
    },

    choose: async (chatId, { sessionId, number, option }, at) => {
      const chosen = await sessions.use(sessionId, async (session) => {
        const choice = session.record.chatId === chatId ? openChoice(session.record, number) : undefined;
        const event = choice && eventOf(choice, option, at);
        if (!event) return false;
        await session.tell(event);
        await session.saved();
        return !openChoice(session.record, number);
      });
      return chosen ?? false;
    },
  };
}

/** What the choice tells its session; null if it has no such option. */
function eventOf({ about }: Choice, option: ChoiceOption, at: number): UserEvent | null {
  const options: readonly ChoiceOption[] = CHOICE_OPTIONS[about.type];
  if (!options.includes(option)) return null;
  if (option === 'continue' || option === 'drop') {
    return about.type === 'cutOff' ? { type: `user.${option}`, uuid: about.uuid, at } : null;
  }
  return { type: `user.${option}`, at };
}

async function tellDurably(session: KeptSession, event: SessionEvent): Promise<SessionView> {
  await session.tell(event);
  await session.saved();
  return session.view();
}
