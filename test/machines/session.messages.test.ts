/** Messages: none is dropped, none is doubled, their order holds, whatever state they meet. Invariants 1 and 2. */
import { describe, expect, it } from 'vitest';
import { waitFor } from 'xstate';
import type { Recovery } from '../../machines/session-events.ts';
import { CONTINUE_PROMPT } from '../../machines/session-inbox.ts';
import { SESSION_IN, startSession, type TestSession } from '../helpers/session-actor.ts';

describe('a message', () => {
  it('starts a process, and reaches it when it is ready', () => {
    const session = startSession();
    session.message('m1');
    expect(session.phase()).toBe('live.active.starting');
    expect(session.received).toEqual([]);
    session.becomesReady();
    expect(session.received).toEqual([{ type: 'claude.prompt', uuid: 'm1', text: 'm1' }]);
    expect(session.phase()).toBe('live.active.working');
  });

  it('is answered with a reply to it, and leaves the inbox in the same change', () => {
    const session = SESSION_IN['live.active.working']();
    session.says({ type: 'claude.answered', markdown: '**4**', answers: ['m1'] });
    expect(session.record().inbox).toEqual([]);
    expect(session.record().outbox).toMatchObject([
      { id: 1, replyTo: 1, body: { kind: 'answer', markdown: '**4**' } },
    ]);
    session.says({ type: 'claude.turnEnded' });
    expect(session.phase()).toBe('live.idle');
  });

  it('reaches the process that is there already', () => {
    const session = SESSION_IN['live.idle']();
    session.message('m2');
    expect(session.prompts()).toEqual(['m1', 'm2']);
    expect(session.spawned).toHaveLength(1);
  });

  it('waits for the turns before it, in order, if the session is set to that', () => {
    const session = SESSION_IN['live.active.working']();
    session.send({ type: 'user.whileWorkingChanged', whileWorking: 'queue' });
    session.message('m2');
    session.message('m3');
    expect(session.prompts()).toEqual(['m1']);
    session.answers();
    expect(session.prompts()).toEqual(['m1', 'm2']);
    session.answers();
    expect(session.prompts()).toEqual(['m1', 'm2', 'm3']);
    session.answers();
    expect(session.phase()).toBe('live.idle');
    expect(session.owed()).toHaveLength(3);
  });

  it('that is delivered twice by Telegram is taken once', () => {
    const session = SESSION_IN['live.active.working']();
    session.message('m1');
    session.answers();
    session.message('m1');
    expect(session.prompts()).toEqual(['m1']);
    expect(session.phase()).toBe('live.idle');
  });

  it('is remembered after its answer, and only the last 200 are', () => {
    const session = SESSION_IN['live.idle']();
    for (let number = 2; number <= 250; number++) {
      session.message(`m${String(number)}`);
      session.answers();
    }
    expect(session.record().handled).toHaveLength(200);
    expect(session.record().handled.at(-1)).toBe('m250');
  });

  it('wakes a new process after the exit, if it comes while the old one ends', () => {
    const session = SESSION_IN['live.stopping.suspending']();
    session.message('m2');
    expect(session.spawned).toHaveLength(1);
    session.exits();
    expect(session.spawned).toHaveLength(2);
    session.becomesReady();
    expect(session.prompts()).toEqual(['m1', 'm2']);
  });

  it('that comes while a daemon drains is left for the next one', () => {
    const session = SESSION_IN['live.stopping.draining']();
    session.message('m2');
    session.exits();
    expect(session.phase()).toBe('suspended.drained');
    session.message('m3');
    expect(session.spawned).toHaveLength(1);
    const next = session.restarted();
    next.becomesReady();
    next.answers();
    expect(next.prompts()).toEqual(['m2', 'm3']);
  });

  it('is handed over at once while only background tasks run', () => {
    const session = SESSION_IN['live.active.background.running']();
    session.message('m2');
    expect(session.prompts()).toEqual(['m1', 'm2']);
    expect(session.phase()).toBe('live.active.working');
  });

  it('gets a sentence if Claude ends the turn without an answer', () => {
    const session = SESSION_IN['live.active.working']();
    session.says({ type: 'claude.turnEnded' });
    expect(session.record().outbox).toMatchObject([
      { replyTo: 1, body: { kind: 'notice', notice: { type: 'noAnswer' } } },
    ]);
    expect(session.record().inbox).toEqual([]);
  });

  it('to a session that has ended is refused with a sentence', () => {
    const session = SESSION_IN.terminated();
    session.message('m1');
    expect(session.notices()).toEqual([{ type: 'ended', dropped: 1 }]);
    expect(session.record().handled).toEqual(['m1']);
  });
});

