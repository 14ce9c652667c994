/** A session is `active`: its process starts, has a turn, or something of it goes on in the background. */
import { and } from 'xstate';
import type { SessionContext } from './session-base.ts';
import { because, SAID_EARLY, shownAs } from './session-phrases.ts';
import { sessionSetup } from './session-setup.ts';

/** What comes while Claude works goes to Claude at once, if the session is set to it. */
const STEER = {
  'user.message': [SAID_EARLY, { actions: ['acceptMessage', 'handOver'] }],
  'claude.promptWithdrawn': { actions: ['noteWithdrawn', 'handOver'] },
} as const;

const TURN_ENDED = {
  target: 'betweenTurns',
  actions: { type: 'endTurn', params: { unanswered: 'noAnswer' } },
} as const;

const CUT_TURN_SHORT = { type: 'endTurn', params: { unanswered: 'interrupted' } } as const;

/** Claude may ask for more than one thing at a time, and each is answered with buttons or in words. */
const WHILE_ASKED = {
  'claude.approvalRequested': { actions: 'requestApproval' },
  'user.message': [SAID_EARLY, { actions: 'acceptMessage' }],
} as const;

const WHILE_ASKED_IN_TURN = { ...WHILE_ASKED, ...STEER } as const;

const tellUnresponsive = (waitedFor: 'start' | 'interrupt') =>
  ({
    type: 'tell',
    params: ({ context: { limits } }: { context: SessionContext }) => ({
      notice: { type: 'unresponsive', waitedFor } as const,
      afterMs: waitedFor === 'start' ? limits.startTimeoutMs : limits.interruptTimeoutMs,
    }),
  }) as const;

/** Claude goes on in spite of an interrupt. */
const NOT_INTERRUPTED = {
  target: '#session.live.stopping',
  actions: [because('unresponsive'), tellUnresponsive('interrupt'), CUT_TURN_SHORT],
} as const;

export const active = sessionSetup.createStateConfig({
  entry: shownAs('active'),
  initial: 'starting',
  on: {
    // The turn goes on to its end, and that of its process: see `betweenTurns`.
    'daemon.drain': { actions: because('drained') },
    'user.suspend': { target: 'stopping', actions: [because('user'), 'suspendTurn'] },
    // What waits begins the new conversation, in a new process.
    'user.newConversation': {
      target: 'stopping',
      actions: [because('user'), CUT_TURN_SHORT, 'beginConversation'],
    },
    // What was in hand is over; what waits does so until the desk is through.
    'desk.requested': { target: 'stopping.handingOver', actions: [because('desk'), CUT_TURN_SHORT, 'lend'] },
    // What is in hand stays there: the transcript will tell how far it came.
    'user.restart': { target: 'stopping', actions: because('user') },
  },
  states: {
    starting: {
      entry: 'beginWait',
      on: {
        'user.message': [SAID_EARLY, { actions: 'acceptMessage' }],
        'claude.ready': [
          { guard: 'hasWaiting', target: 'working', actions: 'handOver' },
          { target: '#session.live.idle' },
        ],
        'user.interrupt': { actions: 'dropDue' },
        // Nothing is in its hands: the next daemon begins what waits.
        'daemon.drain': { target: '#session.live.stopping.draining', actions: because('drained') },
      },
      after: {
        startTimeout: {
          target: '#session.live.stopping',
          actions: [because('unresponsive'), tellUnresponsive('start'), 'putOff'],
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
        'claude.turnEnded': { target: 'betweenTurns', actions: CUT_TURN_SHORT },
      },
      after: {
        interruptTimeout: NOT_INTERRUPTED,
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
      on: { 'claude.turnStarted': 'working', 'user.interrupt': '.interrupting' },
      states: {
        running: {
          always: { guard: 'hasNoBackgroundTasks', target: '#session.live.idle', actions: 'touch' },
          on: {
            'claude.approvalRequested': { target: 'awaitingApproval', actions: 'requestApproval' },
            'user.message': { target: '#session.live.active.betweenTurns', actions: 'acceptMessage' },
            'user.continue': {
              guard: 'isUndecided',
              target: '#session.live.active.betweenTurns',
              actions: 'continueUndecided',
            },
          },
        },
        awaitingApproval: {
          always: [
            { guard: and(['hasNoApprovals', 'hasWaiting']), target: '#session.live.active.betweenTurns' },
            { guard: 'hasNoApprovals', target: 'running' },
          ],
          on: { 'claude.turnStarted': '#session.live.active.awaitingApproval', ...WHILE_ASKED },
        },
        // Each task says by itself that it has ended, and so does what it asked.
        interrupting: {
          entry: ['beginWait', 'interrupt'],
          always: {
            guard: and(['hasNoBackgroundTasks', 'hasNoApprovals']),
            target: '#session.live.active.betweenTurns',
            actions: 'touch',
          },
          on: {
            'user.message': { actions: 'acceptMessage' },
            'user.interrupt': {},
            'user.approvalTapped': {},
            'claude.approvalRequested': { actions: 'requestApproval' },
          },
          after: { interruptTimeout: NOT_INTERRUPTED },
        },
      },
    },
  },
});
