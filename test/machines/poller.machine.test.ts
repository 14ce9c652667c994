import { describe, expect, it } from 'vitest';
import { createActor, fromCallback, SimulatedClock } from 'xstate';
import {
  pollerMachine,
  type PollerEvent,
  type PollProblem,
  type ReceiveInput,
} from '../../machines/poller.machine.ts';

/** A poller whose calls are answered by the test. */
function startPoller() {
  const received: ReceiveInput[] = [];
  const confirmed: (number | null)[] = [];
  const ended: string[] = [];
  let handled = 0;
  const machine = pollerMachine.provide({
    actors: {
      receive: fromCallback<PollerEvent, ReceiveInput>(({ input }) => {
        received.push(input);
        return () => ended.push('receive');
      }),
      handle: fromCallback<PollerEvent>(() => {
        handled += 1;
      }),
      confirm: fromCallback<PollerEvent, { offset: number | null }>(({ input }) => {
        confirmed.push(input.offset);
      }),
    },
  });
  const clock = new SimulatedClock();
  const actor = createActor(machine, { input: { limits: {} }, clock }).start();
  return {
    actor,
    clock,
    received,
    confirmed,
    ended,
    handledBatches: () => handled,
    send: (event: PollerEvent) => actor.send(event),
    state: () => actor.getSnapshot().value,
    context: () => actor.getSnapshot().context,
  };
}

const nothing: PollerEvent = { type: 'poll.received', count: 0, at: 5 };
const something: PollerEvent = { type: 'poll.received', count: 3, at: 6 };

function failed(problem: Partial<PollProblem> = {}, at = 7): PollerEvent {
  return {
    type: 'poll.failed',
    at,
    problem: {
      description: 'getUpdates: 502 Bad Gateway',
      retryAfterMs: null,
      isConflict: false,
      ...problem,
    },
  };
}