describe('an answer that nobody asked for', () => {
  it('is sent, too: a background task ended', () => {
    const session = SESSION_IN['live.active.background.running']();
    session.says({ type: 'claude.backgroundTasksChanged', count: 0 });
    session.says({ type: 'claude.turnStarted' });
    expect(session.phase()).toBe('live.active.working');
    session.answers('the tests passed');
    expect(session.record().outbox.at(-1)).toMatchObject({
      replyTo: null,
      body: { kind: 'answer', markdown: 'the tests passed' },
    });
    expect(session.phase()).toBe('live.idle');
  });
});

describe('an interrupt', () => {
  it('is asked of Claude, and the message it hit is reported', () => {
    const session = SESSION_IN['live.active.working']();
    session.send({ type: 'user.interrupt' });
    expect(session.received.at(-1)).toEqual({ type: 'claude.interrupt' });
    session.says({ type: 'claude.turnEnded' });
    expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 0 }]);
    expect(session.phase()).toBe('live.idle');
  });

  it('lets the messages behind it have their turn', () => {
    const session = SESSION_IN['live.active.interrupting']();
    session.message('m2');
    session.says({ type: 'claude.turnEnded' });
    expect(session.prompts()).toEqual(['m1', 'm2']);
  });

  it('lets an answer through that was faster', () => {
    const session = SESSION_IN['live.active.interrupting']();
    session.answers('already done');
    expect(session.owed()).toEqual([{ kind: 'answer', markdown: 'already done' }]);
  });

  it('before the process is ready drops the message that waits for it', () => {
    const session = SESSION_IN['live.active.starting']();
    session.send({ type: 'user.interrupt' });
    session.says({ type: 'claude.ready' });
    expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 0 }]);
    expect(session.prompts()).toEqual([]);
    expect(session.phase()).toBe('live.idle');
  });

  // Each of these had been worked on by the next process, and nobody knew.
  it.each(['live.stopping.suspending', 'live.stopping.draining', 'suspended.drained'] as const)(
    'while no process can be asked (%s) drops what would get the next one',
    (phase) => {
      const session = SESSION_IN[phase]();
      session.message('m2');
      session.message('m3');
      session.send({ type: 'user.interrupt' });
      expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 1 }]);
      expect(session.record().inbox).toEqual([]);
      if (phase !== 'suspended.drained') session.exits();
      expect(session.restarted().prompts()).toEqual([]);
      expect(session.spawned).toHaveLength(1);
    },
  );

  it('while its process is ended to begin again drops what that had in hand', () => {
    const session = SESSION_IN['live.active.silent']();
    session.send({ type: 'user.restart' });
    session.message('m2');
    session.send({ type: 'user.interrupt' });
    session.exits();
    expect(session.phase()).toBe('suspended.resting');
    expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 1 }]);
    expect(session.record().inbox).toEqual([]);
  });

  it('leaves what was put off where it is', () => {
    const session = SESSION_IN['live.active.working']();
    session.send({ type: 'user.suspend' });
    session.send({ type: 'user.interrupt' });
    expect(session.record().inbox).toMatchObject([{ uuid: 'm1', state: 'parked' }]);
    expect(session.notices()).toEqual([{ type: 'heldBySuspend', count: 1 }]);
  });

  it('after a crash drops what would be continued, whatever the transcript says of it', async () => {
    const session = SESSION_IN['live.active.working']();
    session.exits(null, 'SIGKILL');
    session.message('m2');
    expect(session.phase()).toBe('recovering.looking');
    session.send({ type: 'user.interrupt' });
    expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 1 }]);
    session.recoveries[0]?.finds([{ uuid: 'm1', fate: 'cutOff', continuationUuid: 'c1' }]);
    await waitFor(session.actor, () => session.phase() === 'suspended.resting');
    expect(session.spawned).toHaveLength(1);
    expect(session.record().inbox).toEqual([]);
  });

  it('ends what goes on in the background, and then what came meanwhile has its turn', () => {
    const session = SESSION_IN['live.active.background.interrupting']();
    expect(session.received.at(-1)).toEqual({ type: 'claude.interrupt' });
    session.message('m2');
    expect(session.prompts()).toEqual(['m1']);
    session.says({ type: 'claude.backgroundTasksChanged', count: 0 });
    expect(session.phase()).toBe('live.active.working');
    expect(session.prompts()).toEqual(['m1', 'm2']);
  });
});

