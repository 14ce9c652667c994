/** Messages that come while Claude works: steered into its turn, changed, taken back, dropped with it, found after a crash. */
import { describe, expect, it } from 'vitest';
import { waitFor } from 'xstate';
import { SESSION_IN, startSession, type TestSession } from '../helpers/session-actor.ts';
import { aMessage, PROCESS } from '../helpers/records.ts';

const takes = (session: TestSession, uuid: string) => session.says({ type: 'claude.promptTaken', uuid });
const states = (session: TestSession) => session.record().inbox.map(({ uuid, state }) => `${uuid} ${state}`);
const edits = (session: TestSession, messageId: number, text: string) =>
  session.send({ type: 'user.edited', messageId, newUuid: `e${String(messageId)}`, text });
const withdraws = (session: TestSession, messageId: number) =>
  session.send({ type: 'user.withdrew', messageId });

/** A turn on m1, which Claude has taken. */
function atWork(): TestSession {
  const session = SESSION_IN['live.active.working']();
  takes(session, 'm1');
  return session;
}

async function finds(session: TestSession, fates: Parameters<TestSession['recoveries'][0]['finds']>[0]) {
  session.recoveries.at(-1)?.finds(fates);
  await waitFor(session.actor, () => session.phase() !== 'recovering.looking');
}

describe('a message that comes while Claude works', () => {
  it.each(['working', 'silent', 'awaitingApproval'] as const)('is handed over at once (%s)', (state) => {
    const session = SESSION_IN[`live.active.${state}`]();
    session.message('m2');
    session.message('m2');
    expect(session.prompts()).toEqual(['m1', 'm2']);
    expect(session.phase()).toBe(`live.active.${state}`);
  });

  it('is answered with the turn that took it in, in reply to the first message', () => {
    const session = atWork();
    session.message('m2');
    takes(session, 'm2');
    session.answers('both done');
    expect(session.record()).toMatchObject({
      inbox: [],
      handled: ['m1', 'm2'],
      outbox: [{ replyTo: 1, body: { kind: 'answer', markdown: 'both done' } }],
    });
    expect(session.phase()).toBe('live.idle');
  });

  it('has an answer of its own if its turn came after', () => {
    const session = atWork();
    session.message('m2');
    session.says({ type: 'claude.answered', markdown: 'one', answers: ['m1'] });
    expect(states(session)).toEqual(['m2 delivered']);
    takes(session, 'm2');
    session.answers('two');
    expect(session.record().outbox.map(({ replyTo }) => replyTo)).toEqual([1, 2]);
  });

  it('goes with the turn that is stopped, and the sender is told once; what comes after the stop is new', () => {
    const session = atWork();
    session.message('m2');
    session.message('m3');
    session.send({ type: 'user.interrupt' });
    session.message('m4');
    session.says({ type: 'claude.turnEnded' });
    expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 2 }]);
    expect(session.record().outbox).toMatchObject([{ replyTo: 1 }]);
    expect(session.prompts()).toEqual(['m1', 'm2', 'm3', 'm4']);
    expect(states(session)).toEqual(['m4 delivered']);
  });

  it('is dropped with the others if the process is only starting', () => {
    const session = SESSION_IN['live.active.starting']();
    session.message('m2');
    session.send({ type: 'user.interrupt' });
    expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 1 }]);
    session.says({ type: 'claude.ready' });
    expect(session.prompts()).toEqual([]);
  });

  it('never goes into a turn as the request to continue another one', () => {
    const session = startSession({
      inbox: [aMessage('m1'), aMessage('c1', { attempt: 1 }), aMessage('m3')],
    });
    session.becomesReady();
    expect(session.prompts()).toEqual(['m1']);
    session.message('m4');
    expect(session.prompts()).toEqual(['m1']);
    session.answers();
    expect(session.prompts()).toEqual(['m1', 'c1', 'm3', 'm4']);
  });
});

describe('a session that is set to queue', () => {
  it('stops one turn, and goes on with the next message', () => {
    const session = SESSION_IN['live.active.working']();
    session.send({ type: 'user.whileWorkingChanged', whileWorking: 'queue' });
    session.message('m2');
    session.send({ type: 'user.interrupt' });
    session.says({ type: 'claude.turnEnded' });
    expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 0 }]);
    expect(session.prompts()).toEqual(['m1', 'm2']);
  });
});

