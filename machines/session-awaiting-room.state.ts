/**
 * A session is `awaitingRoom`: only so many processes may live at once. Whoever gives the room takes it back when the
 * process has gone.
 */
import type { SessionContext } from './session-base.ts';
import type { RoomInput } from './session-events.ts';
import { nextWaiting } from './session-inbox.ts';
import { SAID_EARLY, shownAs } from './session-phrases.ts';
import { sessionSetup } from './session-setup.ts';

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

export const awaitingRoom = sessionSetup.createStateConfig({
  entry: shownAs('active'),
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
});
