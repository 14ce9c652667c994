/**
 * The statechart of receiving updates: polling, backing off, displaced by another poller, stopped.
 *
 * An update is confirmed only by a later call whose offset is above it, and the offset moves only when a whole batch was
 * handled. So a batch whose handling failed comes again, and so does one that a crash cut off.
 */
import { assertEvent, assign, setup, type CallbackActorLogic } from 'xstate';
import { notProvided } from './not-provided.ts';

/** What Telegram, the network or the disk refused, told without secrets. */
export interface PollProblem {
  description: string;
  /** Telegram asked for this pause. */
  retryAfterMs: number | null;
  /** Another poller took the updates over (409). */
  isConflict: boolean;
}

export type PollerEvent =
  /** `getUpdates` was answered. The updates themselves stay outside: they hold people's words. */
  | { type: 'poll.received'; count: number; at: number }
  | { type: 'poll.failed'; problem: PollProblem; at: number }
  /** Every update of the batch had its effect, durably. `offset` confirms the batch. */
  | { type: 'batch.handled'; offset: number }
  | { type: 'batch.failed'; description: string }
  /** Telegram was told how far the updates were handled, or could not be told. */
  | { type: 'poll.confirmed' }
  | { type: 'poller.stop' };

/** Another poller took updates over, until nobody did for a while. */
export interface PollConflict {
  /** Wall clock, ms since the epoch. */
  since: number;
  lastAt: number;
  /** How often. */
  count: number;
}

export interface ReceiveInput {
  /** Null: from the oldest update that was never confirmed. */
  offset: number | null;
  /** Ask whether it works, without waiting for an update. */
  isProbe: boolean;
}

export interface PollerLimits {
  /** The first pause after a failure; each further one is twice as long. */
  backoffMs: number;
  /** The longest pause that Telegram did not ask for. */
  longestBackoffMs: number;
  /** As above, if it was handling that failed: one chat's file may be the reason, and all chats wait for the pause. */
  longestUnhandledMs: number;
  /** How long another poller is left alone before we try again; each further time it is twice as long. */
  displacedMs: number;
  longestDisplacedMs: number;
  /** When no other poller came for so long it is taken to be gone. More than the longest that it may pause itself. */
  undisturbedMs: number;
  /** A call, or the handling of a batch, that has no end after this long hangs. Longer than the HTTP client's timeout. */
  watchdogMs: number;
  /** How long a stop waits for Telegram to take the last offset. */
  confirmMs: number;
}

export const DEFAULT_POLLER_LIMITS: PollerLimits = {
  backoffMs: 1_000,
  longestBackoffMs: 30_000,
  longestUnhandledMs: 4_000,
  displacedMs: 30_000,
  longestDisplacedMs: 120_000,
  undisturbedMs: 300_000,
  watchdogMs: 120_000,
  confirmMs: 1_500,
};

export interface PollerInput {
  limits: Partial<PollerLimits>;
}

export interface PollerContext {
  limits: PollerLimits;
  offset: number | null;
  /** Failures in a row, of receiving or of handling. */
  failures: number;
  /** Of the last failure. */
  retryAfterMs: number | null;
  /** Of the last failure: see the limits. */
  longestPauseMs: number;
  /** When `getUpdates` was last answered, ms since the epoch. */
  lastPollAt: number | null;
  lastError: string | null;
  conflict: PollConflict | null;
}

const STOP_WITH_A_LAST_WORD = { target: '#poller.confirming' } as const;

