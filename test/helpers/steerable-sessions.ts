/** The sessions of all chats, under the test's control: what Telegram's side asked for is kept, answers are given by the test. */
import type { OwedReply } from '../../machines/owed-reply.ts';
import { tapApproval } from '../../machines/session-approvals.ts';
import type { ClaudeOffers } from '../../machines/claude-offers.ts';
import type { RewindPoint } from '../../machines/claude-reports.ts';
import type { Approval, OutgoingFile } from '../../machines/session-record.ts';
import { NO_USAGE } from '../../machines/session-usage.ts';
import type { SessionView } from '../../machines/session-view.ts';
import type { Arrival, IncomingMessage } from '../../src/telegram/arrival.ts';
import type {
  ChatAddress,
  FolderChanges,
  FolderListing,
  ListedConversation,
  Refusal,
  PairingAttempt,
  PairingOutcome,
  Resumed,
  SessionsPort,
  TelegramPort,
  TurnView,
} from '../../src/telegram/ports.ts';
import { aRecord, NOON } from './records.ts';

export function aView(over: Partial<SessionView> = {}): SessionView {
  return {
    id: 's1',
    name: 'work',
    namedBy: 'folder',
    chatId: 7,
    threadId: null,
    state: 'idle',
    phase: 'live.idle',
    roomPlace: null,
    pid: 4242,
    createdAt: NOON,
    lastActivityAt: NOON,
    idleForMs: 90_000,
    idleTimeoutMs: 600_000,
    suspendsAt: NOON + 600_000,
    suspendsInMs: 510_000,
    workspace: '/home/me/work',
    model: null,
    effort: null,
    permissionMode: 'default',
    whileWorking: 'steer',
    claudeSessionId: '00000000-0000-4000-8000-000000000001',
    inbox: 0,
    outbox: 0,
    undeliverable: null,
    unconfirmed: null,
    approvals: 0,
    asks: [],
    lastEnd: null,
    desk: null,
    usage: NO_USAGE.usage,
    ...over,
  };
}

export interface SteerableSessions extends SessionsPort {
  /** What was accepted, in order; a message that comes twice is there twice. */
  readonly accepted: (ChatAddress & IncomingMessage)[];
  /** What came with files or words of others, in order. */
  readonly arrived: (ChatAddress & Arrival)[];
  /** What `isArriving` says yes to. */
  readonly awaitedPieces: Set<string>;
  /** Every other call, as `name(arguments)`. */
  readonly calls: string[];
  /** What the calls answer with; null: the chat has no session. */
  view: SessionView | null;
  views: SessionView[];
  /** The conversations that Claude Code keeps. */
  listed: ListedConversation[];
  /** What `resume` answers with; null: a new session. */
  resumed: Resumed | null;
  /** What `create` and `fork` are refused with. */
  refused: string | null;
  /** What `undelivered` answers with. */
  undeliveredMail: ReturnType<SessionsPort['undelivered']>;
  /** Codes that strangers tried, in order. */
  readonly attempts: PairingAttempt[];
  /** What they get for it; null: no code waits. */
  pairingOutcome: PairingOutcome | null;
  /** `user/message` of whoever was let in by it. */
  pairedBy: string | null;
  /** Replies that are owed, by `chat/message`; those that Telegram took are gone. */
  readonly owed: Map<string, OwedReply>;
  /** `chat/message` of what was ever answered. */
  readonly answered: Set<string>;
  /** What `getFile` answers with, by what was named. */
  readonly files: Map<string, OutgoingFile | FolderListing>;
  /** What `changes` answers with. */
  changed: FolderChanges | Refusal | null;
  /** Copies of files that are owed, by key. */
  readonly copies: Map<string, Uint8Array>;
  /** Where replies are offered; set by whoever makes the Telegram side. */
  offerReplies: TelegramPort['offerReplies'];
  /** Approvals that are open, by id. */
  readonly openApprovals: Map<string, Approval>;
  /** Choices that are open, by number. */
  readonly openChoices: Set<number>;
  allowsBypass: boolean;
  /** What Claude says of its context. */
  used: Awaited<ReturnType<SessionsPort['usage']>>;
  points: RewindPoint[] | Refusal;
  /** What Claude Code offers; null: it does not start. */
  offered: ClaudeOffers | null;
  /** The turn that goes on. */
  turn: string | null;
  /** How turns are shown, everywhere. */
  turnView: TurnView;
  /** Awaited in each `accept`; a rejection is what the disk says. */
  onAccept: (message: IncomingMessage) => Promise<void>;
}

