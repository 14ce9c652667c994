/** What a session has used, booked from the running totals that Claude reports. */
import { describe, expect, it } from 'vitest';
import { UNKNOWN_TOTALS, usageSince } from '../../machines/session-usage.ts';
import { PROCESS, spending } from '../helpers/records.ts';
import { SESSION_IN, startSession, type TestSession } from '../helpers/session-actor.ts';

const spent = (session: TestSession, costUsd: number, durationMs = 1_000) =>
  session.says({ type: 'claude.spent', total: spending(costUsd), durationMs });
const cost = (session: TestSession) => Math.round(session.record().usage.costUsd * 100) / 100;

/** The process ends and another one takes its place. */
function nextProcess(session: TestSession, signal: string | null): void {
  session.says({ type: 'claude.exited', code: signal === null ? 0 : null, signal });
  session.message('next');
  session.says({ type: 'claude.spawned', process: { ...PROCESS, pid: 4243 } });
}

describe("a session's usage", () => {
  it('is what each result adds to the total before it', () => {
    const session = SESSION_IN['live.active.working']();
    spent(session, 0.2, 3_000);
    spent(session, 0.5, 4_000);
    expect(session.record().usage).toEqual({ turns: 2, durationMs: 7_000, ...spending(0.5) });
  });

  it('goes on with a process that counts on from what the one before kept', () => {
    const session = SESSION_IN['live.idle']();
    spent(session, 0.2);
    nextProcess(session, null);
    spent(session, 0.3);
    expect(cost(session)).toBe(0.3);
  });

  it('goes on with a process that begins to count anew, because the one before was killed', () => {
    const session = SESSION_IN['live.idle']();
    spent(session, 0.2);
    nextProcess(session, 'SIGKILL');
    spent(session, 0.3);
    expect(cost(session)).toBe(0.5);
  });

  it('counts on from what was kept last when a later process was killed', () => {
    const session = SESSION_IN['live.idle']();
    spent(session, 0.2);
    nextProcess(session, null);
    spent(session, 0.5);
    session.says({ type: 'claude.turnEnded' });
    nextProcess(session, 'SIGKILL');
    spent(session, 0.3);
    expect(cost(session)).toBe(0.6);
  });

  it('of a conversation that was there before is what came after its first result', () => {
    const session = startSession({ conversationStarted: true, claudeTotals: UNKNOWN_TOTALS });
    session.message('m1');
    session.spawns();
    spent(session, 7);
    expect(session.record().usage).toMatchObject({ turns: 1, costUsd: 0 });
    spent(session, 7.5);
    expect(cost(session)).toBe(0.5);
  });

  it('is not thrown off by a result of zeros', () => {
    const session = SESSION_IN['live.active.working']();
    spent(session, 0.2);
    spent(session, 0);
    spent(session, 0.3);
    expect(cost(session)).toBe(0.3);
  });

  it('never falls', () => {
    const session = SESSION_IN['live.active.working']();
    spent(session, 0.5);
    spent(session, 0.1);
    expect(cost(session)).toBe(0.6);
  });

  it('of a turn is the difference to before', () => {
    const session = SESSION_IN['live.active.working']();
    spent(session, 0.25, 3_000);
    const before = session.record().usage;
    spent(session, 0.75, 4_000);
    expect(usageSince(session.record().usage, before)).toEqual({
      turns: 1,
      durationMs: 4_000,
      ...spending(0.5),
    });
  });
});
