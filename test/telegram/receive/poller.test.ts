import { GrammyError, type Api } from 'grammy';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SimulatedClock } from 'xstate';
import { WallClock } from '../../../src/clock.ts';
import { createPoller } from '../../../src/telegram/receive/poller.ts';

type Query = NonNullable<Parameters<Api['getUpdates']>[0]>;
type Updates = Awaited<ReturnType<Api['getUpdates']>>;

const conflict = new GrammyError(
  'refused',
  {
    ok: false,
    error_code: 409,
    description:
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  },
  'getUpdates',
  {},
);

/** A poller whose `getUpdates` calls stay open until the test answers them. */
function startPoller({
  handle = async () => {},
  prepare = async () => {},
}: {
  handle?: (updates: readonly unknown[]) => Promise<void>;
  prepare?: () => Promise<void>;
} = {}) {
  const clock = new SimulatedClock();
  const queries: Query[] = [];
  const conflicts: (number | null)[] = [];
  const open: { resolve: (updates: Updates) => void; reject: (error: Error) => void }[] = [];
  const api: Pick<Api, 'getUpdates'> = {
    getUpdates: (query = {}, signal) => {
      queries.push(query);
      return new Promise((resolve, reject) => {
        open.push({ resolve, reject });
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    },
  };
  const poller = createPoller({
    api,
    prepare,
    handle,
    time: { now: () => 1_000 + clock.now(), timers: clock },
    limits: {},
    log: pino({ level: 'silent' }),
    onConflict: (conflict) => conflicts.push(conflict?.count ?? null),
  });
  poller.start();
  return {
    poller,
    clock,
    queries,
    conflicts,
    /** Answers the nth call of `getUpdates`, once it is made. */
    answer: async (call: number, ...ids: number[]) => {
      await expect.poll(() => open.length).toBeGreaterThan(call);
      open[call]?.resolve(ids.map((update_id) => ({ update_id })));
    },
    /** With whatever there is in place of the updates. */
    answerWith: async (call: number, result: unknown) => {
      await expect.poll(() => open.length).toBeGreaterThan(call);
      open[call]?.resolve(result as Updates);
    },
    fail: async (call: number, error: Error) => {
      await expect.poll(() => open.length).toBeGreaterThan(call);
      open[call]?.reject(error);
    },
    asked: (calls: number) => expect.poll(() => queries.length).toBe(calls),
    state: (state: string) => expect.poll(() => poller.health.state).toBe(state),
  };
}

const KINDS = {
  allowed_updates: [
    'message',
    'edited_message',
    'callback_query',
    'stopped_message_generation',
    'my_chat_member',
  ],
};

describe('the poller', () => {
  it('says in each call which kinds it wants, and at first no offset', async () => {
    const { answer, asked, queries } = startPoller();
    await answer(0);
    await asked(2);
    expect(queries).toEqual([
      { timeout: 0, ...KINDS },
      { timeout: 30, ...KINDS },
    ]);
  });

  it('is starting until an answer came, then polling', async () => {
    const { poller, answer, state } = startPoller();
    expect(poller.health).toEqual({
      state: 'starting',
      lastPollAt: null,
      lastError: null,
      conflict: null,
    });
    await answer(0);
    await state('polling');
    expect(poller.health.lastPollAt).toBe(1_000);
  });

  it('confirms a batch only after it was handled', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const handled: unknown[][] = [];
    const { answer, asked, queries } = startPoller({
      handle: (updates) => {
        handled.push([...updates]);
        return promise;
      },
    });
    await answer(0, 41, 42);
    await expect.poll(() => handled).toEqual([[{ update_id: 41 }, { update_id: 42 }]]);
    expect(queries).toHaveLength(1);
    resolve();
    await asked(2);
    expect(queries[1]).toMatchObject({ offset: 43 });
  });

  it.each([[{ message: {} }], ['x'], [null], [{ update_id: '43' }]])(
    'confirms what has an id though %j behind it has none',
    async (nobodys) => {
      const { answerWith, asked, queries } = startPoller();
      await answerWith(0, [{ update_id: 41 }, nobodys]);
      await asked(2);
      expect(queries[1]).toMatchObject({ offset: 42 });
    },
  );

  it.each([null, 'updates', 7, {}, { length: 3 }, [{}]].map((result) => [JSON.stringify(result), result]))(
    'backs off, and goes on, when it is answered with %s',
    async (_, result) => {
      const { answer, answerWith, asked, clock, state } = startPoller({
        handle: (updates) => Promise.resolve(updates.forEach(() => {})),
      });
      await answerWith(0, result);
      await state('backingOff');
      clock.increment(1_000);
      await answer(1, 41);
      await asked(3);
      await state('polling');
    },
  );

  it('fetches the batch again that could not be handled, and tells why it is not well', async () => {
    let tries = 0;
    const { poller, answer, asked, queries, clock, state } = startPoller({
      handle: () => {
        tries += 1;
        return tries === 1
          ? Promise.reject(Object.assign(new Error('prompt text'), { code: 'ENOSPC' }))
          : Promise.resolve();
      },
    });
    await answer(0, 41);
    await state('backingOff');
    expect(poller.health.lastError).toBe("Updates can't be handled: Error ENOSPC.");
    clock.increment(1_000);
    await answer(1, 41);
    await asked(3);
    expect(queries.map(({ offset }) => offset)).toEqual([undefined, undefined, 42]);
    expect(poller.health).toMatchObject({ state: 'polling', lastError: null });
  });

  it('backs off while it is not known who we are, and asks again before each call', async () => {
    let tries = 0;
    const { queries, clock, answer, state } = startPoller({
      prepare: () => {
        tries += 1;
        return tries < 3 ? Promise.reject(new Error('no network')) : Promise.resolve();
      },
    });
    await state('backingOff');
    clock.increment(1_000);
    await expect.poll(() => tries).toBe(2);
    await state('backingOff');
    expect(queries).toEqual([]);
    clock.increment(2_000);
    await answer(0);
    await state('polling');
  });

  it('is displaced when another poller took over, and recovers', async () => {
    const { poller, fail, answer, clock, state } = startPoller();
    await answer(0);
    await fail(1, conflict);
    await state('displaced');
    expect(poller.health.lastError).toContain('409 Conflict: terminated by other getUpdates request');
    clock.increment(30_000);
    await answer(2);
    await state('polling');
    expect(poller.health.lastError).toBeNull();
  });

  it('tells once that another poller took over, and once that it has gone', async () => {
    const { fail, answer, clock, state, conflicts } = startPoller();
    await answer(0);
    await fail(1, conflict);
    await state('displaced');
    clock.increment(30_000);
    await answer(2);
    await fail(3, conflict);
    await state('displaced');
    expect(conflicts).toEqual([1]);
    clock.increment(60_000);
    await answer(4);
    clock.increment(100_000);
    await answer(5);
    await state('polling');
    expect(conflicts).toEqual([1]);
    // A long poll is open; time passes, and it is answered.
    for (let call = 6; conflicts.length < 2 && call < 12; call += 1) {
      clock.increment(100_000);
      await answer(call);
      await state('polling');
    }
    expect(conflicts).toEqual([1, null]);
  });

  it('makes a new call soon after the machine slept in the middle of one', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    let sleptMs = 0;
    const time = { now: () => Date.now() + sleptMs, monotonic: () => performance.now() };
    let calls = 0;
    const poller = createPoller({
      api: {
        getUpdates: () => {
          calls += 1;
          return calls === 1 ? Promise.resolve([]) : new Promise(() => undefined);
        },
      },
      prepare: async () => {},
      handle: async () => {},
      time: { now: time.now, timers: new WallClock({ time }) },
      limits: {},
      log: pino({ level: 'silent' }),
      onConflict: () => {},
    });
    poller.start();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([calls, poller.health.state]).toEqual([2, 'polling']);
    sleptMs = 8 * 3_600_000;
    // The clock looks every 5 s; the first pause after a failure is 1 s.
    await vi.advanceTimersByTimeAsync(6_000);
    expect(calls).toBe(3);
    poller.halt();
  });

  it('stops at once, though a call waits for updates, and has Telegram forget what was handled', async () => {
    const { poller, answer, asked, queries, state } = startPoller();
    await answer(0, 41);
    await asked(2);
    const stopped = poller.stop();
    await answer(2, 42);
    await stopped;
    await state('stopped');
    expect(queries[2]).toEqual({ offset: 42, limit: 1, timeout: 0, ...KINDS });
    expect(queries).toHaveLength(3);
  });

  it('has nothing to confirm if Telegram has answered this offset before', async () => {
    const { poller, answer, asked, queries } = startPoller();
    await answer(0, 41);
    await answer(1);
    await asked(3);
    await poller.stop();
    expect(queries).toHaveLength(3);
  });

  it('does not handle what it receives after the stop', async () => {
    const handled: unknown[] = [];
    const { poller, answer, asked } = startPoller({
      handle: (updates) => Promise.resolve(void handled.push(...updates)),
    });
    await answer(0, 41);
    await asked(2);
    const stopped = poller.stop();
    await answer(2, 42, 43);
    await stopped;
    expect(handled).toEqual([{ update_id: 41 }]);
  });

  it('stops though it was never started, and twice', async () => {
    const { poller, answer } = startPoller();
    await answer(0);
    await poller.stop();
    await poller.stop();
    const never = createPoller({
      api: { getUpdates: () => Promise.resolve([]) },
      prepare: async () => {},
      handle: async () => {},
      time: { now: () => 0, timers: new SimulatedClock() },
      limits: {},
      log: pino({ level: 'silent' }),
      onConflict: () => {},
    });
    await never.stop();
  });
});
