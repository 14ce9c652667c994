/**
 * The statechart of the daemon: starting, serving, draining, stopped. Each step is an invoked promise that the daemon
 * provides; a step that takes too long is given up for the next, harder one, so that a stop always ends.
 */
import { assertEvent, assign, setup, type PromiseActorLogic, type SnapshotFrom } from 'xstate';
import { notProvided } from './not-provided.ts';

/** What people see: `hibernaut status`, health. */
export type DaemonState = 'starting' | 'serving' | 'draining' | 'stopped';

export type DaemonMachineEvent =
  /** Let running turns end, for `drainMs` at most if it is given, then stop. Again: nothing, unless it is given. */
  | { type: 'daemon.stopRequested'; at: number; drainMs?: number }
  /** Wait for nothing any more: kill what runs, and stop. */
  | { type: 'daemon.stopNowRequested' };

export interface DaemonInput {
  /** How long running turns may go on after a stop was requested. */
  drainMs: number;
}

/** How long the steps of a stop may take: longer than the ladder that ends a process, and than one send to Telegram. */
const STOP_TIMEOUT_MS = 30_000;
const KILL_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 15_000;

interface DaemonContext extends DaemonInput {
  /** Why it could not start; null otherwise. */
  failure: { error: unknown } | null;
  /** Until when running turns may go on: wall clock, ms since the epoch. Null before a stop was requested. */
  drainEndsAt: number | null;
}

export type DaemonStep = 'start' | 'finishTurns' | 'stopProcesses' | 'killProcesses' | 'close';

export const daemonMachine = setup({
  types: {
    context: {} as DaemonContext,
    input: {} as DaemonInput,
    events: {} as DaemonMachineEvent,
  },
  actors: {
    /** Ends orphans, begins to receive, restores. */
    start: notProvided<PromiseActorLogic<void>>('start'),
    /** Begins no more turns, resolves when no session is busy and no more updates come. May be begun again. */
    finishTurns: notProvided<PromiseActorLogic<void>>('finishTurns'),
    /** Ends all processes by their ladders; resolves when none lives. */
    stopProcesses: notProvided<PromiseActorLogic<void>>('stopProcesses'),
    killProcesses: notProvided<PromiseActorLogic<void>>('killProcesses'),
    /** Sends what is owed, saves, closes. */
    close: notProvided<PromiseActorLogic<void>>('close'),
  },
  actions: {
    noteBound: assign(({ context, event }) => {
      assertEvent(event, 'daemon.stopRequested');
      const drainMs = event.drainMs ?? context.drainMs;
      return { drainMs, drainEndsAt: event.at + drainMs };
    }),
    noteFailure: assign((_, params: { error: unknown }) => ({ failure: params })),
    /** Provided by the daemon: a step of the stop failed, and the next one is taken. */
    reportFailedStep: (_, _params: { step: DaemonStep; error: unknown }) => {},
    /** Provided by the daemon: a step of the stop took too long. */
    reportSlowStep: (_, _params: { step: DaemonStep }) => {},
  },
  guards: {
    hasOwnBound: ({ event }) => event.type === 'daemon.stopRequested' && event.drainMs !== undefined,
  },
  delays: {
    drainTimeout: ({ context }) => context.drainMs,
    stopTimeout: STOP_TIMEOUT_MS,
    killTimeout: KILL_TIMEOUT_MS,
    closeTimeout: CLOSE_TIMEOUT_MS,
  },
}).createMachine({
  id: 'daemon',
  context: ({ input }) => ({ ...input, failure: null, drainEndsAt: null }),
  initial: 'starting',
  states: {
    starting: {
      invoke: {
        src: 'start',
        onDone: 'serving',
        onError: {
          target: 'draining.processes',
          actions: { type: 'noteFailure', params: ({ event }) => ({ error: event.error }) },
        },
      },
      on: {
        'daemon.stopRequested': { target: 'draining', actions: 'noteBound' },
        'daemon.stopNowRequested': 'draining.killing',
      },
    },

    serving: {
      on: {
        'daemon.stopRequested': { target: 'draining', actions: 'noteBound' },
        'daemon.stopNowRequested': 'draining.killing',
      },
    },

    draining: {
      initial: 'turns',
      states: {
        turns: {
          invoke: {
            src: 'finishTurns',
            onDone: 'processes',
            onError: {
              target: 'processes',
              actions: {
                type: 'reportFailedStep',
                params: ({ event }) => ({ step: 'finishTurns', error: event.error }),
              },
            },
          },
          on: {
            'daemon.stopRequested': {
              guard: 'hasOwnBound',
              target: 'turns',
              reenter: true,
              actions: 'noteBound',
            },
            'daemon.stopNowRequested': 'killing',
          },
          after: {
            drainTimeout: {
              target: 'processes',
              actions: { type: 'reportSlowStep', params: { step: 'finishTurns' } },
            },
          },
        },
        processes: {
          invoke: {
            src: 'stopProcesses',
            onDone: 'closing',
            onError: {
              target: 'killing',
              actions: {
                type: 'reportFailedStep',
                params: ({ event }) => ({ step: 'stopProcesses', error: event.error }),
              },
            },
          },
          on: { 'daemon.stopNowRequested': 'killing' },
          after: {
            stopTimeout: {
              target: 'killing',
              actions: { type: 'reportSlowStep', params: { step: 'stopProcesses' } },
            },
          },
        },
        killing: {
          invoke: {
            src: 'killProcesses',
            onDone: 'closing',
            onError: {
              target: 'closing',
              actions: {
                type: 'reportFailedStep',
                params: ({ event }) => ({ step: 'killProcesses', error: event.error }),
              },
            },
          },
          after: {
            killTimeout: {
              target: 'closing',
              actions: { type: 'reportSlowStep', params: { step: 'killProcesses' } },
            },
          },
        },
        closing: {
          invoke: {
            src: 'close',
            onDone: '#daemon.stopped',
            onError: {
              target: '#daemon.stopped',
              actions: {
                type: 'reportFailedStep',
                params: ({ event }) => ({ step: 'close', error: event.error }),
              },
            },
          },
          on: { 'daemon.stopNowRequested': '#daemon.stopped' },
          after: {
            closeTimeout: {
              target: '#daemon.stopped',
              actions: { type: 'reportSlowStep', params: { step: 'close' } },
            },
          },
        },
      },
    },

    stopped: { type: 'final' },
  },
});

export type DaemonSnapshot = SnapshotFrom<typeof daemonMachine>;

export function daemonStateOf({ value }: Pick<DaemonSnapshot, 'value'>): DaemonState {
  return typeof value === 'string' ? value : 'draining';
}