export const pollerMachine = setup({
  types: {
    context: {} as PollerContext,
    input: {} as PollerInput,
    events: {} as PollerEvent,
  },
  actors: {
    receive: notProvided<CallbackActorLogic<PollerEvent, ReceiveInput>>('receive'),
    handle: notProvided<CallbackActorLogic<PollerEvent>>('handle'),
    confirm: notProvided<CallbackActorLogic<PollerEvent, { offset: number | null }>>('confirm'),
  },
  actions: {
    noteAnswer: assign(({ context, event }) => {
      assertEvent(event, 'poll.received');
      return { lastPollAt: event.at, conflict: stillDisturbing(context, event.at) };
    }),
    noteConflict: assign(({ context: { conflict }, event }) => {
      assertEvent(event, 'poll.failed');
      const { at } = event;
      return { conflict: { since: conflict?.since ?? at, lastAt: at, count: (conflict?.count ?? 0) + 1 } };
    }),
    noteProblem: assign(({ context, event }) => {
      assertEvent(event, 'poll.failed');
      const { description, retryAfterMs } = event.problem;
      const longestPauseMs = context.limits.longestBackoffMs;
      return { failures: context.failures + 1, lastError: description, retryAfterMs, longestPauseMs };
    }),
    noteHang: assign(({ context }) => ({
      failures: context.failures + 1,
      lastError: `getUpdates had no answer within ${context.limits.watchdogMs / 1_000} seconds.`,
      retryAfterMs: null,
      longestPauseMs: context.limits.longestBackoffMs,
    })),
    noteHandled: assign(({ event }) => {
      assertEvent(event, 'batch.handled');
      return { offset: event.offset };
    }),
    noteStuck: assign(({ context }) => ({
      failures: context.failures + 1,
      lastError: `Updates were not handled within ${context.limits.watchdogMs / 1_000} seconds.`,
      retryAfterMs: null,
    })),
    noteUnhandled: assign(({ context, event }) => {
      assertEvent(event, 'batch.failed');
      return {
        failures: context.failures + 1,
        lastError: event.description,
        retryAfterMs: null,
        longestPauseMs: context.limits.longestUnhandledMs,
      };
    }),
    /** Only once the batch is handled: while the disk refuses, receiving alone is no success. */
    forgetFailures: assign({ failures: 0, lastError: null, retryAfterMs: null }),
  },
  guards: {
    isEmpty: ({ event }) => {
      assertEvent(event, 'poll.received');
      return event.count === 0;
    },
    isConflict: ({ event }) => {
      assertEvent(event, 'poll.failed');
      return event.problem.isConflict;
    },
  },
  delays: {
    backoff: ({ context }) => Math.max(context.retryAfterMs ?? 0, backoffMs(context)),
    displaced: ({ context }) => displacedMs(context),
    watchdog: ({ context }) => context.limits.watchdogMs,
    confirmTimeout: ({ context }) => context.limits.confirmMs,
  },
}).createMachine({
  id: 'poller',
  context: ({ input }) => ({
    limits: { ...DEFAULT_POLLER_LIMITS, ...input.limits },
    offset: null,
    failures: 0,
    retryAfterMs: null,
    longestPauseMs: 0,
    lastPollAt: null,
    lastError: null,
    conflict: null,
  }),
  initial: 'running',
  states: {
    running: {
      initial: 'starting',
      on: {
        'poll.received': [
          { guard: 'isEmpty', target: '.polling.receiving', actions: ['noteAnswer', 'forgetFailures'] },
          { target: '.polling.handling', actions: 'noteAnswer' },
        ],
        'poll.failed': [
          { guard: 'isConflict', target: '.displaced', actions: ['noteProblem', 'noteConflict'] },
          { target: '.backingOff', actions: 'noteProblem' },
        ],
        'poller.stop': STOP_WITH_A_LAST_WORD,
      },
      states: {
        starting: {
          invoke: { src: 'receive', input: ({ context }) => ({ offset: context.offset, isProbe: true }) },
          after: { watchdog: { target: 'backingOff', actions: 'noteHang' } },
        },
        polling: {
          initial: 'receiving',
          states: {
            receiving: {
              invoke: {
                src: 'receive',
                input: ({ context }) => ({ offset: context.offset, isProbe: false }),
              },
              after: { watchdog: { target: '#poller.running.backingOff', actions: 'noteHang' } },
            },
            handling: {
              invoke: { src: 'handle' },
              initial: 'going',
              states: {
                going: {
                  on: {
                    'batch.handled': {
                      target: '#poller.running.polling.receiving',
                      actions: ['noteHandled', 'forgetFailures'],
                    },
                    'batch.failed': { target: '#poller.running.backingOff', actions: 'noteUnhandled' },
                    'poller.stop': 'last',
                  },
                  // What hangs holds up its own chat; the next call brings the others' updates past it.
                  after: { watchdog: { target: '#poller.running.backingOff', actions: 'noteStuck' } },
                },
                // Nothing more is taken, but what was taken is finished and confirmed.
                last: {
                  on: {
                    'batch.handled': { ...STOP_WITH_A_LAST_WORD, actions: ['noteHandled', 'forgetFailures'] },
                    'batch.failed': { ...STOP_WITH_A_LAST_WORD, actions: 'noteUnhandled' },
                    'poller.stop': {},
                  },
                  after: { watchdog: STOP_WITH_A_LAST_WORD },
                },
              },
            },
          },
        },
        backingOff: {
          initial: 'waiting',
          states: {
            waiting: { after: { backoff: 'probing' } },
            probing: {
              invoke: { src: 'receive', input: ({ context }) => ({ offset: context.offset, isProbe: true }) },
              after: {
                watchdog: { target: '#poller.running.backingOff', actions: 'noteHang', reenter: true },
              },
            },
          },
        },
        displaced: {
          initial: 'waiting',
          states: {
            waiting: { after: { displaced: 'probing' } },
            probing: {
              invoke: { src: 'receive', input: ({ context }) => ({ offset: context.offset, isProbe: true }) },
              after: { watchdog: { target: '#poller.running.backingOff', actions: 'noteHang' } },
            },
          },
        },
      },
    },
    confirming: {
      invoke: { src: 'confirm', input: ({ context }) => ({ offset: context.offset }) },
      on: { 'poll.confirmed': 'stopped' },
      after: { confirmTimeout: 'stopped' },
    },
    stopped: { type: 'final' },
  },
});

/** 1 s, 2 s, 4 s … capped. */
function backoffMs({ failures, limits, longestPauseMs }: PollerContext): number {
  return Math.min(limits.backoffMs * 2 ** Math.max(0, failures - 1), longestPauseMs);
}

/** 30 s, 60 s … capped. */
function displacedMs({ conflict, limits }: PollerContext): number {
  const { displacedMs: shortest, longestDisplacedMs } = limits;
  return Math.min(shortest * 2 ** Math.max(0, (conflict?.count ?? 1) - 1), longestDisplacedMs);
}

/** Null once nobody took updates over for long enough. */
function stillDisturbing({ conflict, limits }: PollerContext, now: number): PollConflict | null {
  return conflict && now - conflict.lastAt < limits.undisturbedMs ? conflict : null;
}
