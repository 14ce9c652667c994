/**
 * The statechart of a session: what can happen to one conversation with Claude Code, and when.
 *
 * `live` invokes the process, so that it lives through `active` and `idle`; `stopping` waits for its exit, so that a
 * second process can't start on the same conversation. `boot`, `recovering` and `settling` decide where a session
 * stands when it comes from disk or from a crash. Times come with events (`at`); delays count on the actor's clock.
 */
import {
  and,
  assertEvent,
  assign,
  sendTo,
  setup,
  type CallbackActorLogic,
  type PromiseActorLogic,
  type SnapshotFrom,
} from 'xstate';
import { notProvided } from './not-provided.ts';
import { closeAllApprovals, closeApproval, requestApproval, settleApproval } from './session-approvals.ts';
import {
  ask,
  closeChoices,
  continueUndecided,
  dropUndecided,
  isAboutSilence,
  undecided,
} from './session-choices.ts';
import type { ClaudeCommand, ClaudeInput, Recovery, RecoveryInput, SessionEvent } from './session-events.ts';
import {
  accept,
  deliverNext,
  handle,
  holdInHand,
  holdWaiting,
  inHand,
  nextWaiting,
} from './session-inbox.ts';
import { noteDelivered, notePartSent, owe, oweNotice } from './session-outbox.ts';
import {
  applyRecovery,
  CRASH_WINDOW_MS,
  hasTooManyCrashes,
  noteCrash,
  noteExit,
  tellCrash,
} from './session-process.ts';
import {
  idleDeadline,
  isToBeRestored,
  type ChoiceOutcome,
  type EndReason,
  type Notice,
  type SessionRecord,
  type SessionState,
} from './session-record.ts';