/** @param allowedUsers who is allowed; the test may change the list */
export function steerableSessions(allowedUsers: number[] = [7]): SteerableSessions {
  const answer = (call: string): Promise<SessionView | null> => {
    sessions.calls.push(call);
    return Promise.resolve(sessions.view);
  };
  const sessions: SteerableSessions = {
    accepted: [],
    arrived: [],
    awaitedPieces: new Set(),
    calls: [],
    view: aView(),
    views: [aView()],
    refused: null,
    owed: new Map(),
    answered: new Set(),
    offerReplies: () => {},
    openApprovals: new Map(),
    openChoices: new Set(),
    turn: null,
    turnView: { isVerbose: false, usesDrafts: false },

    files: new Map(),
    getFile: async (_, named) => {
      await answer(`getFile(${named})`);
      return sessions.files.get(named) ?? { refused: `There is no file ${named}.` };
    },
    changed: null,
    changes: async (_, since) => {
      await answer(`changes(${since})`);
      return sessions.changed;
    },
    copies: new Map(),
    readCopy: (key) => Promise.resolve(sessions.copies.get(key) ?? null),
    heard: () => {},
    migrate: async (from, to) => {
      await answer(`migrate(${from}, ${to})`);
      return true;
    },
    noteConflict: (isThere) => void sessions.calls.push(`noteConflict(${String(isThere)})`),
    chatIds: () => Promise.resolve([7]),
    undelivered: () => sessions.undeliveredMail,
    undeliveredMail: [],

    access: {
      isAllowed: (userId) => allowedUsers.includes(userId),
      userIds: () => allowedUsers,
      get isPairing() {
        return sessions.pairingOutcome !== null;
      },
      wasPairedBy: (userId, messageId) => sessions.pairedBy === `${userId}/${messageId}`,
      redeem: (attempt) => {
        sessions.attempts.push(attempt);
        const outcome = sessions.pairingOutcome ?? { kind: 'ignored' as const };
        if (outcome.kind === 'paired') allowedUsers.push(attempt.userId);
        return Promise.resolve(outcome);
      },
    },
    attempts: [],
    pairingOutcome: null,
    pairedBy: null,

    replies: {
      unconfirmed: () => Promise.resolve(null),
      noteOutcomeUnknown: () => Promise.resolve(),
      noteChatRefused: () => Promise.resolve(),
      wasAnswered: (chatId, messageId) => Promise.resolve(sessions.answered.has(`${chatId}/${messageId}`)),
      owe: (chatId, reply) => {
        sessions.answered.add(`${chatId}/${reply.messageId}`);
        sessions.owed.set(`${chatId}/${reply.messageId}`, reply);
        sessions.offerReplies(chatId, [reply]);
        return Promise.resolve();
      },
      notePart: (chatId, messageId, partsSent) => {
        const key = `${chatId}/${messageId}`;
        const reply = sessions.owed.get(key);
        if (reply) sessions.owed.set(key, { ...reply, partsSent });
        return Promise.resolve();
      },
      noteTaken: (chatId, messageId) => {
        sessions.owed.delete(`${chatId}/${messageId}`);
        return Promise.resolve();
      },
    },
    onAccept: () => Promise.resolve(),

    arrive: async (address, { uuid, messageId, text, at, ...more }) => {
      if (more.files.length > 0 || more.context.length > 0) {
        sessions.arrived.push({ ...address, uuid, messageId, text, at, ...more });
      } else await sessions.accept(address, { uuid, messageId, text, at });
    },
    isArriving: (_, pieceOf) => Promise.resolve(sessions.awaitedPieces.has(pieceOf)),
    accept: async (address, message) => {
      await sessions.onAccept(message);
      sessions.accepted.push({ ...address, ...message });
    },
    viewOf: () => sessions.turnView,
    changeView: (_, change) => {
      sessions.turnView = { ...sessions.turnView, ...change };
      return Promise.resolve();
    },
    stopTurn: async (chatId, { sessionId, turn }) => {
      await answer(`stopTurn(${chatId}, ${sessionId}, ${turn})`);
      return turn === sessions.turn;
    },
    create: async (_, { messageId, argument }) => {
      const view = await answer(`create(${messageId}, ${argument})`);
      return sessions.refused === null && view ? view : { refused: sessions.refused ?? 'No.' };
    },
    current: () => answer('current()'),
    list: () => Promise.resolve(sessions.views),
    select: async (_, sessionId) => {
      await answer(`select(${sessionId})`);
      const selected = sessions.views.find(({ id }) => id === sessionId) ?? null;
      if (selected) sessions.view = selected;
      return selected;
    },
    suspend: () => answer('suspend()'),
    interrupt: async () => {
      const view = await answer('interrupt()');
      return view && { ...view, hadWork: view.state === 'active' };
    },
    end: () => answer('end()'),
    detach: () => answer('detach()'),
    setIdleTimeout: (_, idleTimeoutMs) => answer(`setIdleTimeout(${idleTimeoutMs})`),
    setWhileWorking: async (_, whileWorking) => {
      const view = await answer(`setWhileWorking(${whileWorking})`);
      return view && { ...view, whileWorking };
    },
    edit: async (_, { messageId, text }) => {
      await answer(`edit(${messageId}, ${String(text)})`);
      return text === null ? 'composed' : 'noted';
    },
    withdraw: async (_, { messageId }) => (await answer(`withdraw(${messageId})`)) !== null,
    one: (_, sessionId) => Promise.resolve(sessions.views.find(({ id }) => id === sessionId) ?? null),
    order: (chatId, sessionId, order) => {
      sessions.calls.push(`order(${chatId}, ${sessionId}, ${order})`);
      return sessions.one(chatId, sessionId);
    },
    rename: async (chatId, sessionId, name) => {
      sessions.calls.push(`rename(${chatId}, ${sessionId}, ${name})`);
      const view = await sessions.one(chatId, sessionId);
      return view && { ...view, name };
    },
    allowsBypass: false,
    offered: null,
    currentOrNew: () => Promise.resolve((sessions.view ??= aView())),
    changeSettings: async (chatId, sessionId, settings) => {
      await answer(`changeSettings(${chatId}, ${sessionId}, ${JSON.stringify(settings)})`);
      if (sessions.view?.id !== sessionId) return null;
      return (sessions.view = { ...sessions.view, ...settings });
    },
    used: null,
    usage: () => Promise.resolve(sessions.used),
    points: [],
    rewindPoints: () => Promise.resolve(sessions.points),
    rewind: async (chatId, sessionId, uuid) => {
      await answer(`rewind(${chatId}, ${sessionId}, ${uuid})`);
      if ('refused' in sessions.points) return sessions.points;
      return sessions.points.find((point) => point.uuid === uuid)?.changes ?? { refused: 'Nothing.' };
    },
    changeFolder: async (chatId, sessionId, folder) => {
      await answer(`changeFolder(${chatId}, ${sessionId}, ${folder})`);
      return sessions.refused === null ? sessions.view : { refused: sessions.refused };
    },
    newConversation: (chatId, sessionId) => answer(`newConversation(${chatId}, ${sessionId})`),
    offers: () => Promise.resolve(sessions.offered),
    listed: [],
    resumed: null,
    conversations: () => Promise.resolve({ folder: '/home/me/work', conversations: sessions.listed }),
    place: (chatId, sessionId, threadId) => {
      sessions.calls.push(`place(${chatId}, ${sessionId}, ${threadId})`);
      return Promise.resolve(sessions.view && { ...sessions.view, chatId, threadId });
    },
    nameTopic: ({ threadId }, name) => {
      sessions.calls.push(`nameTopic(${threadId}, ${name})`);
      return Promise.resolve();
    },
    resume: async (_, { claudeSessionId: id }) => {
      const session = await answer(`resume(${id})`);
      return sessions.resumed ?? { session: session ?? aView(), isNew: true };
    },
    fork: async (_, { claudeSessionId, name }) => {
      const view = await answer(`fork(${String(claudeSessionId)}, ${String(name)})`);
      return sessions.refused === null && view ? view : { refused: sessions.refused ?? 'No.' };
    },
    tapApproval: async (chatId, id, tap, at) => {
      await answer(`tapApproval(${chatId}, ${id}, ${typeof tap === 'string' ? tap : JSON.stringify(tap)})`);
      const before = sessions.openApprovals.get(id);
      const tapped = before && tapApproval(aRecord({ approvals: [before] }), id, tap, at);
      if (!tapped) return 'stale';
      const [after = null] = tapped.record.approvals;
      if (after) sessions.openApprovals.set(id, after);
      else sessions.openApprovals.delete(id);
      return { before, after };
    },
    choose: async (chatId, { sessionId, number, option }) => {
      await answer(`choose(${chatId}, ${sessionId}, ${number}, ${option})`);
      return sessions.openChoices.delete(number);
    },
  };
  return sessions;
}