describe('the poller', () => {
  it('asks at first without an offset and without waiting, so that it soon knows whether it receives', () => {
    const { received, state } = startPoller();
    expect(received).toEqual([{ offset: null, isProbe: true }]);
    expect(state()).toEqual({ running: 'starting' });
  });

  it('waits for updates once an answer came', () => {
    const { send, received, state, context } = startPoller();
    send(nothing);
    expect(received[1]).toEqual({ offset: null, isProbe: false });
    expect(state()).toEqual({ running: { polling: 'receiving' } });
    expect(context().lastPollAt).toBe(5);
  });

  it('takes no further updates until the batch is handled, then confirms it with the next call', () => {
    const { send, received, handledBatches, state } = startPoller();
    send(something);
    expect(state()).toEqual({ running: { polling: { handling: 'going' } } });
    expect(handledBatches()).toBe(1);
    expect(received).toHaveLength(1);
    send({ type: 'batch.handled', offset: 43 });
    expect(received[1]).toEqual({ offset: 43, isProbe: false });
  });

  it('lets the offset go down, because Telegram starts its ids anew after an idle week', () => {
    const { send, received } = startPoller();
    send(something);
    send({ type: 'batch.handled', offset: 1_000 });
    send(something);
    send({ type: 'batch.handled', offset: 12 });
    expect(received.at(-1)?.offset).toBe(12);
  });

  it('asks again for a batch that could not be handled, after a pause', () => {
    const { send, received, state, clock, context } = startPoller();
    send(something);
    send({ type: 'batch.failed', description: "Updates can't be handled: Error ENOSPC." });
    expect(state()).toEqual({ running: { backingOff: 'waiting' } });
    expect(context().lastError).toContain('ENOSPC');
    clock.increment(1_000);
    expect(received[1]).toEqual({ offset: null, isProbe: true });
  });

  it('pauses longer while handling goes on failing, up to 4 seconds: the other chats wait for it, too', () => {
    const { send, clock, received, state } = startPoller();
    for (const pauseMs of [1_000, 2_000, 4_000, 4_000, 4_000]) {
      send(something);
      send({ type: 'batch.failed', description: 'disk' });
      const calls = received.length;
      clock.increment(pauseMs - 1);
      expect(received).toHaveLength(calls);
      clock.increment(1);
      expect(received).toHaveLength(calls + 1);
    }
    expect(state()).toEqual({ running: { backingOff: 'probing' } });
  });

  it('doubles the pause after each failure and caps it at 30 seconds', () => {
    const { send, clock, received } = startPoller();
    const pauses: number[] = [];
    for (let failure = 0; failure < 8; failure += 1) {
      send(failed());
      const calls = received.length;
      let pauseMs = 0;
      while (received.length === calls) {
        clock.increment(500);
        pauseMs += 500;
      }
      pauses.push(pauseMs);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('waits as long as Telegram asks, beyond its own cap too', () => {
    const { send, clock, received } = startPoller();
    send(failed({ retryAfterMs: 45_000 }));
    clock.increment(44_999);
    expect(received).toHaveLength(1);
    clock.increment(1);
    expect(received).toHaveLength(2);
  });

  it('is polling again as soon as a probe is answered, and forgets the failures', () => {
    const { send, clock, state, context } = startPoller();
    send(failed());
    expect(context().lastError).toBe('getUpdates: 502 Bad Gateway');
    clock.increment(1_000);
    send(nothing);
    expect(state()).toEqual({ running: { polling: 'receiving' } });
    expect(context()).toMatchObject({ failures: 0, lastError: null });
  });

  it('leaves the updates to another poller for a while, then tries again', () => {
    const { send, clock, received, state } = startPoller();
    send(nothing);
    send(failed({ isConflict: true }));
    expect(state()).toEqual({ running: { displaced: 'waiting' } });
    clock.increment(29_999);
    expect(received).toHaveLength(2);
    clock.increment(1);
    expect(state()).toEqual({ running: { displaced: 'probing' } });
    send(nothing);
    expect(state()).toEqual({ running: { polling: 'receiving' } });
  });

  it.each([
    ['starting', []],
    ['polling', [nothing]],
  ] as [string, PollerEvent[]][])('gives up a call that has no end after 120 s while %s', (_, before) => {
    const { send, clock, state, ended, context } = startPoller();
    before.forEach(send);
    const endedBefore = ended.length;
    clock.increment(119_999);
    expect(ended).toHaveLength(endedBefore);
    clock.increment(1);
    expect(state()).toEqual({ running: { backingOff: 'waiting' } });
    expect(ended).toHaveLength(endedBefore + 1);
    expect(context().lastError).toContain('120 seconds');
  });

  it.each([
    ['backing off', {}, 1_000],
    ['displaced', { isConflict: true }, 30_000],
  ] as [string, Partial<PollProblem>, number][])(
    'gives up a probe that has no end after 120 s while %s',
    (_, problem, pauseMs) => {
      const { send, clock, state, ended } = startPoller();
      send(failed(problem));
      clock.increment(pauseMs);
      clock.increment(119_999);
      expect(ended).toHaveLength(1);
      clock.increment(1);
      expect(state()).toEqual({ running: { backingOff: 'waiting' } });
      expect(ended).toHaveLength(2);
    },
  );

  it('is stopped at once while it waits for updates, with the last offset confirmed', () => {
    const { send, state, confirmed, ended, actor } = startPoller();
    send(something);
    send({ type: 'batch.handled', offset: 9 });
    send({ type: 'poller.stop' });
    expect(state()).toBe('confirming');
    expect(ended).toEqual(['receive', 'receive']);
    expect(confirmed).toEqual([9]);
    send({ type: 'poll.confirmed' });
    expect(actor.getSnapshot()).toMatchObject({ value: 'stopped', status: 'done' });
  });

  it('finishes and confirms the batch in hand before it stops', () => {
    const { send, state, confirmed, received } = startPoller();
    send(something);
    send({ type: 'poller.stop' });
    expect(state()).toEqual({ running: { polling: { handling: 'last' } } });
    send({ type: 'batch.handled', offset: 43 });
    expect(confirmed).toEqual([43]);
    expect(received).toHaveLength(1);
  });

  it('does not confirm a batch that could not be handled before the stop', () => {
    const { send, confirmed } = startPoller();
    send(something);
    send({ type: 'poller.stop' });
    send({ type: 'batch.failed', description: 'disk' });
    expect(confirmed).toEqual([null]);
  });

  it('does not wait for ever for a batch that is never handled', () => {
    const { send, state, clock } = startPoller();
    send(something);
    send({ type: 'poller.stop' });
    clock.increment(119_999);
    expect(state()).toEqual({ running: { polling: { handling: 'last' } } });
    clock.increment(1);
    expect(state()).toBe('confirming');
  });

  it('stops without Telegram when it does not take the last offset in time', () => {
    const { send, state, clock } = startPoller();
    send({ type: 'poller.stop' });
    clock.increment(1_499);
    expect(state()).toBe('confirming');
    clock.increment(1);
    expect(state()).toBe('stopped');
  });

  it('leaves another poller alone ever longer, up to two minutes, however often it comes back', () => {
    const { send, clock, received } = startPoller();
    const pauses: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      send(nothing);
      send(failed({ isConflict: true }));
      const calls = received.length;
      let pauseMs = 0;
      while (received.length === calls) {
        clock.increment(1_000);
        pauseMs += 1_000;
      }
      pauses.push(pauseMs);
    }
    expect(pauses).toEqual([30_000, 60_000, 120_000, 120_000, 120_000]);
  });

  it('counts how often another poller came, until none did for five minutes', () => {
    const { send, context } = startPoller();
    send(failed({ isConflict: true }, 1_000));
    send({ type: 'poll.received', count: 0, at: 60_000 });
    send(failed({ isConflict: true }, 90_000));
    expect(context().conflict).toEqual({ since: 1_000, lastAt: 90_000, count: 2 });
    send({ type: 'poll.received', count: 0, at: 389_999 });
    expect(context().conflict).not.toBeNull();
    send({ type: 'poll.received', count: 0, at: 390_000 });
    expect(context().conflict).toBeNull();
  });

  it('asks again past a batch whose handling has no end, after 120 s', () => {
    const { send, clock, state, context, received } = startPoller();
    send(something);
    clock.increment(119_999);
    expect(state()).toEqual({ running: { polling: { handling: 'going' } } });
    clock.increment(1);
    expect(state()).toEqual({ running: { backingOff: 'waiting' } });
    expect(context().lastError).toContain('not handled within 120 seconds');
    clock.increment(1_000);
    expect(received.at(-1)).toEqual({ offset: null, isProbe: true });
  });

  it('names the repair when an actor was not provided', () => {
    const actor = createActor(pollerMachine, { input: { limits: {} } });
    const errors: unknown[] = [];
    actor.subscribe({ error: (error) => errors.push(error) });
    actor.start();
    return expect.poll(() => String(errors[0])).toContain('Actor "receive" is not provided');
  });
});
