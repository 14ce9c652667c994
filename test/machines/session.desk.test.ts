/** The desk takes a session over from the phone, and hands it back. */
import { describe, expect, it } from 'vitest';
import { isQuiet } from '../../machines/session-record.ts';
import { aMessage, DESK_CLAUDE, PROCESS, spending, WRAPPER } from '../helpers/records.ts';
import { SESSION_IN, startSession } from '../helpers/session-actor.ts';

const atDesk = SESSION_IN['suspended.attached.open'];
const HOLD = {
  host: 'den',
  since: 0,
  wrapper: WRAPPER,
  claude: DESK_CLAUDE,
  conversations: ['c1'],
  isTold: false,
};

describe('taking over', () => {
  it('a session at rest is lent at once, and never quiet while it is', () => {
    const session = atDesk();
    expect(session.record()).toMatchObject({
      state: 'suspended',
      desk: { host: 'den', wrapper: WRAPPER, claude: null },
    });
    expect(isQuiet(session.record())).toBe(false);
    expect(session.watched).toMatchObject([{ desk: { wrapper: WRAPPER } }]);
  });

  it('an idle one is lent once its process has gone, for a reason that says so', () => {
    const session = SESSION_IN['live.idle']();
    session.deskAsks();
    expect(session.phase()).toBe('live.stopping.handingOver');
    expect(session.received.at(-1)).toEqual({ type: 'claude.stop' });
    expect(session.watched).toEqual([]);
    session.exits();
    expect(session.phase()).toBe('suspended.attached.open');
    expect(session.record()).toMatchObject({ process: null, lastEnd: { reason: 'desk' } });
  });

  it('interrupts a turn that is open: its sender is told, what it asked is withdrawn, what waits goes on waiting', () => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    session.send({ type: 'user.whileWorkingChanged', whileWorking: 'queue' });
    session.message('m2');
    session.deskAsks();
    expect(session.record().approvals).toEqual([]);
    expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 0 }]);
    session.exits();
    expect(session.record().inbox).toMatchObject([{ uuid: 'm2', state: 'waiting' }]);
    expect(session.spawned).toHaveLength(1);
  });

  it.each(['terminated', 'suspended.drained', 'recovering.looking', 'live.stopping.suspending'] as const)(
    'asks in vain while the session is %s',
    (state) => {
      const session = SESSION_IN[state]();
      session.deskAsks();
      expect(session.phase()).toBe(state);
      expect(session.record().desk).toBeNull();
    },
  );

  it('does not take it from another desk', () => {
    const session = atDesk();
    session.send({ type: 'desk.requested', hold: { host: 'other', wrapper: PROCESS } });
    expect(session.record().desk).toMatchObject({ host: 'den', wrapper: WRAPPER });
  });
});

describe('while the desk has it', () => {
  it('messages wait, and the first sender is told so, once', () => {
    const session = atDesk();
    session.message('m1');
    session.message('m2');
    expect(session.phase()).toBe('suspended.attached.open');
    expect(session.spawned).toEqual([]);
    expect(session.record().inbox).toMatchObject([{ state: 'waiting' }, { state: 'waiting' }]);
    expect(session.record().outbox).toMatchObject([{ replyTo: 1, body: { notice: { type: 'deskHasIt' } } }]);
  });

  it.each([
    { type: 'user.wake' },
    { type: 'user.end' },
    { type: 'user.suspend' },
    { type: 'user.interrupt' },
    { type: 'user.newConversation', claudeSessionId: 'c2' },
    { type: 'user.workspaceChanged', workspace: '/elsewhere' },
    { type: 'daemon.drain' },
    { type: 'daemon.stop' },
    { type: 'daemon.evict' },
  ] as const)('$type changes nothing', (event) => {
    const session = atDesk();
    const before = session.record();
    session.send(event);
    expect(session.phase()).toBe('suspended.attached.open');
    expect(session.record()).toEqual(before);
  });

  it('the session can be renamed and set, for later', () => {
    const session = atDesk();
    session.send({ type: 'user.renamed', name: 'new' });
    session.send({ type: 'user.settingsChanged', settings: { model: 'opus' } });
    expect(session.record()).toMatchObject({ name: 'new', model: 'opus' });
  });

  it('its watch is told which Claude to watch, when the phone wants it back, and that the terminal is through', () => {
    const session = atDesk();
    session.send({ type: 'desk.opened', claude: DESK_CLAUDE });
    session.send({ type: 'user.detach' });
    expect(session.phase()).toBe('suspended.attached.closing');
    session.send({ type: 'user.detach' });
    session.send({ type: 'desk.handedBack', conversations: ['c1'] });
    expect(session.deskOrders).toEqual([
      { type: 'desk.watch', claude: DESK_CLAUDE },
      { type: 'desk.close' },
      { type: 'desk.release', conversations: ['c1'] },
    ]);
    expect(session.record().desk?.claude).toEqual(DESK_CLAUDE);
  });

  it('the next daemon finds it so, and starts nothing', () => {
    const session = atDesk();
    session.message('m1');
    const next = session.restarted();
    expect(next.phase()).toBe('suspended.attached.open');
    expect(next.watched).toEqual([{ id: 's1', desk: session.record().desk }]);
    expect(next.spawned).toEqual([]);
  });

  it('a daemon that died while it handed over first ends the process that was left', async () => {
    const session = SESSION_IN['live.stopping.handingOver']().restarted();
    expect(session.phase()).toBe('recovering.looking');
    session.recoveries[0]?.finds([]);
    await expect.poll(session.phase, { interval: 1 }).toBe('suspended.attached.open');
  });

  it('the phone can change its mind while the desk still waits for the process to end', () => {
    const session = SESSION_IN['live.stopping.handingOver']();
    session.send({ type: 'user.detach' });
    session.exits();
    expect(session.phase()).toBe('suspended.resting');
    expect(session.record().desk).toBeNull();
  });
});

