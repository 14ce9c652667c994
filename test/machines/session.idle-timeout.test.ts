/** The idle timeout: when it suspends, when it must not, and what moves it. Invariant 6 of the design. */
import { describe, expect, it, vi } from 'vitest';
import { viewSession } from '../../machines/session-view.ts';
import { aMessage, NOON, PROCESS } from '../helpers/records.ts';
import { SESSION_IN, startSession, type TestSession } from '../helpers/session-actor.ts';

const DAY_MS = 86_400_000;

function idleWith(idleTimeoutMs: number | null): TestSession {
  const session = startSession({ idleTimeoutMs });
  session.message('m1');
  session.becomesReady();
  session.answers();
  expect(session.phase()).toBe('live.idle');
  return session;
}

describe('the idle timeout', () => {
  it('suspends after 600 s without activity, and not a millisecond before', () => {
    const session = idleWith(600_000);
    session.pass(599_999);
    expect(session.phase()).toBe('live.idle');
    session.pass(1);
    expect(session.phase()).toBe('live.stopping.suspending');
    expect(session.received.at(-1)).toEqual({ type: 'claude.stop' });
    session.exits();
    expect(session.phase()).toBe('suspended.resting');
    expect(session.record()).toMatchObject({
      state: 'suspended',
      process: null,
      lastEnd: { reason: 'idle' },
    });
  });

  it('starts anew with each message', () => {
    const session = idleWith(600_000);
    session.pass(500_000);
    session.message('m2');
    session.answers();
    session.pass(599_999);
    expect(session.phase()).toBe('live.idle');
    session.pass(1);
    expect(session.phase()).toBe('live.stopping.suspending');
  });

  it('is measured from the end of a turn, not from its beginning', () => {
    const session = idleWith(600_000);
    session.message('m2');
    session.pass(590_000);
    session.answers();
    session.pass(20_000);
    expect(session.phase()).toBe('live.idle');
  });

  it('moves at once when it is changed while the session is idle', () => {
    const session = idleWith(600_000);
    session.pass(60_000);
    session.send({ type: 'user.timeoutChanged', idleTimeoutMs: 90_000 });
    session.pass(29_999);
    expect(session.phase()).toBe('live.idle');
    session.pass(1);
    expect(session.phase()).toBe('live.stopping.suspending');
    expect(session.spawned).toHaveLength(1);
  });

  it('suspends at once when it is changed to less than the time already idle', () => {
    const session = idleWith(600_000);
    session.pass(60_000);
    session.send({ type: 'user.timeoutChanged', idleTimeoutMs: 30_000 });
    session.pass(0);
    expect(session.phase()).toBe('live.stopping.suspending');
  });

  it('is kept when it is changed in any other state', () => {
    const session = startSession();
    session.send({ type: 'user.timeoutChanged', idleTimeoutMs: 5_000 });
    session.message('m1');
    session.becomesReady();
    session.answers();
    session.pass(5_000);
    expect(session.phase()).toBe('live.stopping.suspending');
  });

  it('can be off, and can be switched off while it runs', () => {
    const never = idleWith(null);
    never.pass(400 * DAY_MS);
    expect(never.phase()).toBe('live.idle');
    const cancelled = idleWith(600_000);
    cancelled.send({ type: 'user.timeoutChanged', idleTimeoutMs: null });
    cancelled.pass(400 * DAY_MS);
    expect(cancelled.phase()).toBe('live.idle');
  });

  it('is off even on a clock that takes Infinity for 1 ms, as the one of Node does', () => {
    vi.useFakeTimers({ now: NOON });
    try {
      const never = startSession({ idleTimeoutMs: null }, { clock: undefined, limits: { silenceMs: null } });
      never.message('m1');
      never.becomesReady();
      vi.advanceTimersByTime(10_000);
      expect(never.notices()).toEqual([]);
      never.answers();
      vi.advanceTimersByTime(10_000);
      expect(never.phase()).toBe('live.idle');
    } finally {
      vi.useRealTimers();
    }
  });

  it('is right for 40 days, which no timer of Node can wait', () => {
    const session = idleWith(40 * DAY_MS);
    session.pass(40 * DAY_MS - 1);
    expect(session.phase()).toBe('live.idle');
    session.pass(1);
    expect(session.phase()).toBe('live.stopping.suspending');
  });

  it('starts anew when the session is woken or kept awake', () => {
    const session = idleWith(600_000);
    session.pass(500_000);
    session.send({ type: 'user.wake' });
    session.pass(599_999);
    expect(session.phase()).toBe('live.idle');
    session.pass(1);
    expect(session.phase()).toBe('live.stopping.suspending');
  });

  it.each([
    'live.active.starting',
    'live.active.working',
    'live.active.awaitingApproval',
    'live.active.background.running',
    'live.active.background.awaitingApproval',
  ] as const)('never suspends in %s', (state) => {
    const session = SESSION_IN[state]();
    // Those two have time limits of their own, which are not the idle timeout.
    session.pass(state === 'live.active.starting' ? 59_999 : 29 * 60_000);
    expect(session.phase()).toBe(state);
    expect(session.received).not.toContainEqual({ type: 'claude.stop' });
  });

  it('counts again once the last background task has ended', () => {
    const session = SESSION_IN['live.active.background.running']();
    session.pass(3_600_000);
    session.says({ type: 'claude.backgroundTasksChanged', count: 0 });
    expect(session.phase()).toBe('live.idle');
    session.pass(599_999);
    expect(session.phase()).toBe('live.idle');
    session.pass(1);
    expect(session.phase()).toBe('live.stopping.suspending');
  });

  it('can be read: last activity, seconds idle, time left', () => {
    const session = idleWith(600_000);
    session.pass(45_000);
    expect(viewSession(session.record(), session.phase(), session.now())).toMatchObject({
      state: 'idle',
      lastActivityAt: NOON,
      idleForMs: 45_000,
      suspendsAt: NOON + 600_000,
      suspendsInMs: 555_000,
    });
  });
});

