/** What only a person can decide: how long to wait for a silent Claude, and whether a turn that was cut off twice goes on. */
import { describe, expect, it } from 'vitest';
import { isQuiet } from '../../machines/session-record.ts';
import { aMessage, NOON } from '../helpers/records.ts';
import { SESSION_IN, startSession, type TestSession } from '../helpers/session-actor.ts';

/** Telegram took the question. */
function isAsked(session: TestSession, messageId = 77): void {
  const [choice] = session.record().choices;
  session.send({ type: 'telegram.delivered', outboxId: choice?.number ?? -1, messageId });
}

const closed = (session: TestSession) => session.owed().filter(({ kind }) => kind === 'choiceClosed');

describe('a silent Claude', () => {
  it('is waited for when its sender says so, and asked about again', () => {
    const session = SESSION_IN['live.active.silent']();
    isAsked(session);
    session.send({ type: 'user.keepWaiting' });
    expect(session.phase()).toBe('live.active.working');
    expect(closed(session)).toEqual([
      { kind: 'choiceClosed', messageId: 77, about: 'silence', outcome: 'keepWaiting' },
    ]);
    session.pass(30 * 60_000 - 1);
    expect(session.phase()).toBe('live.active.working');
    session.pass(1);
    expect(session.phase()).toBe('live.active.silent');
    expect(session.record().choices).toHaveLength(1);
  });

  it('is interrupted when its sender says so', () => {
    const session = SESSION_IN['live.active.silent']();
    isAsked(session);
    session.send({ type: 'user.interrupt' });
    expect(session.phase()).toBe('live.active.interrupting');
    expect(closed(session)).toMatchObject([{ outcome: 'interrupt' }]);
  });

  it('is started again when its sender says so, and takes its turn up where it stopped, as often as they like', async () => {
    const session = SESSION_IN['live.active.silent']();
    isAsked(session);
    for (const [index, uuid] of ['m1', 'c1', 'c2'].entries()) {
      session.send({ type: 'user.restart' });
      expect(session.phase()).toBe('live.stopping.suspending');
      expect(session.received.at(-1)).toEqual({ type: 'claude.stop' });
      session.exits(143);
      expect(session.phase()).toBe('recovering.looking');
      const continuationUuid = `c${String(index + 1)}`;
      session.recoveries.at(-1)?.finds([{ uuid, fate: 'cutOff', continuationUuid }]);
      await expect.poll(session.phase).toBe('live.active.starting');
      session.becomesReady();
      expect(session.prompts().at(-1)).toBe(continuationUuid);
    }
    expect(session.record()).toMatchObject({ crashes: [], choices: [] });
    expect(session.notices()).toEqual([]);
    expect(closed(session)).toMatchObject([{ outcome: 'restart' }]);
  });

  it.each([
    ['speaks', (session: TestSession) => session.says({ type: 'claude.heard' }), 'live.active.working'],
    ['ends its turn', (session: TestSession) => session.answers(), 'live.idle'],
    ['crashes', (session: TestSession) => session.exits(1), 'recovering.looking'],
  ])('that %s is no longer asked about', (_, happens, phase) => {
    const session = SESSION_IN['live.active.silent']();
    isAsked(session);
    happens(session);
    expect(session.phase()).toBe(phase);
    expect(session.record().choices).toEqual([]);
    expect(closed(session)).toMatchObject([{ outcome: 'overtaken' }]);
  });

  it('is not asked about if it spoke before Telegram took the question', () => {
    const session = SESSION_IN['live.active.silent']();
    session.says({ type: 'claude.heard' });
    expect(session.owed()).toEqual([]);
  });

  it('is no longer asked about when its daemon died', async () => {
    const session = SESSION_IN['live.active.silent']();
    isAsked(session);
    const next = session.restarted();
    next.recoveries[0]?.finds([{ uuid: 'm1', fate: 'answered', markdown: 'late' }]);
    await expect.poll(next.phase).not.toBe('recovering.looking');
    expect(next.record().choices).toEqual([]);
    expect(closed(next)).toMatchObject([{ messageId: 77, outcome: 'overtaken' }]);
  });
});