describe('suspending by hand', () => {
  it.each(['steer', 'queue'] as const)(
    'keeps what Claude has not taken until the sender writes again (%s)',
    async (whileWorking) => {
      const session = SESSION_IN['live.active.working']();
      session.send({ type: 'user.whileWorkingChanged', whileWorking });
      session.says({ type: 'claude.promptTaken', uuid: 'm1' });
      session.message('m2');
      session.send({ type: 'user.suspend' });
      session.exits();
      session.recoveries[0]?.finds([{ uuid: 'm2', fate: 'absent' }]);
      await waitFor(session.actor, () => session.phase() === 'suspended.resting');
      expect(session.notices()).toEqual([
        { type: 'interrupted', dropped: 0 },
        { type: 'heldBySuspend', count: 1 },
      ]);
      expect(session.record()).toMatchObject({
        inbox: [{ uuid: 'm2', state: 'held' }],
        lastEnd: { reason: 'user' },
      });
      session.message('m3');
      session.becomesReady();
      session.answers();
      expect([...new Set(session.prompts())]).toEqual(['m1', 'm2', 'm3']);
    },
  );
});

describe('a daemon that dies while a session is suspended by hand', () => {
  it('leaves it suspended: what it holds waits for its sender, and no process runs for nothing', async () => {
    // Torture run, seed 2026, round 201.
    const session = SESSION_IN['live.active.starting']();
    session.send({ type: 'user.suspend' });
    expect(session.phase()).toBe('live.stopping.suspending');
    const next = session.restarted();
    next.recoveries[0]?.finds([]);
    await expect.poll(next.phase).not.toBe('recovering.looking');
    expect(next.phase()).toBe('suspended.resting');
    expect(next.spawned).toEqual([]);
    expect(next.notices()).toEqual([{ type: 'heldBySuspend', count: 1 }]);
    next.message('m2');
    next.becomesReady();
    next.answers();
    expect(next.prompts()).toEqual(['m1', 'm2']);
  });
});

describe('ending a session', () => {
  it('ends the process first and reports the messages it drops', () => {
    const session = SESSION_IN['live.active.working']();
    session.message('m2');
    session.send({ type: 'user.end' });
    expect(session.phase()).toBe('live.stopping.terminating');
    session.exits();
    expect(session.phase()).toBe('terminated');
    expect(session.notices()).toEqual([{ type: 'ended', dropped: 2 }]);
    expect(session.record()).toMatchObject({ state: 'terminated', process: null, inbox: [] });
  });

  it('is not forgotten if the daemon dies before the process has gone', () => {
    const session = SESSION_IN['live.stopping.terminating']();
    const next = session.restarted();
    expect(next.phase()).toBe('recovering.looking');
    next.recoveries[0]?.finds([]);
    return expect.poll(next.phase).toBe('terminated');
  });

  it('goes on when the daemon stops while an earlier process is being ended', () => {
    const session = SESSION_IN['recovering.looking']();
    session.send({ type: 'user.end' });
    session.send({ type: 'daemon.stop' });
    expect(session.phase()).toBe('terminated');
  });

  it('without a process is over at once', () => {
    const session = startSession();
    session.send({ type: 'user.end' });
    expect(session.phase()).toBe('terminated');
  });
});

describe('a failure that the person can mend', () => {
  const FAILS = { type: 'claude.failed', problem: 'notLoggedIn', detail: 'Please run /login' } as const;

  /** It fails in a turn, and the transcript then says what became of the prompts. */
  async function failsInTurn(session: TestSession, fates: Recovery['fates']): Promise<void> {
    session.says(FAILS);
    session.exits(1);
    session.recoveries[0]?.finds(fates);
    await waitFor(session.actor, () => session.phase() === 'suspended.resting');
  }

  it('keeps a message that never reached the conversation and delivers it when the sender writes again', () => {
    const session = SESSION_IN['live.active.starting']();
    session.says(FAILS);
    session.exits(1);
    expect(session.phase()).toBe('suspended.resting');
    expect(session.record()).toMatchObject({
      inbox: [{ uuid: 'm1', state: 'held' }],
      lastEnd: { reason: 'failed', code: 1 },
      crashes: [],
    });
    expect(session.record().outbox).toMatchObject([
      { replyTo: 1, body: { kind: 'notice', notice: { type: 'problem', problem: 'notLoggedIn' } } },
    ]);
    session.message('m2');
    session.becomesReady();
    session.answers();
    expect(session.prompts()).toEqual(['m1', 'm2']);
  });

  it('asks for the answer again, and not with the same prompt, if the conversation has it already', async () => {
    const session = SESSION_IN['live.active.working']();
    await failsInTurn(session, [{ uuid: 'm1', fate: 'cutOff', continuationUuid: 'm1-again' }]);
    expect(session.record().inbox).toMatchObject([{ uuid: 'm1-again', state: 'held' }]);
    expect(session.notices().map(({ type }) => type)).toEqual(['problem']);
    session.message('m2');
    session.becomesReady();
    expect(session.received.at(-2)).toEqual({
      type: 'claude.prompt',
      uuid: 'm1-again',
      text: CONTINUE_PROMPT,
    });
    session.answers();
    expect(session.prompts()).toEqual(['m1', 'm1-again', 'm2']);
  });
});
