/** A new conversation in a session: Claude forgets, nothing that a person sent gets lost. */
import { describe, expect, it } from 'vitest';
import { aMessage } from '../helpers/records.ts';
import { SESSION_IN, startSession, type TestSession } from '../helpers/session-actor.ts';

const NEXT = '00000000-0000-4000-8000-000000000002';
const clear = (session: TestSession) => session.send({ type: 'user.newConversation', claudeSessionId: NEXT });

describe('a new conversation', () => {
  it('of a suspended session begins with its next message', () => {
    const session = startSession({ conversationStarted: true });
    clear(session);
    expect(session.spawned).toEqual([]);
    session.message('m1');
    expect(session.spawned).toMatchObject([{ claudeSessionId: NEXT, conversationStarted: false }]);
  });

  it('ends the process of an idle session first, and is in the record before that', () => {
    const session = SESSION_IN['live.idle']();
    clear(session);
    expect(session.received.at(-1)).toEqual({ type: 'claude.stop' });
    expect(session.record().claudeSessionId).toBe(NEXT);
    session.message('m2');
    expect(session.spawned).toHaveLength(1);
    session.exits();
    expect(session.spawned[1]).toMatchObject({ claudeSessionId: NEXT, conversationStarted: false });
  });

  it('is not taken for begun by what the old process says at its end', () => {
    const session = SESSION_IN['live.idle']();
    clear(session);
    session.says({ type: 'claude.answered', markdown: 'late', answers: [] });
    session.exits();
    expect(session.record()).toMatchObject({ claudeSessionId: NEXT, conversationStarted: false });
  });

  it('interrupts the turn, says so, and begins with what waited', () => {
    const session = SESSION_IN['live.active.working']();
    session.send({ type: 'user.whileWorkingChanged', whileWorking: 'queue' });
    session.message('m2');
    clear(session);
    expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 0 }]);
    session.exits(143);
    expect(session.spawned[1]).toMatchObject({ claudeSessionId: NEXT });
    session.becomesReady();
    expect(session.prompts()).toEqual(['m1', 'm2']);
  });

  it('takes along what was steered into the turn, and says so', () => {
    const session = SESSION_IN['live.active.working']();
    session.message('m2');
    clear(session);
    expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 1 }]);
    expect(session.record().inbox).toEqual([]);
  });

  it('is what a daemon that died in between goes on with, and no message of the old one is continued', () => {
    const session = SESSION_IN['live.active.working']();
    session.spawns();
    clear(session);
    const after = session.restarted();
    expect(after.recoveries[0]?.input).toMatchObject({ claudeSessionId: NEXT, uuids: [] });
    expect(after.record().inbox).toEqual([]);
  });

  it('has no use for what the old one was asked to continue', () => {
    const session = startSession({
      inbox: [
        aMessage('m1', { state: 'undecided', attempt: 1 }),
        aMessage('m2', { state: 'held', attempt: 1 }),
        aMessage('m3', { state: 'held' }),
      ],
      choices: [{ number: 1, about: { type: 'cutOff', uuid: 'm1' }, messageId: 9 }],
    });
    clear(session);
    expect(session.record().inbox.map(({ uuid }) => uuid)).toEqual(['m3']);
    expect(session.record().choices).toEqual([]);
    expect(session.notices()).toEqual([
      { type: 'interrupted', dropped: 0 },
      { type: 'interrupted', dropped: 0 },
    ]);
  });
});
