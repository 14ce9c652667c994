/** A laptop sleeps, or somebody sets its clock: what works goes on, what is idle sleeps in time. Wall and timers apart. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionRecord } from '../machines/session-record.ts';
import { WallClock, type TimeSource } from '../src/clock.ts';
import { anApproval } from './helpers/records.ts';
import { startSession, type TestSession } from './helpers/session-actor.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** As the daemon's. */
const GRACE_MS = MINUTE_MS;
/** Until the clock looks again after the machine woke. */
const TICK_MS = 5 * SECOND_MS;

let wallOffsetMs: number;
const time: TimeSource = { now: () => Date.now() + wallOffsetMs, monotonic: () => performance.now() };

beforeEach(() => {
  wallOffsetMs = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function start(over: Partial<SessionRecord> = {}): TestSession {
  const clock = new WallClock({ time, graceMs: GRACE_MS });
  return startSession(over, { time: { clock, now: () => time.now() } });
}

/** The lid is closed: the wall clock goes on, and nothing else does. A clock that is set forward looks the same. */
const sleeps = (ms: number) => (wallOffsetMs += ms);
const setsClockBack = (ms: number) => (wallOffsetMs -= ms);
const isAwake = (ms: number) => vi.advanceTimersByTime(ms);

const hasStopped = (session: TestSession) => session.received.some(({ type }) => type === 'claude.stop');

const BUSY: Record<string, () => TestSession> = {
  'at work': working,
  'waiting for an approval': () => {
    const session = working();
    session.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
    return session;
  },
  'busy in the background': () => {
    const session = working();
    session.says({ type: 'claude.backgroundTasksChanged', count: 1 });
    session.answers();
    return session;
  },
};

function starting(): TestSession {
  const session = start();
  session.message('m1');
  session.spawns();
  return session;
}

function working(): TestSession {
  const session = starting();
  session.says({ type: 'claude.ready' });
  session.says({ type: 'claude.turnStarted' });
  return session;
}

function idle(over: Partial<SessionRecord> = {}): TestSession {
  const session = start(over);
  session.message('m1');
  session.becomesReady();
  session.answers();
  return session;
}

describe('a session that is idle', () => {
  it('is suspended soon after the machine slept past its deadline, and not in the moment of waking', () => {
    const session = idle();
    isAwake(MINUTE_MS);
    sleeps(8 * HOUR_MS);
    isAwake(GRACE_MS - 1);
    expect(session.phase()).toBe('live.idle');
    isAwake(TICK_MS + 1);
    expect(session.phase()).toBe('live.stopping.suspending');
    session.exits();
    expect(session.record()).toMatchObject({ state: 'suspended', lastEnd: { reason: 'idle' } });
  });

  it('is not suspended if its owner writes right after waking', () => {
    const session = idle();
    sleeps(8 * HOUR_MS);
    isAwake(20 * SECOND_MS);
    session.message('m2');
    isAwake(10 * MINUTE_MS);
    expect(session.phase()).toMatch(/^live\.active/);
    expect(session.prompts()).toEqual(['m1', 'm2']);
  });

  it('has the time slept counted when its deadline comes later', () => {
    const session = idle({ idleTimeoutMs: 12 * HOUR_MS });
    sleeps(8 * HOUR_MS);
    isAwake(4 * HOUR_MS - 1);
    expect(session.phase()).toBe('live.idle');
    isAwake(GRACE_MS + TICK_MS);
    expect(session.phase()).toBe('live.stopping.suspending');
  });

  it('is suspended when its time is over though the wall clock was set back by a day', () => {
    const session = idle();
    isAwake(MINUTE_MS);
    setsClockBack(DAY_MS);
    isAwake(9 * MINUTE_MS - 1);
    expect(session.phase()).toBe('live.idle');
    isAwake(1);
    expect(session.phase()).toBe('live.stopping.suspending');
  });

  it('waits no longer than its timeout after a restart with a clock that was set back', async () => {
    const before = idle();
    setsClockBack(DAY_MS);
    const session = start(structuredClone(before.record()));
    session.recoveries[0]?.finds([]);
    await vi.waitFor(() => expect(session.phase()).toBe('live.active.starting'));
    session.becomesReady();
    expect(session.phase()).toBe('live.idle');
    isAwake(10 * MINUTE_MS);
    expect(session.phase()).toBe('live.stopping.suspending');
  });

  it('that is never to be suspended is not, whatever the clocks do', () => {
    const session = idle({ idleTimeoutMs: null });
    sleeps(DAY_MS);
    isAwake(HOUR_MS);
    setsClockBack(3 * DAY_MS);
    isAwake(DAY_MS);
    expect(session.phase()).toBe('live.idle');
  });
});

describe.each(Object.keys(BUSY))('a session that is %s', (name) => {
  it.each([
    ['the machine slept for a night', () => sleeps(8 * HOUR_MS)],
    ['the wall clock was set forward by a day', () => sleeps(DAY_MS)],
    ['the wall clock was set back by a day', () => setsClockBack(DAY_MS)],
    [
      'the machine slept, and then its clock was set right',
      () => {
        sleeps(DAY_MS);
        setsClockBack(DAY_MS);
      },
    ],
  ])('is not ended when %s', (_, jump) => {
    const session = BUSY[name]?.() ?? expect.fail('no such session');
    isAwake(MINUTE_MS);
    jump();
    isAwake(20 * MINUTE_MS);
    expect(session.phase()).toMatch(/^live\.active/);
    expect(hasStopped(session)).toBe(false);
  });
});

describe('a wait for Claude that the machine slept through', () => {
  it('is no failed start: what has begun to start gets ready and is handed its prompt', () => {
    const session = starting();
    sleeps(8 * HOUR_MS);
    isAwake(30 * SECOND_MS);
    session.says({ type: 'claude.ready' });
    isAwake(MINUTE_MS);
    expect(session.prompts()).toEqual(['m1']);
    expect(hasStopped(session)).toBe(false);
    expect(session.notices()).toEqual([]);
  });

  it('is a failed start all the same if nothing comes when the machine is awake', () => {
    const session = starting();
    sleeps(8 * HOUR_MS);
    isAwake(GRACE_MS + TICK_MS);
    expect(hasStopped(session)).toBe(true);
  });

  it('is no unheard interrupt, and no process that does not end', () => {
    const session = working();
    session.send({ type: 'user.interrupt' });
    sleeps(8 * HOUR_MS);
    isAwake(10 * SECOND_MS);
    session.says({ type: 'claude.turnEnded' });
    expect(session.phase()).toBe('live.idle');
    session.send({ type: 'user.suspend' });
    sleeps(8 * HOUR_MS);
    isAwake(20 * SECOND_MS);
    session.exits();
    expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 0 }]);
  });

  it('is no silence if Claude goes on when the machine does', () => {
    const session = working();
    sleeps(8 * HOUR_MS);
    isAwake(50 * SECOND_MS);
    session.says({ type: 'claude.heard' });
    isAwake(20 * MINUTE_MS);
    expect(session.phase()).toBe('live.active.working');
    expect(session.owed()).toEqual([]);
  });
});

describe('crashes', () => {
  it('from before the wall clock was set back do not count for a day', () => {
    const session = start({ crashes: [1, 2, 3].map((minute) => time.now() + DAY_MS - minute * MINUTE_MS) });
    session.message('m1');
    session.becomesReady();
    session.answers();
    session.exits(1);
    expect(session.record().crashes).toEqual([time.now()]);
    expect(session.notices().map(({ type }) => type)).not.toContain('tooManyCrashes');
  });
});
