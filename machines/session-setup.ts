/**
 * What the statechart of a session is made of: its context and events, and by name its actors, actions, guards and
 * delays. What they do to the record is in the `session-*.ts` beside this file.
 */
import {
  assertEvent,
  assign,
  enqueueActions,
  sendTo,
  setup,
  type CallbackActorLogic,
  type PromiseActorLogic,
} from 'xstate';
import { notProvided } from './not-provided.ts';
import {
  type Answered,
  awaitsWords,
  closeAllApprovals,
  handleSaid,
  sayToApproval,
  tapApproval,
  tellSaidIsLost,
  withdrawApproval,
} from './session-approvals.ts';
import { askAgain, closeCutOff, cutOffRequests, isOpen, keepForTurn } from './session-asked-again.ts';
import {
  ask,
  closeChoices,
  continueUndecided,
  dropUndecided,
  isAboutSilence,
  undecided,
} from './session-choices.ts';
import { acceptAtDesk, lend, noteDeskConversation, noteDeskOpened, takeBack } from './session-desk.ts';
import type {
  ClaudeCommand,
  ClaudeInput,
  DeskCommand,
  DeskInput,
  Recovery,
  RecoveryInput,
  RoomEvent,
  RoomInput,
  SessionEvent,
} from './session-events.ts';
import {
  accept,
  allInHand,
  deliver,
  dueNow,
  handle,
  inHand,
  nextWaiting,
  putOff,
  shownInChat,
} from './session-inbox.ts';
import { moveToChat } from './session-migration.ts';
import {
  noteChatRefused,
  noteDelivered,
  noteOutcomeUnknown,
  notePartSent,
  owe,
  oweNotice,
} from './session-outbox.ts';
import {
  applyRecovery,
  CRASH_WINDOW_MS,
  hasTooManyCrashes,
  noteCrash,
  noteExit,
  tellCrash,
} from './session-process.ts';
import { beginConversation } from './session-conversation.ts';
import { leaveTopic, place } from './session-place.ts';
import { changeSettings, changeWorkspace, noteMode } from './session-settings.ts';
import {
  idleDeadline,
  isToBeRestored,
  type ChoiceOutcome,
  type EndReason,
  type InboxMessage,
  type Notice,
  type SessionRecord,
  type SessionState,
} from './session-record.ts';
import { noteSpending } from './session-usage.ts';
import { noteTaken, noteWithdrawn, tellUnfulfilled, wish, type Wished } from './session-wishes.ts';

/** How long a session waits for others before it acts on their silence. */
export interface SessionLimits {
  /** From the spawn to the protocol's handshake. */
  startTimeoutMs: number;
  /** From an interrupt to the end of the turn. */
  interruptTimeoutMs: number;
  /** From the order to end to the exit; longer than the whole ladder. */
  stopTimeoutMs: number;
  /** Within a turn, before the chat is asked about Claude's silence. Null: never. */
  silenceMs: number | null;
}

export const DEFAULT_LIMITS: SessionLimits = {
  startTimeoutMs: 60_000,
  interruptTimeoutMs: 15_000,
  stopTimeoutMs: 30_000,
  silenceMs: 30 * 60_000,
};

export interface SessionInput {
  record: SessionRecord;
  /** Wall clock, ms since the epoch. */
  at: number;
  limits?: Partial<SessionLimits>;
}

export interface SessionContext {
  /** A new object at each change: whoever keeps it compares references. */
  record: SessionRecord;
  limits: SessionLimits;
  /** Why the process is being ended, now or with its turn; the first reason given. Null while nobody ends it. */
  endReason: EndReason | null;
  /** The `claudeSessionId` of the last process: it may be ending while the record has a new one. */
  processConversation: string;
  /** How many background tasks Claude has running. */
  backgroundTasks: number;
  /** When the wait that may time out began (start, turn's last sign of life, interrupt, stop), ms since the epoch. */
  waitingSince: number;
}

/** What a person's order says about the silence that they were asked about. */
const SILENCE_OUTCOMES: Partial<Record<string, ChoiceOutcome>> = {
  'user.keepWaiting': 'keepWaiting',
  'user.interrupt': 'interrupt',
  'user.restart': 'restart',
};

