/** What Telegram's side asks of the sessions, put together: the port that `src/telegram/` calls. */
import type { AnyActor } from 'xstate';
import type { Config } from '../config/config.ts';
import type { ConversationsPort, DeskPort } from '../claude/ports.ts';
import type { History } from '../store/history-files.ts';
import type { Store } from '../store/ports.ts';
import type { AccessPort, ChatAddress, SessionsPort, TelegramPort } from '../telegram/ports.ts';
import type { WorkspacePort } from '../workspace/ports.ts';
import { createAnswers } from './messages/answers.ts';
import { createChatFiles } from './files/chat-files.ts';
import { createArrivals } from './messages/arrivals/arrivals.ts';
import { createHandOver } from './messages/arrivals/hand-over.ts';
import { Lanes } from './messages/arrivals/lanes.ts';
import { createTranscriber } from './messages/arrivals/transcriber.ts';
import type { AccessList } from './chats/access.ts';
import { ChatSessions } from './chats/chat-sessions.ts';
import { Chats } from './chats/chats.ts';
import { Conversations } from './sessions/conversations.ts';
import { createAdopting, type Adopting } from './desk/adopting.ts';
import { createAttaching, type Attaching } from './desk/attaching.ts';
import { createDesk, type Desk } from './desk/desk.ts';
import { createIntake } from './messages/intake.ts';
import type { DaemonLog } from './log.ts';
import type { KeptSession } from './sessions/kept-session.ts';
import { createReports } from './turns/reports.ts';
import { createMigration } from './chats/migration.ts';
import { tellingKept } from './messages/kept-for-restart.ts';
import { createReplies } from './messages/replies.ts';
import { OwnerNotices } from './owner/notices.ts';
import type { ClockOfActors } from './sessions/saving.ts';
import { SessionMaking } from './sessions/session-making.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { TrustedFolders } from './sessions/trusted-folders.ts';
import { createSettings } from './turns/settings.ts';
import { Topics, type TopicGone } from './chats/topics.ts';
import type { UndeliveredMail } from './chats/undelivered.ts';
import { createWishes } from './messages/wishes.ts';
import { createWatching } from './turns/watching.ts';

export interface SessionsPortOptions {
  conversations: ConversationsPort;
  /** Who may use the bot, by name. */
  people: () => AccessList['people'];
  /** Claude Code in people's own terminals. */
  terminals: DeskPort;
  sessions: Sessions;
  /** Which folders people have trusted. */
  trust: TrustedFolders;
  access: AccessPort;
  /** Whether the people of the chat are (still) allowed. */
  isServed: (chatId: number) => boolean;
  store: Store;
  /** Null: none is kept. */
  history: Pick<History, 'read'> | null;
  telegram: Pick<TelegramPort, 'offerReplies' | 'makeTopic' | 'showTopic' | 'download' | 'typing'>;
  undelivered: UndeliveredMail;
  workspace: WorkspacePort;
  config: Pick<
    Config,
    | 'workspace'
    | 'workspaceRoots'
    | 'idleTimeoutMs'
    | 'permissionMode'
    | 'allowBypass'
    | 'dataDir'
    | 'transcribe'
    | 'transcribeEnvironment'
  >;
  /** Absolute: what `~` in a folder's name stands for. */
  home: string;
  clock: ClockOfActors;
  log: DaemonLog;
  /** Wall clock, ms since the epoch. */
  now: () => number;
  /** Told of each root actor that is no session's, before its start. Never throws. */
  onActor?: ((actor: AnyActor) => void) | undefined;
}

/** What the daemon itself asks beyond what Telegram's side does. */
export interface DaemonsSessionsPort extends SessionsPort {
  /** Begins a session in the place of the chat's current one, whose record can't be read, and tells the chat so. */
  replaceLost(address: ChatAddress): Promise<void>;
  /** What the command line asks of the sessions of all chats. */
  readonly desk: Desk;
  readonly attaching: Attaching;
  readonly adopting: Adopting;
  /** Messages whose files are fetched. */
  readonly lanes: Pick<Lanes, 'restore' | 'stop'>;
  /** What the owner is told. */
  readonly notices: OwnerNotices;
  /** The topic of a session was deleted. Never throws. */
  noteTopicGone(sessionId: string, event: TopicGone): void;
  /** A session has changed, and so, perhaps, what the title of its topic says. Never throws. */
  showTopic(session: KeptSession): void;
  /** Ends what an earlier daemon began with groups that became supergroups. Never rejects. */
  finishMigrations(): Promise<void>;
}