describe('handing back', () => {
  it('the chat is told what happened, and what waited goes to Claude in the same conversation', () => {
    const session = atDesk();
    session.message('m1');
    session.deskIsThrough({ prompts: 3, lastWords: 'Done.' });
    expect(session.phase()).toBe('live.active.starting');
    expect(session.spawned).toMatchObject([{ claudeSessionId: session.record().claudeSessionId }]);
    expect(session.notices().at(-1)).toMatchObject({ type: 'deskClosed', prompts: 3, lastWords: 'Done.' });
    session.becomesReady();
    expect(session.prompts()).toEqual(['m1']);
    expect(session.record().desk).toBeNull();
  });

  it('without anything that waits it rests', () => {
    const session = atDesk();
    session.deskIsThrough();
    expect(session.phase()).toBe('suspended.resting');
    expect(session.record().conversationStarted).toBe(true);
  });

  it('the record follows to the conversation that was open there last', () => {
    const session = atDesk();
    session.deskSays({ type: 'desk.conversationSeen', claudeSessionId: 'c2' });
    session.deskSays({ type: 'desk.conversationSeen', claudeSessionId: 'c2' });
    expect(session.record().desk?.conversations).toHaveLength(2);
    session.deskIsThrough({ claudeSessionId: 'c2', isStarted: false });
    expect(session.record()).toMatchObject({ claudeSessionId: 'c2', conversationStarted: false });
    expect(session.notices().at(-1)).toMatchObject({ isNewConversation: true });
  });

  it('what had been handed over before is looked up before anything starts', () => {
    const inbox = [aMessage('m1', { state: 'parked' })];
    const session = startSession({ desk: HOLD, inbox, conversationStarted: true });
    expect(session.phase()).toBe('suspended.attached.open');
    session.deskIsThrough();
    expect(session.phase()).toBe('recovering.looking');
  });

  it('what it cost there is the session’s, and the next turn counts on from there', () => {
    const session = startSession({ claudeTotals: { reported: spending(1), kept: spending(1) } });
    session.deskAsks();
    session.deskIsThrough({ spent: spending(1.5) });
    expect(session.record().usage.costUsd).toBeCloseTo(0.5);
    session.message('m1');
    session.becomesReady();
    session.says({ type: 'claude.spent', total: spending(1.75), durationMs: 10 });
    expect(session.record().usage.costUsd).toBeCloseTo(0.75);
  });

  it.each([
    ['does not say what it cost', { spent: null }],
    ['is another conversation, with a past of its own', { spent: spending(9), claudeSessionId: 'c9' }],
  ])('one that %s costs nothing that nobody knows of', (_, visit) => {
    const session = startSession({ claudeTotals: { reported: spending(1), kept: spending(1) } });
    session.deskAsks();
    session.deskIsThrough(visit);
    expect(session.record().usage.costUsd).toBe(0);
    session.message('m1');
    session.becomesReady();
    session.says({ type: 'claude.spent', total: spending(9.5), durationMs: 10 });
    expect(session.record().usage.costUsd).toBeLessThanOrEqual(0.5);
  });
});

it('a conversation that was put here from a terminal says so', () => {
  const session = startSession();
  session.send({ type: 'desk.adopted', host: 'den' });
  expect(session.notices()).toEqual([{ type: 'adopted', host: 'den', workspace: '/work' }]);
});
