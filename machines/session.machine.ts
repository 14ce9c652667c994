/**
 * The statechart of a session: what can happen to one conversation with Claude Code, and when.
 *
 * `live` invokes the process, so that it lives through `active` and `idle`; `stopping` waits for its exit, so that a
 * second process can't start on the same conversation. `boot`, `recovering` and `settling` decide where a session
 * stands when it comes from disk or from a crash. Times come with events (`at`); delays count on the actor's clock.
 */
import { and, not, type SnapshotFrom } from 'xstate';
import type { RoomInput } from './session-events.ts';
import { cutOffRequests } from './session-asked-again.ts';
import { mayHaveArrived, nextWaiting } from './session-inbox.ts';
import { DEFAULT_LIMITS, sessionSetup, type SessionContext } from './session-setup.ts';

/** A recovery that a stopping daemon does not wait for. */
const LEFT_FOR_THE_NEXT_DAEMON = [
  { guard: 'isTerminated', target: '#session.terminated' },
  { target: '#session.suspended.drained', actions: 'noteDrained' },
] as const;

/** What Claude asked of a person may have outlived its process: the answer is kept until it asks again. */
const SAID_EARLY = { guard: 'awaitsWords', actions: 'takeWords' } as const;

/** What comes while Claude works goes to Claude at once, if the session is set to it. */
const STEER = {
  'user.message': [SAID_EARLY, { actions: ['acceptMessage', 'handOver'] }],
  'claude.promptWithdrawn': { actions: ['noteWithdrawn', 'handOver'] },
} as const;

const TURN_ENDED = {
  target: 'betweenTurns',
  actions: { type: 'endTurn', params: { unanswered: 'noAnswer' } },
} as const;

/** As what the session wants a process for, and thus before whom it gets one. */
const roomFor = (wantedFor: RoomInput['wantedFor']) =>
  ({
    id: 'room',
    src: 'room',
    input: ({ context: { record } }: { context: SessionContext }) => ({
      id: record.id,
      wantedFor,
      since: nextWaiting(record)?.at ?? record.lastActivityAt,
    }),
  }) as const;

/** Claude may ask for more than one thing at a time, and each is answered with buttons or in words. */
const WHILE_ASKED = {
  'claude.approvalRequested': { actions: 'requestApproval' },
  'user.message': [{ guard: 'awaitsWords', actions: 'takeWords' }, { actions: 'acceptMessage' }],
} as const;

const WHILE_ASKED_IN_TURN = { ...WHILE_ASKED, ...STEER } as const;