export function createSessionsPort(options: SessionsPortOptions): DaemonsSessionsPort {
  const { sessions, store, telegram, undelivered, workspace, clock, log, now } = options;
  const chats = new Chats({ store, record: (id) => sessions.record(id), now });
  const ofChat = new ChatSessions(sessions, chats);
  const making = new SessionMaking({ ...options, chats, ofChat });
  const rules = { ...options.config, home: options.home };
  const known = new Conversations({ ...options, chats, ofChat, making, rules });
  const topics = new Topics({ sessions, chats, ofChat, telegram, log });
  const { inTurnOf } = ofChat;
  const replies = createReplies({ ...options, chats, inTurn: inTurnOf, copies: workspace });
  const noteTaken = tellingKept({ sessions, owe: (...reply) => replies.owe(...reply), log });
  const take = createIntake({ sessions, chats, ofChat, making, noteTaken });
  const lanes = new Lanes({
    ...options,
    chats,
    ofChat,
    transcribe: createTranscriber(options.config),
    handOver: createHandOver({ ...options, chats, take }),
  });

  /** What Telegram refused there before this daemon started; what it refused since waits in the chat's line. */
  async function offerAgain(chatId: number): Promise<void> {
    for (const id of undelivered.hear(chatId)) await sessions.use(id, () => undefined);
    const { outbox } = await chats.record(chatId);
    if (outbox.length > 0) telegram.offerReplies(chatId, outbox);
  }

  const notices = new OwnerNotices({
    owner: () => options.access.userIds()[0] ?? null,
    told: async (chatId) => (await chats.record(chatId)).answered,
    owe: (chatId, reply) => replies.owe(chatId, reply),
    clock,
    log,
    now,
    onActor: options.onActor,
  });
  const migration = createMigration({ sessions, chats, ofChat, lanes, store, undelivered, log, now });

  return {
    migrate: (from, to) => migration.migrate(from, to),
    finishMigrations: () => migration.finishAll(),
    access: options.access,
    replies,
    heard: (chatId) => {
      void offerAgain(chatId).catch((error: unknown) => log.error({ chatId, err: error }, 'mail.notOffered'));
    },
    undelivered: () => undelivered.list(),
    chatIds: () => store.chatIds(),
    noteConflict: (isThere) => void (isThere ? notices.found({ about: 'poller' }) : notices.gone('poller')),
    notices,
    ...createArrivals({ sessions, chats, ofChat, making, take, lanes }),
    lanes,
    desk: createDesk({ ...options, ofChat, replies, take }),
    adopting: createAdopting({ ...options, known, ofChat, topics }),
    attaching: createAttaching({ ...options, desk: options.terminals, ...options.config }),
    create: (address, request) => making.create(address, request),
    replaceLost: (address) => making.replaceLost(address),
    current: (address) => ofChat.current(address),
    list: (chatId) => ofChat.list(chatId),
    select: (address, sessionId) => ofChat.select(address, sessionId),
    suspend: (address, at) => ofChat.suspend(address, at),
    interrupt: (address, at) => ofChat.interrupt(address, at),
    end: (address, at) => ofChat.end(address, at),
    detach: (address, at) => ofChat.detach(address, at),
    setIdleTimeout: (address, idleTimeoutMs, at) => ofChat.setIdleTimeout(address, idleTimeoutMs, at),
    setWhileWorking: (address, to, at) => ofChat.setWhileWorking(address, to, at),
    ...createWishes({ sessions, chats, ofChat }),
    one: (chatId, sessionId) => ofChat.one(chatId, sessionId),
    order: (chatId, sessionId, order, at) => ofChat.order(chatId, sessionId, order, at),
    rename: (chatId, sessionId, name, at) => ofChat.rename(chatId, sessionId, name, at),
    ...createSettings({ sessions, ofChat, making, rules, allowBypass: options.config.allowBypass, clock }),
    place: (chatId, sessionId, threadId, at) => topics.place(chatId, sessionId, threadId, at),
    nameTopic: (address, name, at) => topics.nameTopic(address, name, at),
    noteTopicGone: (sessionId, event) => topics.noteGone(sessionId, event),
    showTopic: (session) => topics.show(session),
    conversations: (address) => known.conversations(address),
    resume: (address, request) => known.resume(address, request),
    fork: (address, request) => known.fork(address, request),
    ...createChatFiles({ ofChat, workspace, defaultFolder: options.config.workspace }),
    ...createReports({ sessions, clock, now }),
    ...createAnswers(sessions, store, options.trust),
    ...createWatching({ sessions, chats, ofChat, log }),
  };
}
