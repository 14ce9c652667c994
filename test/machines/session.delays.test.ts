/** Every delayed transition really waits: XState takes a misspelt delay at once, without a word. */
import { describe, expect, it } from 'vitest';
import { NOON } from '../helpers/records.ts';
import { SESSION_IN, startSession } from '../helpers/session-actor.ts';

describe('a delayed transition waits its time:', () => {
  it('a start that takes 60 s is given up, and the message is kept', () => {
    const session = SESSION_IN['live.active.starting']();
    session.pass(59_999);
    expect(session.phase()).toBe('live.active.starting');
    session.pass(1);
    expect(session.phase()).toBe('live.stopping.suspending');
    session.exits(null, 'SIGKILL');
    expect(session.notices()).toEqual([{ type: 'unresponsive', waitedFor: 'start' }]);
    expect(session.record()).toMatchObject({
      inbox: [{ uuid: 'm1', state: 'held' }],
      lastEnd: { reason: 'unresponsive' },
      crashes: [],
    });
  });

  it('an interrupt that takes 15 s ends the process', () => {
    const session = SESSION_IN['live.active.interrupting']();
    session.pass(14_999);
    expect(session.phase()).toBe('live.active.interrupting');
    session.pass(1);
    expect(session.phase()).toBe('live.stopping.suspending');
    session.exits();
    expect(session.notices()).toEqual([
      { type: 'unresponsive', waitedFor: 'interrupt' },
      { type: 'interrupted', dropped: 0 },
    ]);
  });

  it('background tasks that an interrupt does not end within 15 s end with their process', () => {
    const session = SESSION_IN['live.active.background.interrupting']();
    session.pass(14_999);
    expect(session.phase()).toBe('live.active.background.interrupting');
    session.pass(1);
    expect(session.phase()).toBe('live.stopping.suspending');
    session.exits();
    expect(session.notices()).toEqual([{ type: 'unresponsive', waitedFor: 'interrupt' }]);
    expect(session.record()).toMatchObject({ lastEnd: { reason: 'unresponsive' }, crashes: [] });
  });

  it('a process that is still there after 30 s is reported, and no second one is started', () => {
    const session = SESSION_IN['live.stopping.suspending']();
    session.message('m2');
    session.pass(29_999);
    expect(session.notices()).toEqual([]);
    session.pass(1);
    expect(session.notices()).toEqual([{ type: 'processStuck', pid: 4242 }]);
    session.pass(86_400_000);
    expect(session.phase()).toBe('live.stopping.suspending');
    expect(session.spawned).toHaveLength(1);
    expect(session.notices()).toHaveLength(1);
    session.exits();
    expect(session.spawned).toHaveLength(2);
  });

  it('a turn in which Claude says nothing for 30 min is asked about, and goes on', () => {
    const session = SESSION_IN['live.active.working']();
    session.pass(30 * 60_000 - 1);
    expect(session.phase()).toBe('live.active.working');
    session.pass(1);
    expect(session.phase()).toBe('live.active.silent');
    expect(session.record().outbox).toMatchObject([
      { at: NOON + 30 * 60_000, replyTo: 1, body: { kind: 'choice', number: 1 } },
    ]);
    session.pass(365 * 86_400_000);
    expect(session.phase()).toBe('live.active.silent');
    expect(session.owed()).toHaveLength(1);
  });

  it('a sign of life starts the wait for the next one', () => {
    const session = SESSION_IN['live.active.working']();
    session.pass(29 * 60_000);
    session.says({ type: 'claude.heard' });
    session.pass(29 * 60_000);
    expect(session.phase()).toBe('live.active.working');
    session.pass(60_000);
    expect(session.phase()).toBe('live.active.silent');
  });

  it('silence is never reported if that is off', () => {
    const session = startSession({}, { limits: { silenceMs: null } });
    session.message('m1');
    session.becomesReady();
    session.pass(365 * 86_400_000);
    expect(session.phase()).toBe('live.active.working');
    expect(session.owed()).toEqual([]);
  });

  it('an idle session is suspended after its timeout', () => {
    const session = SESSION_IN['live.idle']();
    session.pass(599_999);
    expect(session.phase()).toBe('live.idle');
    session.pass(1);
    expect(session.phase()).toBe('live.stopping.suspending');
  });
});