export const sessionMachine = sessionSetup.createMachine({
  id: 'session',
  context: ({ input }) => ({
    // Whoever asked was a process of another actor.
    record: cutOffRequests(input.record),
    limits: { ...DEFAULT_LIMITS, ...input.limits },
    endReason: null,
    processConversation: input.record.claudeSessionId,
    backgroundTasks: 0,
    waitingSince: input.at,
  }),
  initial: 'boot',
  on: {
    'user.timeoutChanged': { actions: 'changeTimeout' },
    'user.whileWorkingChanged': { actions: 'changeWhileWorking' },
    'user.edited': { actions: 'noteWish' },
    'user.withdrew': { actions: 'noteWish' },
    'user.renamed': { actions: 'rename' },
    'user.settingsChanged': { actions: 'changeSettings' },
    'user.newConversation': { actions: 'beginConversation' },
    'daemon.placed': { actions: 'place' },
    'telegram.topicGone': { actions: 'leaveTopic' },
    'daemon.titled': { guard: 'isNamedByFolder', actions: 'nameByTitle' },
    'user.continue': { guard: 'isUndecided', actions: 'continueUndecided' },
    'user.drop': { guard: 'isUndecided', actions: 'dropUndecided' },
    'user.approvalTapped': { actions: 'takeTap' },
    'desk.adopted': { actions: 'tellAdopted' },
    // In any state: the files are copied by now, and Claude's process may have ended meanwhile.
    'claude.filesSent': { actions: 'oweFiles' },
    'telegram.partSent': { actions: 'notePartSent' },
    'telegram.delivered': { actions: 'noteDelivered' },
    'telegram.outcomeUnknown': { actions: 'noteOutcomeUnknown' },
    'telegram.chatRefused': { actions: 'noteChatRefused' },
    'telegram.liveMessageChanged': { actions: 'noteLiveMessage' },
    'telegram.chatMigrated': { actions: 'moveToChat' },
  },
  states: {
    boot: {
      always: [
        // What the desk has is not looked into while the desk may still write it.
        { guard: and(['isAtDesk', not('hasProcess')]), target: 'settling' },
        { guard: 'mayHaveLeftovers', target: 'recovering' },
        { target: 'settling' },
      ],
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
          uuids: record.inbox.filter(({ state }) => mayHaveArrived(state)).map(({ uuid }) => uuid),
        }),
        onDone: {
          target: 'settling',
          actions: { type: 'noteRecovery', params: ({ event }) => event.output },
        },
        onError: '.failed',
      },
      on: {
        'user.message': [
          { guard: 'isTerminated', actions: 'refuseMessage' },
          SAID_EARLY,
          { actions: 'acceptMessage' },
        ],
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
            'user.newConversation': {
              target: '#session.recovering',
              reenter: true,
              actions: 'beginConversation',
            },
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
        { guard: 'isAtDesk', target: 'suspended.attached' },
        { guard: 'hasWaiting', target: 'awaitingRoom.forMessage' },
        { guard: 'isToBeLive', target: 'awaitingRoom.forRestore' },
        { target: 'suspended', actions: { type: 'forgetRestore', params: { reason: 'idle' } } },
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
        'user.workspaceChanged': { actions: 'changeWorkspace' },
        'user.wake': { target: 'awaitingRoom.forWake', actions: 'touch' },
        'user.end': { target: 'terminated', actions: 'dropAll' },
      },
      states: {
        resting: {
          on: { 'desk.requested': { target: 'attached', actions: 'lend' } },
        },

        // Somebody has it open in a terminal: no process of ours may run on the conversation, and what comes waits.
        attached: {
          invoke: {
            id: 'desk',
            src: 'desk',
            input: ({ context: { record } }) => ({ id: record.id, desk: record.desk }),
          },
          on: {
            'user.message': { actions: 'acceptAtDesk' },
            'user.continue': { guard: 'isUndecided', actions: 'continueUndecided' },
            'user.newConversation': {},
            'user.workspaceChanged': {},
            'user.wake': {},
            'user.end': {},
            'desk.opened': { actions: ['noteDeskOpened', 'watchDesk'] },
            'desk.conversationSeen': { actions: 'noteDeskConversation' },
            'desk.handedBack': { actions: 'releaseDesk' },
            'desk.detached': [
              { guard: 'hasInHand', target: '#session.recovering', actions: 'takeBack' },
              { target: '#session.settling', actions: 'takeBack' },
            ],
          },
          initial: 'open',
          states: {
            open: { on: { 'user.detach': 'closing' } },
            closing: { entry: 'closeDesk' },
          },
        },

        // The daemon stops: what was not finished is the next one's.
        drained: {
          on: {
            'user.message': [SAID_EARLY, { actions: 'acceptMessage' }],
            'user.continue': { guard: 'isUndecided', actions: 'continueUndecided' },
            'user.wake': {},
          },
        },
      },
    },

    // Only so many processes may live at once. Whoever gives the room takes it back when the process has gone.
    awaitingRoom: {
      entry: { type: 'noteState', params: { state: 'active' } },
      on: {
        'room.granted': 'live',
        'desk.requested': { target: 'suspended.attached', actions: 'lend' },
        'user.message': [
          SAID_EARLY,
          { guard: 'hasInHand', target: 'recovering', actions: 'acceptMessage' },
          { target: '.forMessage', actions: 'acceptMessage' },
        ],
        'user.continue': { guard: 'isUndecided', target: '.forMessage', actions: 'continueUndecided' },
        'user.interrupt': { actions: 'dropDue' },
        'user.workspaceChanged': { actions: 'changeWorkspace' },
        'user.suspend': {
          target: 'suspended',
          actions: ['suspendTurn', { type: 'forgetRestore', params: { reason: 'user' } }],
        },
        'user.end': { target: 'terminated', actions: 'dropAll' },
        'daemon.drain': { target: 'suspended.drained', actions: 'noteDrained' },
        'daemon.stop': { target: 'suspended.drained', actions: 'noteDrained' },
      },
      initial: 'forMessage',
      states: {
        // A person waits for the answer, and is told if that takes longer than an idle process takes to end.
        forMessage: {
          invoke: roomFor('message'),
          always: {
            guard: 'hasNoneWaiting',
            target: '#session.suspended',
            actions: { type: 'forgetRestore', params: { reason: 'user' } },
          },
          on: {
            'user.message': [SAID_EARLY, { actions: 'acceptMessage' }],
            'user.continue': { guard: 'isUndecided', actions: 'continueUndecided' },
          },
          initial: 'untold',
          states: {
            untold: {
              on: {
                'room.full': [
                  { guard: 'waitsForPeople', target: 'toldOfPeople', actions: 'tellNoRoom' },
                  { target: 'told', actions: 'tellNoRoom' },
                ],
              },
            },
            told: {
              on: { 'room.full': { guard: 'waitsForPeople', target: 'toldOfPeople', actions: 'tellNoRoom' } },
            },
            // All that work wait for somebody's answer: this may last.
            toldOfPeople: {},
          },
        },
        // Somebody wants a process, and has no message for it.
        forWake: { invoke: roomFor('wake') },
        // It was live when the last daemon ended, and is not worth another one's process.
        forRestore: {
          invoke: roomFor('restore'),
          on: {
            'room.refused': {
              target: '#session.suspended',
              actions: { type: 'forgetRestore', params: { reason: 'evicted' } },
            },
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
          effort: record.effort,
          permissionMode: record.permissionMode,
          sessionRules: record.sessionRules,
          claudeSessionId: record.claudeSessionId,
          conversationStarted: record.conversationStarted,
        }),
      },
      initial: 'active',
      on: {
        'claude.spawned': { actions: 'noteSpawn' },
        'claude.spent': { actions: 'noteSpending' },
        'claude.promptTaken': { actions: 'noteTaken' },
        'claude.promptWithdrawn': { actions: 'noteWithdrawn' },
        'claude.answered': { actions: ['answer', 'noteConversation'] },
        'user.edited': { actions: 'wish' },
        'user.withdrew': { actions: 'wish' },
        'claude.sessionRulesGranted': { actions: 'grantRules' },
        'claude.permissionModeChanged': { actions: 'noteMode' },
        'user.settingsChanged': { actions: ['changeSettings', 'configure'] },
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
            // The turn goes on to its end, and that of its process: see `betweenTurns`.
            'daemon.drain': { actions: { type: 'noteEndReason', params: { reason: 'drained' } } },
            'user.suspend': {
              target: 'stopping',
              actions: [{ type: 'noteEndReason', params: { reason: 'user' } }, 'suspendTurn'],
            },
            // What waits begins the new conversation, in a new process.
            'user.newConversation': {
              target: 'stopping',
              actions: [
                { type: 'noteEndReason', params: { reason: 'user' } },
                { type: 'endTurn', params: { unanswered: 'interrupted' } },
                'beginConversation',
              ],
            },
            // What was in hand is over; what waits does so until the desk is through.
            'desk.requested': {
              target: 'stopping.handingOver',
              actions: [
                { type: 'noteEndReason', params: { reason: 'desk' } },
                { type: 'endTurn', params: { unanswered: 'interrupted' } },
                'lend',
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
                'user.message': [SAID_EARLY, { actions: 'acceptMessage' }],
                'claude.ready': [
                  {
                    guard: 'hasWaiting',
                    target: 'working',
                    actions: 'handOver',
                  },
                  { target: '#session.live.idle' },
                ],
                'user.interrupt': { actions: 'dropDue' },
                // Nothing is in its hands: the next daemon begins what waits.
                'daemon.drain': {
                  target: '#session.live.stopping.draining',
                  actions: { type: 'noteEndReason', params: { reason: 'drained' } },
                },
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
                    'putOff',
                  ],
                },
              },
            },

            // Claude has a prompt in hand, or has taken up work by itself.
            working: {
              entry: 'beginWait',
              on: {
                ...STEER,
                'claude.heard': { target: 'working', reenter: true },
                'claude.approvalRequested': { target: 'awaitingApproval', actions: 'requestApproval' },
                'claude.turnEnded': TURN_ENDED,
                'user.interrupt': 'interrupting',
              },
              after: { silence: { guard: 'hasSilenceLimit', target: 'silent' } },
            },

            // As working, but Claude may be stuck. Only a person can tell: it is never killed for its silence.
            silent: {
              entry: 'askAboutSilence',
              exit: 'closeSilence',
              on: {
                ...STEER,
                'claude.heard': 'working',
                'claude.approvalRequested': { target: 'awaitingApproval', actions: 'requestApproval' },
                'claude.turnEnded': TURN_ENDED,
                'user.keepWaiting': 'working',
                'user.interrupt': 'interrupting',
              },
            },

            // A turn is open, and Claude waits for a person.
            awaitingApproval: {
              always: { guard: 'hasNoApprovals', target: 'working' },
              on: {
                ...WHILE_ASKED_IN_TURN,
                'claude.turnEnded': TURN_ENDED,
                'user.interrupt': 'interrupting',
                // A process that waits for a chat where nobody can answer would wait for ever.
                'telegram.chatRefused': [
                  { guard: 'hasUnseenApproval', target: 'interrupting', actions: 'noteChatRefused' },
                  { actions: 'noteChatRefused' },
                ],
              },
            },

            interrupting: {
              entry: ['beginWait', 'interrupt'],
              on: {
                'user.approvalTapped': {},
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
                { guard: and(['isToEnd', 'hasBackgroundTasks']), target: 'background' },
                { guard: 'isToEnd', target: '#session.live.stopping.draining' },
                { guard: 'hasWaiting', target: 'working', actions: 'handOver' },
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
                    ...WHILE_ASKED,
                  },
                },
              },
            },
          },
        },

        idle: {
          entry: { type: 'noteState', params: { state: 'idle' } },
          always: { guard: 'isToEnd', target: 'stopping.draining' },
          on: {
            'user.message': { target: 'active.betweenTurns', actions: 'acceptMessage' },
            'user.continue': {
              guard: 'isUndecided',
              target: 'active.betweenTurns',
              actions: 'continueUndecided',
            },
            'user.timeoutChanged': { target: 'idle', reenter: true, actions: 'changeTimeout' },
            'user.wake': { target: 'idle', reenter: true, actions: 'touch' },
            // A process can't leave the folder that it was started in.
            'user.workspaceChanged': {
              target: 'stopping',
              actions: [{ type: 'noteEndReason', params: { reason: 'user' } }, 'changeWorkspace'],
            },
            'user.newConversation': {
              target: 'stopping',
              actions: [{ type: 'noteEndReason', params: { reason: 'user' } }, 'beginConversation'],
            },
            'user.suspend': {
              target: 'stopping',
              actions: { type: 'noteEndReason', params: { reason: 'user' } },
            },
            'desk.requested': {
              target: 'stopping.handingOver',
              actions: [{ type: 'noteEndReason', params: { reason: 'desk' } }, 'lend'],
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
          entry: ['beginWait', 'cutOffRequests', 'stop'],
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
            // As suspending, but what waits is left until the desk is through.
            handingOver: {
              on: {
                'claude.failed': {},
                'daemon.stop': {},
                'user.message': { actions: 'acceptAtDesk' },
                'user.newConversation': {},
                'user.end': {},
                'user.detach': { target: 'suspending', actions: 'lendNot' },
                'claude.exited': { target: '#session.suspended.attached', actions: 'noteExit' },
              },
            },
            // As suspending, but what waits is left for the next daemon.
            draining: {
              on: {
                'claude.failed': {},
                'daemon.stop': {},
                'user.message': [SAID_EARLY, { actions: 'acceptMessage' }],
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