export const sessionSetup = setup({
  types: {
    context: {} as SessionContext,
    input: {} as SessionInput,
    events: {} as SessionEvent,
    children: {} as { claude: 'claude'; recover: 'recover'; room: 'room'; desk: 'desk' },
  },
  actors: {
    claude: notProvided<CallbackActorLogic<ClaudeCommand, ClaudeInput>>('claude'),
    recover: notProvided<PromiseActorLogic<Recovery, RecoveryInput>>('recover'),
    /** Sends `room.granted`, or, of what need not wait, `room.refused`; `room.full` as long as it can do neither. */
    room: notProvided<CallbackActorLogic<RoomEvent, RoomInput>>('room'),
    desk: notProvided<CallbackActorLogic<DeskCommand, DeskInput>>('desk'),
  },
  actions: {
    acceptMessage: assign(({ context, event }) => {
      assertEvent(event, 'user.message');
      return { record: accept(context.record, event) };
    }),
    /** Claude gets what waits, unless it has to wait for the end of the turn. */
    handOver: enqueueActions(({ context, enqueue }) => {
      const due = dueNow(context.record);
      if (due.length === 0) return;
      enqueue.assign({ record: deliver(context.record, due) });
      for (const { uuid, text } of due) enqueue.sendTo('claude', { type: 'claude.prompt', uuid, text });
    }),
    noteTaken: assign(({ context, event }) => {
      assertEvent(event, 'claude.promptTaken');
      return { record: noteTaken(context.record, event.uuid, event.at) };
    }),
    noteWithdrawn: assign(({ context, event }) => {
      assertEvent(event, 'claude.promptWithdrawn');
      return { record: noteWithdrawn(context.record, event.uuid, event.at) };
    }),
    /** One answer for all messages of its turn, as a reply to the first: the others only added to it. */
    answer: assign(({ context, event }) => {
      assertEvent(event, 'claude.answered');
      const answered = context.record.inbox.filter(({ uuid }) => event.answers.includes(uuid));
      const record = owe(
        { ...context.record, lastActivityAt: event.at },
        event.at,
        { kind: 'answer', markdown: event.markdown },
        answered[0]?.messageId ?? null,
      );
      const told = tellUnfulfilled(record, answered, event.at);
      return { record: handle(told, ...answered.map(({ uuid }) => uuid)) };
    }),
    oweFiles: assign(({ context, event }) => {
      assertEvent(event, 'claude.filesSent');
      const { files, caption, at } = event;
      const replyTo = inHand(context.record)?.messageId ?? null;
      return { record: owe(context.record, at, { kind: 'files', files, caption }, replyTo) };
    }),
    /** The turn is over: messages that are still in hand got no answer. */
    endTurn: assign(({ context, event }, params: { unanswered: 'noAnswer' | 'interrupted' }) => {
      const at = timeOf(event, context);
      const record = closeTurn(context.record, at, params.unanswered === 'noAnswer');
      const left = allInHand(record);
      return {
        record: params.unanswered === 'interrupted' ? drop(record, left, at) : giveUp(record, left, at),
      };
    }),
    /** What would have gone to Claude goes nowhere. */
    dropDue: assign(({ context, event }) => {
      const { record } = context;
      const at = timeOf(event, context);
      return { record: keepForTurn(drop(record, dueNow(record), at), at) };
    }),
    wish: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, ['user.edited', 'user.withdrew']);
      const { record, withdraw } = wishOf(context.record, event);
      enqueue.assign({ record });
      if (withdraw !== undefined) enqueue.sendTo('claude', { type: 'claude.withdraw', uuid: withdraw });
    }),
    /** As `wish`, while there is no process to ask: what it had in hand is about to be looked up. */
    noteWish: assign(({ context, event }) => {
      assertEvent(event, ['user.edited', 'user.withdrew']);
      return { record: wishOf(context.record, event).record };
    }),
    changeWhileWorking: assign(({ context, event }) => {
      assertEvent(event, 'user.whileWorkingChanged');
      return { record: { ...context.record, whileWorking: event.whileWorking } };
    }),
    /** A person wants no process now: the turn ends unanswered, and what Claude has not taken is kept. */
    suspendTurn: assign(({ context, event }) => {
      const at = timeOf(event, context);
      const record = closeTurn(context.record, at, false);
      const [taken, others] = [true, false].map((isTaken) =>
        record.inbox.filter(({ state }) => (state === 'taken') === isTaken),
      );
      const left = putOff(drop(record, taken ?? [], at));
      const count = others?.filter(({ state }) => state === 'waiting' || state === 'delivered').length ?? 0;
      return { record: count === 0 ? left : oweNotice(left, at, { type: 'heldBySuspend', count }) };
    }),
    putOff: assign(({ context }) => ({ record: putOff(context.record) })),
    holdFailed: assign(({ context, event }) => {
      assertEvent(event, 'claude.failed');
      const { problem, detail, at } = event;
      const replyTo = (inHand(context.record) ?? nextWaiting(context.record))?.messageId ?? null;
      const told = oweNotice(context.record, at, { type: 'problem', problem, detail }, replyTo);
      return { record: putOff(told) };
    }),
    dropAll: assign(({ context, event }) => {
      const at = timeOf(event, context);
      const record = closeAllApprovals(context.record, 'ended', at);
      const dropped = record.inbox.map((message) => message.uuid);
      const told =
        dropped.length > 0 ? oweNotice(record, at, { type: 'ended', dropped: dropped.length }) : record;
      const asked = closeChoices(told, () => true, 'overtaken', at);
      return { record: handle(asked, ...dropped) };
    }),
    refuseMessage: assign(({ context, event }) => {
      assertEvent(event, 'user.message');
      const told = oweNotice(context.record, event.at, { type: 'ended', dropped: 1 }, event.messageId);
      return { record: handle(told, event.uuid) };
    }),

    noteSpawn: assign(({ context, event }) => {
      assertEvent(event, 'claude.spawned');
      return { record: { ...context.record, process: event.process } };
    }),
    noteSpending: assign(({ context, event }) => {
      assertEvent(event, 'claude.spent');
      return { record: noteSpending(context.record, event) };
    }),
    noteConversation: assign(({ context: { record, processConversation } }) =>
      record.conversationStarted || record.claudeSessionId !== processConversation
        ? {}
        : { record: { ...record, conversationStarted: true } },
    ),
    noteExit: assign(({ context, event }) => {
      assertEvent(event, 'claude.exited');
      return { record: noteExit(context.record, event, context.endReason ?? 'crashed') };
    }),
    noteCrash: assign(({ context, event }) => {
      assertEvent(event, 'claude.exited');
      return { record: noteCrash(context.record, event) };
    }),
    tellCrash: assign(({ context, event }) => {
      assertEvent(event, 'claude.exited');
      return { record: tellCrash(context.record, event) };
    }),
    giveUpRestarting: assign(({ context, event }) => {
      assertEvent(event, 'claude.exited');
      const record = noteCrash(context.record, event);
      const notice = {
        type: 'tooManyCrashes',
        count: record.crashes.length,
        withinMs: CRASH_WINDOW_MS,
      } as const;
      return { record: putOff(oweNotice(record, event.at, notice)) };
    }),
    noteDrained: assign(({ context, event }) => {
      const lastEnd = { reason: 'drained', code: null, signal: null, at: timeOf(event, context) } as const;
      return { record: { ...context.record, lastEnd } };
    }),
    /**
     * It would have been brought back after a restart, but its idle timeout ended while no daemon ran (`idle`), there is
     * no room for it (`evicted`), or nobody wants it (`user`).
     */
    forgetRestore: assign(({ context: { record } }, { reason }: { reason: EndReason }) =>
      isToBeRestored({ ...record, state: 'suspended' }) && record.lastEnd
        ? { record: { ...record, lastEnd: { ...record.lastEnd, reason } } }
        : {},
    ),
    tellNoRoom: assign(({ context: { record }, event }) => {
      assertEvent(event, 'room.full');
      const { places, ahead, waitingForPeople, at } = event;
      const notice = { type: 'noRoom', places, ahead, waitingForPeople } as const;
      return { record: oweNotice(record, at, notice, nextWaiting(record)?.messageId ?? null) };
    }),
    noteRecovery: assign(({ context }, params: Recovery) => ({
      record: applyRecovery(context.record, params),
    })),

    noteBackgroundTasks: assign(({ event }) => {
      assertEvent(event, 'claude.backgroundTasksChanged');
      return { backgroundTasks: event.count };
    }),
    requestApproval: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'claude.approvalRequested');
      passOn(enqueue, askAgain(context.record, event.approval, event.at));
    }),
    /** Its process is being ended: what is answered from now on is for the next one. */
    cutOffRequests: assign(({ context }) => ({ record: cutOffRequests(context.record) })),
    withdrawApproval: assign(({ context, event }) => {
      assertEvent(event, 'claude.approvalWithdrawn');
      return { record: withdrawApproval(context.record, event.id, event.at) };
    }),
    takeTap: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'user.approvalTapped');
      const touched = { ...context.record, lastActivityAt: event.at };
      const answered = tapApproval(touched, event.id, event.tap, event.at);
      if (answered) passOn(enqueue, answered);
    }),
    takeWords: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'user.message');
      const answered = sayToApproval(shownInChat(context.record, event), event);
      if (answered) passOn(enqueue, answered);
    }),
    grantRules: assign(({ context, event }) => {
      assertEvent(event, 'claude.sessionRulesGranted');
      const sessionRules = [...context.record.sessionRules, ...event.rules];
      return { record: { ...context.record, sessionRules } };
    }),
    askAboutSilence: assign(({ context }) => {
      const { record, waitingSince, limits } = context;
      const silentForMs = limits.silenceMs ?? 0;
      const replyTo = inHand(record)?.messageId ?? null;
      return { record: ask(record, waitingSince + silentForMs, { type: 'silence', silentForMs }, replyTo) };
    }),
    closeSilence: assign(({ context, event }) => {
      const outcome = SILENCE_OUTCOMES[event.type] ?? 'overtaken';
      return { record: closeChoices(context.record, isAboutSilence, outcome, timeOf(event, context)) };
    }),
    continueUndecided: assign(({ context, event }) => {
      assertEvent(event, 'user.continue');
      return { record: continueUndecided(context.record, event.uuid, event.at) };
    }),
    dropUndecided: assign(({ context, event }) => {
      assertEvent(event, 'user.drop');
      return { record: dropUndecided(context.record, event.uuid, event.at) };
    }),
    lend: assign(({ context, event }) => {
      assertEvent(event, 'desk.requested');
      return { record: lend(context.record, event.hold, event.at) };
    }),
    /** Before the terminal was told that it may begin. */
    lendNot: assign(({ context }) => ({ record: { ...context.record, desk: null } })),
    acceptAtDesk: assign(({ context, event }) => {
      assertEvent(event, 'user.message');
      return { record: acceptAtDesk(context.record, event) };
    }),
    noteDeskOpened: assign(({ context, event }) => {
      assertEvent(event, 'desk.opened');
      return { record: noteDeskOpened(context.record, event.claude) };
    }),
    noteDeskConversation: assign(({ context, event }) => {
      assertEvent(event, 'desk.conversationSeen');
      return { record: noteDeskConversation(context.record, event.claudeSessionId) };
    }),
    takeBack: assign(({ context, event }) => {
      assertEvent(event, 'desk.detached');
      return { record: takeBack(context.record, event.visit, event.at) };
    }),
    tellAdopted: assign(({ context: { record }, event }) => {
      assertEvent(event, 'desk.adopted');
      const { host, at } = event;
      return { record: oweNotice(record, at, { type: 'adopted', host, workspace: record.workspace }) };
    }),
    watchDesk: sendTo('desk', ({ event }) => {
      assertEvent(event, 'desk.opened');
      return { type: 'desk.watch', claude: event.claude } as const;
    }),
    releaseDesk: sendTo('desk', ({ event }) => {
      assertEvent(event, 'desk.handedBack');
      return { type: 'desk.release', conversations: event.conversations } as const;
    }),
    closeDesk: sendTo('desk', { type: 'desk.close' } as const),
    interrupt: sendTo('claude', { type: 'claude.interrupt' } as const),
    stop: sendTo('claude', { type: 'claude.stop' } as const),

    tell: assign(({ context }, params: { notice: Notice; afterMs: number }) => ({
      record: oweNotice(context.record, context.waitingSince + params.afterMs, params.notice),
    })),
    noteState: assign(({ context }, params: { state: SessionState }) =>
      context.record.state === params.state ? {} : { record: { ...context.record, state: params.state } },
    ),
    /** What Claude asked waits on only if its turn goes on with the next process. */
    noteSuspended: assign(({ context, event }) => ({
      record: { ...keepForTurn(context.record, timeOf(event, context)), state: 'suspended' as const },
    })),
    noteEndReason: assign(({ context }, params: { reason: EndReason }) => ({
      endReason: context.endReason ?? params.reason,
    })),
    forgetProcess: assign(({ context }) => ({
      endReason: null,
      backgroundTasks: 0,
      processConversation: context.record.claudeSessionId,
    })),
    beginWait: assign(({ event, context }) => ({ waitingSince: timeOf(event, context) })),
    touch: assign(({ context, event }) => ({
      record: { ...context.record, lastActivityAt: timeOf(event, context) },
    })),
    changeTimeout: assign(({ context, event }) => {
      assertEvent(event, 'user.timeoutChanged');
      return { record: { ...context.record, idleTimeoutMs: event.idleTimeoutMs } };
    }),
    rename: assign(({ context, event }) => {
      assertEvent(event, 'user.renamed');
      return { record: { ...context.record, name: event.name, namedBy: 'person' as const } };
    }),
    beginConversation: assign(({ context, event }) => {
      assertEvent(event, 'user.newConversation');
      return { record: beginConversation(context.record, event.claudeSessionId, event.at) };
    }),
    changeWorkspace: assign(({ context, event }) => {
      assertEvent(event, 'user.workspaceChanged');
      // What it asked was asked for the folder before.
      const unasked = closeAllApprovals(context.record, 'interrupted', event.at);
      return { record: changeWorkspace(unasked, event.workspace, event.at) };
    }),
    changeSettings: assign(({ context, event }) => {
      assertEvent(event, 'user.settingsChanged');
      return { record: changeSettings(context.record, event.settings) };
    }),
    configure: sendTo('claude', ({ event }) => {
      assertEvent(event, 'user.settingsChanged');
      return { type: 'claude.configure', settings: event.settings } as const;
    }),
    noteMode: assign(({ context, event }) => {
      assertEvent(event, 'claude.permissionModeChanged');
      return { record: noteMode(context.record, event.permissionMode) };
    }),
    place: assign(({ context, event }) => {
      assertEvent(event, 'daemon.placed');
      return { record: place(context.record, event.threadId, event.at) };
    }),
    leaveTopic: assign(({ context, event }) => {
      assertEvent(event, 'telegram.topicGone');
      return { record: leaveTopic(context.record, event.threadId) };
    }),
    nameByTitle: assign(({ context, event }) => {
      assertEvent(event, 'daemon.titled');
      return { record: { ...context.record, name: event.title, namedBy: 'conversation' as const } };
    }),
    notePartSent: assign(({ context, event }) => {
      assertEvent(event, 'telegram.partSent');
      return { record: notePartSent(context.record, event.outboxId, event.partsSent) };
    }),
    noteDelivered: assign(({ context, event }) => {
      assertEvent(event, 'telegram.delivered');
      return { record: noteDelivered(context.record, event.outboxId, event.messageId) };
    }),
    noteOutcomeUnknown: assign(({ context, event }) => {
      assertEvent(event, 'telegram.outcomeUnknown');
      return { record: noteOutcomeUnknown(context.record, event.outboxId, event.at) };
    }),
    noteChatRefused: assign(({ context, event }) => {
      assertEvent(event, 'telegram.chatRefused');
      return { record: noteChatRefused(context.record, event.reason, event.at) };
    }),
    moveToChat: assign(({ context, event }) => {
      assertEvent(event, 'telegram.chatMigrated');
      return { record: moveToChat(context.record, event.chatId, event.at) };
    }),
    noteLiveMessage: assign(({ context, event }) => {
      assertEvent(event, 'telegram.liveMessageChanged');
      return { record: { ...context.record, liveMessageId: event.messageId } };
    }),
  },
  guards: {
    isTerminated: ({ context }) => context.record.state === 'terminated',
    isAtDesk: ({ context }) => context.record.desk !== null,
    hasProcess: ({ context }) => context.record.process !== null,
    /** A process, or a prompt in its hands, may be left from an earlier daemon. */
    mayHaveLeftovers: ({ context: { record } }) =>
      record.process !== null || isLive(record) || inHand(record) !== undefined,
    hasWaiting: ({ context }) => nextWaiting(context.record) !== undefined,
    /** Its process is to end with the turn that runs. */
    isToEnd: ({ context }) => context.endReason !== null,
    hasNoneWaiting: ({ context }) => nextWaiting(context.record) === undefined,
    /** Of the sessions that have the room, none goes on before somebody has answered. */
    waitsForPeople: ({ event }) => {
      assertEvent(event, 'room.full');
      return event.waitingForPeople >= event.places;
    },
    hasInHand: ({ context }) => inHand(context.record) !== undefined,
    /** Nobody can see what Claude waits for. */
    hasUnseenApproval: ({ context }) => context.record.approvals.some(({ messageId }) => messageId === null),
    awaitsWords: ({ context }) => awaitsWords(context.record),
    isUndecided: ({ context, event }) => {
      assertEvent(event, ['user.continue', 'user.drop']);
      return undecided(context.record, event.uuid) !== undefined;
    },
    hasNoApprovals: ({ context }) => !context.record.approvals.some(isOpen),
    hasBackgroundTasks: ({ context }) => context.backgroundTasks > 0,
    hasNoBackgroundTasks: ({ context }) => context.backgroundTasks === 0,
    /** Was live when the daemon before stopped or died, its idle timeout is not over yet, and no message waits for its sender. */
    isToBeLive: ({ context, event }) =>
      (isLive(context.record) || isToBeRestored(context.record)) &&
      !context.record.inbox.some(({ state }) => state === 'held') &&
      remainingMs(context.record, timeOf(event, context)) > 0,
    /** This crash is one too many. */
    crashesTooOften: ({ context, event }) => {
      assertEvent(event, 'claude.exited');
      return hasTooManyCrashes(noteCrash(context.record, event));
    },
    isNamedByFolder: ({ context }) => context.record.namedBy === 'folder',
    hasIdleTimeout: ({ context }) => context.record.idleTimeoutMs !== null,
    hasSilenceLimit: ({ context }) => context.limits.silenceMs !== null,
  },
  delays: {
    idleTimeout: ({ context, event }) => remainingMs(context.record, timeOf(event, context)),
    startTimeout: ({ context }) => context.limits.startTimeoutMs,
    interruptTimeout: ({ context }) => context.limits.interruptTimeoutMs,
    stopTimeout: ({ context }) => context.limits.stopTimeoutMs,
    silence: ({ context }) => context.limits.silenceMs ?? Infinity,
  },
});