describe('the idle timeout over a restart of the daemon', () => {
  const wasIdle = { state: 'idle', process: PROCESS, conversationStarted: true } as const;

  async function comesBack(at: number, idleTimeoutMs: number | null = 600_000): Promise<TestSession> {
    const session = startSession({ ...wasIdle, idleTimeoutMs }, { at });
    session.recoveries[0]?.finds([]);
    await expect.poll(session.phase).not.toBe('recovering.looking');
    return session;
  }

  it('goes on with the time that was left', async () => {
    const session = await comesBack(NOON + 400_000);
    session.becomesReady();
    expect(session.phase()).toBe('live.idle');
    expect(session.record().lastActivityAt).toBe(NOON);
    session.pass(199_999);
    expect(session.phase()).toBe('live.idle');
    session.pass(1);
    expect(session.phase()).toBe('live.stopping.suspending');
  });

  it('starts no process if the time was over meanwhile', async () => {
    const session = await comesBack(NOON + 600_000);
    expect(session.phase()).toBe('suspended.resting');
    expect(session.spawned).toEqual([]);
  });

  it('never waits longer than the timeout when the wall clock was set back meanwhile', async () => {
    const session = await comesBack(NOON - 30 * DAY_MS);
    session.becomesReady();
    session.pass(600_000);
    expect(session.phase()).toBe('live.stopping.suspending');
  });

  it('brings a session with the timeout off back after any time', async () => {
    const session = await comesBack(NOON + 400 * DAY_MS, null);
    session.becomesReady();
    expect(session.phase()).toBe('live.idle');
  });

  it('counts for a session that a stopping daemon left, too', () => {
    const before = SESSION_IN['suspended.drained']();
    const early = before.restarted(100_000);
    early.becomesReady();
    expect(early.phase()).toBe('live.idle');
    const late = before.restarted(600_000);
    expect(late.phase()).toBe('suspended.resting');
    expect(late.record().lastEnd?.reason).toBe('idle');
  });

  it('does not keep a message waiting', () => {
    const session = startSession({ inbox: [aMessage('m1')] }, { at: NOON + DAY_MS });
    session.becomesReady();
    expect(session.prompts()).toEqual(['m1']);
  });
});
