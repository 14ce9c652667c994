/**
 * When the owner is told of one trouble that only they can mend: once when it begins, once when it is over, and never
 * that it began more than once a day. What came of it in the days before comes from what the chat was told.
 */
import { assign, setup } from 'xstate';

export type OwnerNoticeEvent =
  /** `isKnown`: the owner was told of it elsewhere, where it happened to them. */
  { type: 'trouble.found'; isKnown: boolean } | { type: 'trouble.gone' };

/** `over` is only told of what was told to have begun. */
export type OwnerNews = 'begun' | 'over';

export interface OwnerNoticeInput {
  /** Wall clock, ms since the epoch: when the owner was last told that it began; null if never. */
  toldAt: number | null;
  /** Whether it was not over then, as far as the owner knows. */
  isOpen: boolean;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

/** A trouble that comes and goes is no more than one message a day. */
export const TOLD_AGAIN_AFTER_MS = 24 * 60 * 60_000;

export const ownerNoticeMachine = setup({
  types: {
    context: {} as OwnerNoticeInput,
    input: {} as OwnerNoticeInput,
    events: {} as OwnerNoticeEvent,
  },
  actions: {
    /** Provided by the daemon. */
    tell: (_, _params: { news: OwnerNews }) => {},
    // Not when it was due: a machine that slept meanwhile is late.
    noteTold: assign(({ context }) => ({ toldAt: context.now() })),
  },
  guards: {
    isOpen: ({ context }) => context.isOpen,
    isKnown: ({ event }) => event.type === 'trouble.found' && event.isKnown,
    wasToldLately: ({ context }) => remainingMs(context) > 0,
  },
  delays: {
    nextDay: ({ context }) => remainingMs(context),
  },
}).createMachine({
  id: 'ownerNotice',
  context: ({ input }) => input,
  initial: 'boot',
  states: {
    boot: { always: [{ guard: 'isOpen', target: 'told' }, { target: 'fine' }] },

    fine: {
      on: {
        'trouble.found': [
          { guard: 'isKnown', target: 'known' },
          { guard: 'wasToldLately', target: 'unsaid' },
          {
            target: 'told',
            actions: [{ type: 'tell', params: { news: 'begun' } }, 'noteTold'],
          },
        ],
      },
    },

    // It is there again, and the last word about it is less than a day old.
    unsaid: {
      on: { 'trouble.gone': 'fine' },
      after: {
        nextDay: {
          target: 'told',
          actions: [{ type: 'tell', params: { news: 'begun' } }, 'noteTold'],
        },
      },
    },

    told: {
      on: { 'trouble.gone': { target: 'fine', actions: { type: 'tell', params: { news: 'over' } } } },
    },

    // The owner knows that it began, and will see that it is over, where it happened to them.
    known: { on: { 'trouble.gone': 'fine' } },
  },
});

/** How long it is until the owner may be told again. A clock that was set back lets nobody wait longer than a day. */
function remainingMs({ toldAt, now }: OwnerNoticeInput): number {
  return toldAt === null ? 0 : Math.min(TOLD_AGAIN_AFTER_MS, toldAt + TOLD_AGAIN_AFTER_MS - now());
}