type Wish = Extract<SessionEvent, { type: 'user.edited' | 'user.withdrew' }>;

function wishOf(record: SessionRecord, event: Wish): Wished {
  const wanted =
    event.type === 'user.edited'
      ? ({ type: 'edit', uuid: event.newUuid, text: event.text } as const)
      : ({ type: 'withdraw' } as const);
  return wish(record, event.messageId, wanted, event.at);
}

/** @param isComplete Claude ended it by itself */
function closeTurn(record: SessionRecord, at: number, isComplete: boolean): SessionRecord {
  const unasked = closeCutOff(handleSaid(record), isComplete ? 'notAskedAgain' : 'interrupted', at);
  const closed = closeAllApprovals(tellSaidIsLost(unasked, at), 'interrupted', at);
  return { ...closed, lastActivityAt: at };
}

/** A person stopped the turn, and with it all that was meant for it: told once. */
function drop(record: SessionRecord, messages: readonly InboxMessage[], at: number): SessionRecord {
  const [first] = messages;
  if (!first) return record;
  const dropped = messages.length - 1;
  const told = oweNotice(record, at, { type: 'interrupted', dropped }, first.messageId);
  return handle(told, ...messages.map(({ uuid }) => uuid));
}

function giveUp(record: SessionRecord, messages: readonly InboxMessage[], at: number): SessionRecord {
  const told = messages.reduce(
    (left, { messageId }) => oweNotice(left, at, { type: 'noAnswer' }, messageId),
    record,
  );
  return handle(told, ...messages.map(({ uuid }) => uuid));
}