describe('an edited message', () => {
  it('has the new words if it waits', () => {
    const session = SESSION_IN['live.active.starting']();
    edits(session, 1, 'better words');
    session.says({ type: 'claude.ready' });
    expect(session.received).toEqual([{ type: 'claude.prompt', uuid: 'e1', text: 'better words' }]);
    session.message('m1');
    expect(session.prompts()).toEqual(['e1']);
  });

  it('is asked back from Claude, and goes there again with the new words', () => {
    const session = atWork();
    session.message('m2');
    edits(session, 2, 'better words');
    expect(session.received.at(-1)).toEqual({ type: 'claude.withdraw', uuid: 'm2' });
    session.says({ type: 'claude.promptWithdrawn', uuid: 'm2' });
    expect(session.received.at(-1)).toEqual({ type: 'claude.prompt', uuid: 'e2', text: 'better words' });
    expect(session.notices()).toEqual([]);
  });

  it('is told to be too late if Claude has it', () => {
    const session = atWork();
    edits(session, 1, 'better words');
    edits(session, 1, 'm1');
    expect(session.record().outbox).toMatchObject([
      { replyTo: 1, body: { notice: { type: 'tooLate', wish: 'edit' } } },
    ]);
  });

  it('is told to be too late if Claude takes it just then', () => {
    const session = atWork();
    session.message('m2');
    edits(session, 2, 'better words');
    takes(session, 'm2');
    expect(session.notices()).toEqual([{ type: 'tooLate', wish: 'edit' }]);
    session.answers();
    expect(session.notices()).toHaveLength(1);
  });

  it('of long ago changes nothing', () => {
    const session = SESSION_IN['live.idle']();
    edits(session, 1, 'better words');
    expect(session.notices()).toEqual([]);
  });
});

describe('a message that is taken back', () => {
  it('does not go to Claude if it waits', () => {
    const session = SESSION_IN['live.active.starting']();
    withdraws(session, 1);
    session.says({ type: 'claude.ready' });
    expect(session.prompts()).toEqual([]);
    expect(session.notices()).toEqual([{ type: 'withdrawn' }]);
  });

  it('is asked back from Claude', () => {
    const session = atWork();
    session.message('m2');
    withdraws(session, 2);
    withdraws(session, 2);
    session.says({ type: 'claude.promptWithdrawn', uuid: 'm2' });
    expect(session.received.filter(({ type }) => type === 'claude.withdraw')).toHaveLength(1);
    expect(session.notices()).toEqual([{ type: 'withdrawn' }]);
    session.answers();
    expect(states(session)).toEqual([]);
  });

  it('stays if Claude has it', () => {
    const session = atWork();
    withdraws(session, 1);
    expect(session.notices()).toEqual([{ type: 'tooLate', wish: 'withdraw' }]);
    expect(states(session)).toEqual(['m1 taken']);
  });
});

describe('a crash with several messages in hand', () => {
  it('is told once; what is in the turn is continued with one prompt, and what never arrived goes to Claude again', async () => {
    const session = atWork();
    for (const uuid of ['m2', 'm3']) session.message(uuid);
    takes(session, 'm2');
    session.exits(null, 'SIGKILL');
    expect(session.recoveries[0]?.input.uuids).toEqual(['m1', 'm2', 'm3']);
    await finds(session, [
      { uuid: 'm1', fate: 'cutOff', continuationUuid: 'c1' },
      { uuid: 'm2', fate: 'joined', turnOf: 'm1' },
      { uuid: 'm3', fate: 'absent' },
    ]);
    expect(session.notices()).toMatchObject([{ type: 'crashed', outcome: 'continuing' }]);
    expect(states(session)).toEqual(['c1 waiting', 'm3 waiting']);
    session.becomesReady();
    expect(session.prompts()).toEqual(['m1', 'm2', 'm3', 'c1', 'm3']);
    for (const uuid of ['m1', 'm2', 'm3']) session.message(uuid);
    expect(session.prompts()).toHaveLength(5);
  });

  it('owes the answer of their turn once, if it was written', async () => {
    const inbox = [aMessage('m1', { state: 'taken' }), aMessage('m2', { state: 'delivered', messageId: 2 })];
    const session = startSession({ state: 'active', process: PROCESS, inbox });
    await finds(session, [
      { uuid: 'm1', fate: 'answered', markdown: 'both' },
      { uuid: 'm2', fate: 'joined', turnOf: 'm1' },
    ]);
    expect(session.owed()).toEqual([{ kind: 'answer', markdown: 'both' }]);
    expect(session.record()).toMatchObject({ inbox: [], handled: ['m1', 'm2'] });
  });

  it('does what the sender wanted of a message that did not arrive, and tells them if it did', async () => {
    const wish = { type: 'edit', uuid: 'e', text: 'better words' } as const;
    const inbox = [
      aMessage('m1', { state: 'delivered', wish: { ...wish, uuid: 'e1' } }),
      aMessage('m2', { state: 'delivered', messageId: 2, wish: { ...wish, uuid: 'e2' } }),
      aMessage('m3', { state: 'delivered', messageId: 3, wish: { type: 'withdraw' } }),
    ];
    const session = startSession({ state: 'active', process: PROCESS, inbox });
    await finds(session, [
      { uuid: 'm1', fate: 'answered', markdown: 'done' },
      { uuid: 'm2', fate: 'absent' },
      { uuid: 'm3', fate: 'absent' },
    ]);
    expect(session.notices().map(({ type }) => type)).toEqual(['tooLate', 'withdrawn']);
    session.becomesReady();
    expect(session.received).toEqual([{ type: 'claude.prompt', uuid: 'e2', text: 'better words' }]);
  });
});