/** How long a session waits for others before it acts on their silence. */
export interface SessionLimits {
  /** From the spawn to the protocol's handshake. */
  startTimeoutMs: number;
  /** From an interrupt to the end of the turn. */
  interruptTimeoutMs: number;
  /** From the order to end to the exit; longer than the whole ladder. */
  stopTimeoutMs: number;
  /** Within a turn, before the chat is told that Claude says nothing. Null: never. */
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
  /** Why the process is being ended; the first reason given. Null while nobody ends it. */
  endReason: EndReason | null;
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

/** A recovery that a stopping daemon does not wait for. */
const LEFT_FOR_THE_NEXT_DAEMON = [
  { guard: 'isTerminated', target: '#session.terminated' },
  { target: '#session.suspended.drained', actions: 'noteDrained' },
] as const;

export const sessionMachine = setup({
  types: {
    context: {} as SessionContext,
    input: {} as SessionInput,
    events: {} as SessionEvent,
    children: {} as { claude: 'claude'; recover: 'recover' },
  },
  actors: {
    claude: notProvided<CallbackActorLogic<ClaudeCommand, ClaudeInput>>('claude'),
    recover: notProvided<PromiseActorLogic<Recovery, RecoveryInput>>('recover'),
  },
  actions: {
    acceptMessage: assign(({ context, event }) => {
      assertEvent(event, 'user.message');
      return { record: accept(context.record, event) };
    }),
    deliverNext: sendTo('claude', ({ context }) => {
      const next = nextWaiting(context.record);
      if (!next) throw new Error('There is no waiting message to deliver.');
      return { type: 'claude.prompt', uuid: next.uuid, text: next.text } as const;
    }),
    noteDelivery: assign(({ context }) => ({ record: deliverNext(context.record) })),
    answer: assign(({ context, event }) => {
      assertEvent(event, 'claude.answered');
      const message = inHand(context.record);
      const record = owe(
        { ...context.record, lastActivityAt: event.at },
        event.at,
        { kind: 'answer', markdown: event.markdown },
        message?.messageId ?? null,
      );
      return { record: message ? handle(record, message.uuid) : record };
    }),
    /** The turn is over: a message that is still in hand got no answer. */
    endTurn: assign(({ context, event }, params: { unanswered: 'noAnswer' | 'interrupted' }) => {
      const at = timeOf(event, context);
      const touched = { ...context.record, lastActivityAt: at };
      const record = closeAllApprovals(touched, 'interrupted', at);
      const message = inHand(record);
      if (!message) return { record };
      const told = oweNotice(record, at, { type: params.unanswered }, message.messageId);
      return { record: handle(told, message.uuid) };
    }),
    dropNextWaiting: assign(({ context, event }) => {
      const message = nextWaiting(context.record);
      if (!message) return {};
      const told = oweNotice(
        context.record,
        timeOf(event, context),
        { type: 'interrupted' },
        message.messageId,
      );
      return { record: handle(told, message.uuid) };
    }),
    holdWaiting: assign(({ context }) => ({ record: holdWaiting(context.record) })),
    holdFailed: assign(({ context, event }) => {
      assertEvent(event, 'claude.failed');
      const { problem, detail, at } = event;
      const replyTo = (inHand(context.record) ?? nextWaiting(context.record))?.messageId ?? null;
      const told = oweNotice(context.record, at, { type: 'problem', problem, detail }, replyTo);
      return { record: holdWaiting(holdInHand(told, event.continuationUuid)) };
    }),
    dropAll: assign(({ context, event }) => {
      const { record } = context;
      const dropped = record.inbox.map((message) => message.uuid);
      const told =
        dropped.length > 0
          ? oweNotice(record, timeOf(event, context), { type: 'ended', dropped: dropped.length })
          : record;
      const asked = closeChoices(told, () => true, 'overtaken', timeOf(event, context));
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
    noteConversation: assign(({ context }) =>
      context.record.conversationStarted ? {} : { record: { ...context.record, conversationStarted: true } },
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
      return { record: holdWaiting(oweNotice(record, event.at, notice)) };
    }),
    noteDrained: assign(({ context, event }) => {
      const lastEnd = { reason: 'drained', code: null, signal: null, at: timeOf(event, context) } as const;
      return { record: { ...context.record, lastEnd } };
    }),
    /** It would have been brought back after a restart, but its idle timeout ended while no daemon ran. */
    forgetRestore: assign(({ context: { record } }) =>
      isToBeRestored(record) && record.lastEnd
        ? { record: { ...record, lastEnd: { ...record.lastEnd, reason: 'idle' as const } } }
        : {},
    ),
    noteRecovery: assign(({ context }, params: Recovery) => ({
      record: applyRecovery(context.record, params),
    })),

    noteBackgroundTasks: assign(({ event }) => {
      assertEvent(event, 'claude.backgroundTasksChanged');
      return { backgroundTasks: event.count };
    }),
    requestApproval: assign(({ context, event }) => {
      assertEvent(event, 'claude.approvalRequested');
      return { record: requestApproval(context.record, event.approval, event.at) };
    }),
    withdrawApproval: assign(({ context, event }) => {
      assertEvent(event, 'claude.approvalWithdrawn');
      return { record: closeApproval(context.record, event.id, 'interrupted', event.at) };
    }),
    settleApproval: assign(({ context, event }) => {
      assertEvent(event, 'user.approvalAnswered');
      const touched = { ...context.record, lastActivityAt: event.at };
      return { record: settleApproval(touched, event.id) };
    }),
    answerApproval: sendTo('claude', ({ event }) => {
      assertEvent(event, 'user.approvalAnswered');
      return { type: 'claude.answerApproval', id: event.id, decision: event.decision } as const;
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
    interrupt: sendTo('claude', { type: 'claude.interrupt' } as const),
    stop: sendTo('claude', { type: 'claude.stop' } as const),

    tell: assign(({ context }, params: { notice: Notice; afterMs: number }) => ({
      record: oweNotice(context.record, context.waitingSince + params.afterMs, params.notice),
    })),
    noteState: assign(({ context }, params: { state: SessionState }) =>
      context.record.state === params.state ? {} : { record: { ...context.record, state: params.state } },
    ),
    noteSuspended: assign(({ context }) => ({ record: { ...context.record, state: 'suspended' as const } })),
    noteEndReason: assign(({ context }, params: { reason: EndReason }) => ({
      endReason: context.endReason ?? params.reason,
    })),
    forgetProcess: assign({ endReason: null, backgroundTasks: 0 }),
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
      return { record: { ...context.record, name: event.name } };
    }),
    notePartSent: assign(({ context, event }) => {
      assertEvent(event, 'telegram.partSent');
      return { record: notePartSent(context.record, event.outboxId, event.partsSent) };
    }),
    noteDelivered: assign(({ context, event }) => {
      assertEvent(event, 'telegram.delivered');
      return { record: noteDelivered(context.record, event.outboxId, event.messageId) };
    }),
    noteLiveMessage: assign(({ context, event }) => {
      assertEvent(event, 'telegram.liveMessageChanged');
      return { record: { ...context.record, liveMessageId: event.messageId } };
    }),
  },
  guards: {
    isTerminated: ({ context }) => context.record.state === 'terminated',
    /** A process, or a prompt in its hands, may be left from an earlier daemon. */
    mayHaveLeftovers: ({ context: { record } }) =>
      record.process !== null || isLive(record) || inHand(record) !== undefined,
    hasWaiting: ({ context }) => nextWaiting(context.record) !== undefined,
    hasInHand: ({ context }) => inHand(context.record) !== undefined,
    isKnownApproval: ({ context, event }) => {
      assertEvent(event, 'user.approvalAnswered');
      return context.record.approvals.some((approval) => approval.id === event.id);
    },
    isUndecided: ({ context, event }) => {
      assertEvent(event, ['user.continue', 'user.drop']);
      return undecided(context.record, event.uuid) !== undefined;
    },
    hasNoApprovals: ({ context }) => context.record.approvals.length === 0,
    hasBackgroundTasks: ({ context }) => context.backgroundTasks > 0,
    hasNoBackgroundTasks: ({ context }) => context.backgroundTasks === 0,
    /** Was live when the daemon before stopped or died, and its idle timeout is not over yet. */
    isToBeLive: ({ context, event }) =>
      (isLive(context.record) || isToBeRestored(context.record)) &&
      remainingMs(context.record, timeOf(event, context)) > 0,
    /** This crash is one too many. */
    crashesTooOften: ({ context, event }) => {
      assertEvent(event, 'claude.exited');
      return hasTooManyCrashes(noteCrash(context.record, event));
    },
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
}).createMachine({
  id: 'session',
  context: ({ input }) => ({
    record: input.record,
    limits: { ...DEFAULT_LIMITS, ...input.limits },
    endReason: null,
    backgroundTasks: 0,
    waitingSince: input.at,
  }),
  initial: 'boot',
  on: {
    'user.timeoutChanged': { actions: 'changeTimeout' },
    'user.renamed': { actions: 'rename' },
    'user.continue': { guard: 'isUndecided', actions: 'continueUndecided' },
    'user.drop': { guard: 'isUndecided', actions: 'dropUndecided' },
    'telegram.partSent': { actions: 'notePartSent' },
    'telegram.delivered': { actions: 'noteDelivered' },
    'telegram.liveMessageChanged': { actions: 'noteLiveMessage' },
  },
  states: {
    boot: {
      always: [{ guard: 'mayHaveLeftovers', target: 'recovering' }, { target: 'settling' }],
    },

    // Ends what is left of an earlier process, then asks the transcript what became of the prompts in its hands.
    recovering: {
      invoke: {
        id: 'recover',
        src: 'recover',
        input: ({ context: { record } }) => ({
          id: record.id,
          workspace: record.workspace,
          claudeSessionId: record.claudeSessionId,
          process: record.process,
          uuids: record.inbox
            .filter(({ state }) => state === 'waiting' || state === 'delivered')
            .map(({ uuid }) => uuid),
        }),
        onDone: {
          target: 'settling',
          actions: { type: 'noteRecovery', params: ({ event }) => event.output },
        },
        onError: '.failed',
      },
      on: {
        'user.message': [{ guard: 'isTerminated', actions: 'refuseMessage' }, { actions: 'acceptMessage' }],
        'user.end': { actions: [{ type: 'noteState', params: { state: 'terminated' } }, 'dropAll'] },
        'daemon.drain': LEFT_FOR_THE_NEXT_DAEMON,
        'daemon.stop': LEFT_FOR_THE_NEXT_DAEMON,
      },
      initial: 'looking',
      states: {
        looking: {},
        // The transcript can't be read. Delivering again might double a prompt, so the next message tries to look again.
        failed: {
          entry: { type: 'tell', params: { notice: { type: 'internalError' }, afterMs: 0 } },
          on: {
            'user.message': { target: '#session.recovering', reenter: true, actions: 'acceptMessage' },
            'user.continue': {
              guard: 'isUndecided',
              target: '#session.recovering',
              reenter: true,
              actions: 'continueUndecided',
            },
            'user.end': { target: '#session.terminated', actions: 'dropAll' },
          },
        },
      },
    },

    settling: {
      always: [
        { guard: 'isTerminated', target: 'terminated' },
        { guard: 'hasWaiting', target: 'live' },
        { guard: 'isToBeLive', target: 'live' },
        { target: 'suspended', actions: 'forgetRestore' },
      ],
    },

    // No process. The next message starts one that continues the conversation.
    suspended: {
      entry: 'noteSuspended',
      initial: 'resting',
      on: {
        'user.message': [
          { guard: 'hasInHand', target: 'recovering', actions: 'acceptMessage' },
          { target: 'settling', actions: 'acceptMessage' },
        ],
        'user.continue': [
          { guard: and(['isUndecided', 'hasInHand']), target: 'recovering', actions: 'continueUndecided' },
          { guard: 'isUndecided', target: 'settling', actions: 'continueUndecided' },
        ],
        'user.wake': { target: 'live', actions: 'touch' },
        'user.end': { target: 'terminated', actions: 'dropAll' },
      },
      states: {
        resting: {},
        // The daemon stops: what was not finished is the next one's.
        drained: {
          on: {
            'user.message': { actions: 'acceptMessage' },
            'user.continue': { guard: 'isUndecided', actions: 'continueUndecided' },
            'user.wake': {},
          },
        },
      },
    },

    live: {
      entry: ['forgetProcess', { type: 'noteState', params: { state: 'active' } }],
      invoke: {
        id: 'claude',
        src: 'claude',
        input: ({ context: { record } }) => ({
          id: record.id,
          epoch: record.epoch,
          workspace: record.workspace,
          model: record.model,
          permissionMode: record.permissionMode,
          sessionRules: record.sessionRules,
          claudeSessionId: record.claudeSessionId,
          conversationStarted: record.conversationStarted,
        }),
      },
      initial: 'active',
      on: {
        'claude.spawned': { actions: 'noteSpawn' },
        'claude.answered': { actions: ['answer', 'noteConversation'] },
        'claude.sessionRulesGranted': { actions: 'grantRules' },
        'claude.backgroundTasksChanged': { actions: 'noteBackgroundTasks' },
        'claude.approvalWithdrawn': { actions: 'withdrawApproval' },
        'claude.failed': {
          target: '.stopping',
          actions: [{ type: 'noteEndReason', params: { reason: 'failed' } }, 'holdFailed'],
        },
        'claude.exited': [
          { guard: 'crashesTooOften', target: 'suspended', actions: 'giveUpRestarting' },
          { guard: 'hasInHand', target: 'recovering', actions: ['noteCrash', 'noteSuspended'] },
          { target: 'exited', actions: ['noteCrash', 'tellCrash'] },
        ],
        'user.message': { actions: 'acceptMessage' },
        'user.end': {
          target: '.stopping.terminating',
          actions: [{ type: 'noteEndReason', params: { reason: 'user' } }, 'dropAll'],
        },
        'daemon.stop': {
          target: '.stopping.draining',
          actions: { type: 'noteEndReason', params: { reason: 'drained' } },
        },
      },
      states: {
        active: {
          entry: { type: 'noteState', params: { state: 'active' } },
          initial: 'starting',
          on: {
            'user.suspend': {
              target: 'stopping',
              actions: [
                { type: 'noteEndReason', params: { reason: 'user' } },
                { type: 'endTurn', params: { unanswered: 'interrupted' } },
                'holdWaiting',
              ],
            },
            // What is in hand stays there: the transcript will tell how far it came.
            'user.restart': {
              target: 'stopping',
              actions: { type: 'noteEndReason', params: { reason: 'user' } },
            },
          },
          states: {
            starting: {
              entry: 'beginWait',
              on: {
                'claude.ready': [
                  {
                    guard: 'hasWaiting',
                    target: 'working',
                    actions: ['deliverNext', 'noteDelivery'],
                  },
                  { target: '#session.live.idle' },
                ],
                'user.interrupt': { actions: 'dropNextWaiting' },
              },
              after: {
                startTimeout: {
                  target: '#session.live.stopping',
                  actions: [
                    { type: 'noteEndReason', params: { reason: 'unresponsive' } },
                    {
                      type: 'tell',
                      params: ({ context }) => ({
                        notice: { type: 'unresponsive', waitedFor: 'start' },
                        afterMs: context.limits.startTimeoutMs,
                      }),
                    },
                    'holdWaiting',
                  ],
                },
              },
            },

            // Claude has a prompt in hand, or has taken up work by itself.
            working: {
              entry: 'beginWait',
              on: {
                'claude.heard': { target: 'working', reenter: true },
                'claude.approvalRequested': { target: 'awaitingApproval', actions: 'requestApproval' },
                'claude.turnEnded': {
                  target: 'betweenTurns',
                  actions: { type: 'endTurn', params: { unanswered: 'noAnswer' } },
                },
                'user.interrupt': 'interrupting',
              },
              after: { silence: { guard: 'hasSilenceLimit', target: 'silent' } },
            },

            // As working, but Claude may be stuck. Only a person can tell: it is never killed for its silence.
            silent: {
              entry: 'askAboutSilence',
              exit: 'closeSilence',
              on: {
                'claude.heard': 'working',
                'claude.approvalRequested': { target: 'awaitingApproval', actions: 'requestApproval' },
                'claude.turnEnded': {
                  target: 'betweenTurns',
                  actions: { type: 'endTurn', params: { unanswered: 'noAnswer' } },
                },
                'user.keepWaiting': 'working',
                'user.interrupt': 'interrupting',
              },
            },

            // A turn is open, and Claude waits for a person.
            awaitingApproval: {
              always: { guard: 'hasNoApprovals', target: 'working' },
              on: {
                'claude.approvalRequested': { actions: 'requestApproval' },
                'user.approvalAnswered': {
                  guard: 'isKnownApproval',
                  actions: ['answerApproval', 'settleApproval'],
                },
                'claude.turnEnded': {
                  target: 'betweenTurns',
                  actions: { type: 'endTurn', params: { unanswered: 'noAnswer' } },
                },
                'user.interrupt': 'interrupting',
              },
            },

            interrupting: {
              entry: ['beginWait', 'interrupt'],
              on: {
                'claude.turnEnded': {
                  target: 'betweenTurns',
                  actions: { type: 'endTurn', params: { unanswered: 'interrupted' } },
                },
              },
              after: {
                interruptTimeout: {
                  target: '#session.live.stopping',
                  actions: [
                    { type: 'noteEndReason', params: { reason: 'unresponsive' } },
                    {
                      type: 'tell',
                      params: ({ context }) => ({
                        notice: { type: 'unresponsive', waitedFor: 'interrupt' },
                        afterMs: context.limits.interruptTimeoutMs,
                      }),
                    },
                    { type: 'endTurn', params: { unanswered: 'interrupted' } },
                  ],
                },
              },
            },

            betweenTurns: {
              always: [
                { guard: 'hasWaiting', target: 'working', actions: ['deliverNext', 'noteDelivery'] },
                { guard: 'hasBackgroundTasks', target: 'background' },
                { target: '#session.live.idle' },
              ],
            },

            // Claude is idle by its own word, but tasks of it go on in the background: this is no idleness.
            background: {
              initial: 'running',
              on: {
                'claude.turnStarted': 'working',
                'user.interrupt': { actions: 'interrupt' },
              },
              states: {
                running: {
                  always: { guard: 'hasNoBackgroundTasks', target: '#session.live.idle', actions: 'touch' },
                  on: {
                    'claude.approvalRequested': {
                      target: 'awaitingApproval',
                      actions: 'requestApproval',
                    },
                    'user.message': {
                      target: '#session.live.active.betweenTurns',
                      actions: 'acceptMessage',
                    },
                    'user.continue': {
                      guard: 'isUndecided',
                      target: '#session.live.active.betweenTurns',
                      actions: 'continueUndecided',
                    },
                  },
                },
                awaitingApproval: {
                  always: [
                    {
                      guard: and(['hasNoApprovals', 'hasWaiting']),
                      target: '#session.live.active.betweenTurns',
                    },
                    { guard: 'hasNoApprovals', target: 'running' },
                  ],
                  on: {
                    'claude.turnStarted': '#session.live.active.awaitingApproval',
                    'claude.approvalRequested': { actions: 'requestApproval' },
                    'user.approvalAnswered': {
                      guard: 'isKnownApproval',
                      actions: ['answerApproval', 'settleApproval'],
                    },
                  },
                },
              },
            },
          },
        },

        idle: {
          entry: { type: 'noteState', params: { state: 'idle' } },
          on: {
            'user.message': { target: 'active.betweenTurns', actions: 'acceptMessage' },
            'user.continue': {
              guard: 'isUndecided',
              target: 'active.betweenTurns',
              actions: 'continueUndecided',
            },
            'user.timeoutChanged': { target: 'idle', reenter: true, actions: 'changeTimeout' },
            'user.wake': { target: 'idle', reenter: true, actions: 'touch' },
            'user.suspend': {
              target: 'stopping',
              actions: { type: 'noteEndReason', params: { reason: 'user' } },
            },
            'daemon.drain': {
              target: 'stopping.draining',
              actions: { type: 'noteEndReason', params: { reason: 'drained' } },
            },
            'daemon.evict': {
              target: 'stopping',
              actions: { type: 'noteEndReason', params: { reason: 'evicted' } },
            },
            // Nothing was in its hands: the next message starts a new one, and nobody has to be told now.
            'claude.exited': { target: '#session.exited', actions: 'noteCrash' },
            'claude.turnStarted': 'active.working',
            'claude.backgroundTasksChanged': [
              {
                guard: ({ event }) => event.count > 0,
                target: 'active.background',
                actions: 'noteBackgroundTasks',
              },
              { actions: 'noteBackgroundTasks' },
            ],
            'claude.approvalRequested': {
              target: 'active.background.awaitingApproval',
              actions: 'requestApproval',
            },
          },
          after: {
            idleTimeout: {
              guard: 'hasIdleTimeout',
              target: 'stopping',
              actions: { type: 'noteEndReason', params: { reason: 'idle' } },
            },
          },
        },

        // The process has been told to end. Messages wait for its exit.
        stopping: {
          entry: ['beginWait', 'stop'],
          initial: 'suspending',
          after: {
            stopTimeout: {
              actions: {
                type: 'tell',
                params: ({ context }) => ({
                  notice: { type: 'processStuck', pid: context.record.process?.pid ?? null },
                  afterMs: context.limits.stopTimeoutMs,
                }),
              },
            },
          },
          states: {
            suspending: {
              on: {
                'claude.failed': {},
                'daemon.drain': 'draining',
                'daemon.stop': 'draining',
                'user.end': { target: 'terminating', actions: 'dropAll' },
                'claude.exited': [
                  {
                    guard: 'hasInHand',
                    target: '#session.recovering',
                    actions: ['noteExit', 'noteSuspended'],
                  },
                  { target: '#session.exited', actions: 'noteExit' },
                ],
              },
            },
            // As suspending, but what waits is left for the next daemon.
            draining: {
              on: {
                'claude.failed': {},
                'daemon.stop': {},
                'user.end': { target: 'terminating', actions: 'dropAll' },
                'claude.exited': { target: '#session.suspended.drained', actions: 'noteExit' },
              },
            },
            terminating: {
              entry: { type: 'noteState', params: { state: 'terminated' } },
              on: {
                'claude.failed': {},
                'daemon.stop': {},
                'user.message': { actions: 'refuseMessage' },
                'user.end': {},
                'claude.exited': { target: '#session.terminated', actions: 'noteExit' },
              },
            },
          },
        },
      },
    },

    // The process has gone with nothing in its hands. What waits starts a new one.
    exited: {
      entry: 'noteSuspended',
      always: 'settling',
    },

    // The conversation is over; what is still owed to the chat is delivered.
    terminated: {
      entry: { type: 'noteState', params: { state: 'terminated' } },
      on: { 'user.message': { actions: 'refuseMessage' } },
    },
  },
});

export type SessionSnapshot = SnapshotFrom<typeof sessionMachine>;

/** The exact state, dotted: `live.active.working`. */
export function phaseOf(snapshot: Pick<SessionSnapshot, 'value'>): string {
  return flatten(snapshot.value);
}

function flatten(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([state, child]) => `${state}.${flatten(child)}`)
    .join(',');
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
