/** A session is `stopping`: its process has been told to end. Messages wait for its exit. */
import { SAID_EARLY, shownAs } from './session-phrases.ts';
import { sessionSetup } from './session-setup.ts';

export const stopping = sessionSetup.createStateConfig({
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
        'user.interrupt': { actions: 'dropTurn' },
        'user.end': { target: 'terminating', actions: 'dropAll' },
        'claude.exited': [
          { guard: 'hasInHand', target: '#session.recovering', actions: ['noteExit', 'noteSuspended'] },
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
        'user.interrupt': { actions: 'dropTurn' },
        'user.end': { target: 'terminating', actions: 'dropAll' },
        'claude.exited': { target: '#session.suspended.drained', actions: 'noteExit' },
      },
    },
    terminating: {
      entry: shownAs('terminated'),
      on: {
        'claude.failed': {},
        'daemon.stop': {},
        'user.message': { actions: 'refuseMessage' },
        'user.end': {},
        'claude.exited': { target: '#session.terminated', actions: 'noteExit' },
      },
    },
  },
});