describe('a turn that was cut off twice', () => {
  const undecided = () =>
    startSession({
      inbox: [aMessage('c2', { state: 'undecided', attempt: 1 })],
      choices: [{ number: 1, about: { type: 'cutOff', uuid: 'c2' }, messageId: 77 }],
      nextOutboxId: 2,
    });

  it('waits for its sender without a process, and is no reason to keep the session in memory', () => {
    const session = undecided();
    expect(session.phase()).toBe('suspended.resting');
    expect(isQuiet(session.record())).toBe(true);
  });

  it('goes on when its sender says so', () => {
    const session = undecided();
    session.pass(5_000);
    session.send({ type: 'user.continue', uuid: 'c2' });
    session.becomesReady();
    expect(session.prompts()).toEqual(['c2']);
    expect(session.record()).toMatchObject({ choices: [], lastActivityAt: NOON + 5_000 });
    expect(closed(session)).toEqual([
      { kind: 'choiceClosed', messageId: 77, about: 'cutOff', outcome: 'continue' },
    ]);
  });

  it('is asked about again if it is cut off a third time', async () => {
    const session = undecided();
    session.send({ type: 'user.continue', uuid: 'c2' });
    session.becomesReady();
    session.exits(1);
    session.recoveries[0]?.finds([{ uuid: 'c2', fate: 'cutOff', continuationUuid: 'c3' }]);
    await expect.poll(session.phase).toBe('suspended.resting');
    expect(session.record().choices).toMatchObject([{ about: { type: 'cutOff', uuid: 'c3' } }]);
  });

  it('is given up when its sender says so', () => {
    const session = undecided();
    session.send({ type: 'user.drop', uuid: 'c2' });
    expect(session.phase()).toBe('suspended.resting');
    expect(session.record()).toMatchObject({ inbox: [], choices: [], handled: ['c2'] });
    expect(closed(session)).toMatchObject([{ outcome: 'drop' }]);
  });

  it('does not hold up what is written after it, nor go on with it', () => {
    const session = undecided();
    session.message('m9');
    session.becomesReady();
    expect(session.prompts()).toEqual(['m9']);
    session.answers();
    expect(session.phase()).toBe('live.idle');
    session.send({ type: 'user.continue', uuid: 'c2' });
    expect(session.prompts()).toEqual(['m9', 'c2']);
  });

  it('goes on after the background tasks that run meanwhile, or between them', () => {
    const session = undecided();
    session.message('m9');
    session.becomesReady();
    session.says({ type: 'claude.backgroundTasksChanged', count: 1 });
    session.answers();
    expect(session.phase()).toBe('live.active.background.running');
    session.send({ type: 'user.continue', uuid: 'c2' });
    expect(session.prompts()).toEqual(['m9', 'c2']);
  });

  it('does not go on before the transcript told about another message that may be in it', () => {
    const session = startSession({
      ...undecided().record(),
      lastEnd: { reason: 'crashed', code: 1, signal: null, at: NOON },
      inbox: [...undecided().record().inbox, aMessage('m9', { state: 'delivered' })],
    });
    session.recoveries[0]?.fails();
    session.send({ type: 'user.continue', uuid: 'c2' });
    expect(session.spawned).toEqual([]);
    expect(session.recoveries.at(-1)?.input.uuids).toContain('m9');
  });

  it('is decided once', () => {
    const session = undecided();
    session.send({ type: 'user.drop', uuid: 'c2' });
    session.send({ type: 'user.continue', uuid: 'c2' });
    expect(session.phase()).toBe('suspended.resting');
    expect(session.spawned).toEqual([]);
  });

  it('is left to the next daemon, if this one stops', () => {
    const session = undecided();
    session.send({ type: 'user.wake' });
    session.becomesReady();
    session.send({ type: 'daemon.drain' });
    session.exits();
    session.send({ type: 'user.continue', uuid: 'c2' });
    expect(session.phase()).toBe('suspended.drained');
    const next = session.restarted();
    next.becomesReady();
    expect(next.prompts()).toEqual(['c2']);
  });

  it('is dropped with its session, and its sender told', () => {
    const session = undecided();
    session.send({ type: 'user.end' });
    expect(session.record()).toMatchObject({ inbox: [], choices: [], state: 'terminated' });
    expect(session.notices()).toEqual([{ type: 'ended', dropped: 1 }]);
    expect(closed(session)).toMatchObject([{ outcome: 'overtaken' }]);
  });
});