interface Enqueue {
  assign(change: { record: SessionRecord }): void;
  sendTo(child: 'claude', command: ClaudeCommand): void;
}

/** First the record: what Claude does with the answer may come at once. */
function passOn(enqueue: Enqueue, { record, forClaude }: Answered): void {
  enqueue.assign({ record });
  if (forClaude) enqueue.sendTo('claude', { type: 'claude.answerApproval', ...forClaude });
}

function isLive(record: SessionRecord): boolean {
  return record.state === 'active' || record.state === 'idle';
}

/** Until the idle timeout is over, counted from the last activity: 0 if it is, Infinity if it is off. */
function remainingMs(record: SessionRecord, now: number): number {
  const deadline = idleDeadline(record);
  if (deadline === null || record.idleTimeoutMs === null) return Infinity;
  // The wall clock may have been set back: nobody waits longer than the timeout itself.
  return Math.min(Math.max(0, deadline - now), record.idleTimeoutMs);
}

/** The wall clock of whatever made the machine move; a delayed transition carries none, and counts from its wait. */
function timeOf(event: object, { waitingSince }: SessionContext): number {
  const carrier = 'output' in event ? event.output : 'input' in event ? event.input : event;
  return typeof carrier === 'object' && carrier !== null && 'at' in carrier && typeof carrier.at === 'number'
    ? carrier.at
    : waitingSince;
}
