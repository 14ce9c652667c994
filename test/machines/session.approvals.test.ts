/** Approvals: asked once, answered once, waited for without limit. */
import { describe, expect, it } from 'vitest';
import { anApproval } from '../helpers/records.ts';
import { SESSION_IN } from '../helpers/session-actor.ts';

describe('an approval', () => {
  it('is asked in the chat and waited for, days if need be', () => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    expect(session.owed()).toEqual([{ kind: 'approval', approvalId: 'a1' }]);
    session.pass(7 * 86_400_000);
    expect(session.phase()).toBe('live.active.awaitingApproval');
  });

  it.each(['allow', 'allowForSession', 'deny'] as const)('answered with %s goes to Claude', (decision) => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    session.send({ type: 'user.approvalAnswered', id: 'a1', decision });
    expect(session.received.at(-1)).toEqual({ type: 'claude.answerApproval', id: 'a1', decision });
    expect(session.phase()).toBe('live.active.working');
    expect(session.record().approvals).toEqual([]);
  });

  it('is answered once', () => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    session.send({ type: 'user.approvalAnswered', id: 'a1', decision: 'deny' });
    session.send({ type: 'user.approvalAnswered', id: 'a1', decision: 'allow' });
    expect(session.received.filter(({ type }) => type === 'claude.answerApproval')).toHaveLength(1);
  });

  it('with an unknown id changes nothing', () => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    session.send({ type: 'user.approvalAnswered', id: 'forged', decision: 'allow' });
    expect(session.phase()).toBe('live.active.awaitingApproval');
    expect(session.record().approvals).toHaveLength(1);
    expect(session.received.map(({ type }) => type)).not.toContain('claude.answerApproval');
  });

  it('beside another is waited for, too', () => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    session.says({ type: 'claude.approvalRequested', approval: anApproval('a2') });
    session.send({ type: 'user.approvalAnswered', id: 'a1', decision: 'allow' });
    expect(session.phase()).toBe('live.active.awaitingApproval');
    session.send({ type: 'user.approvalAnswered', id: 'a2', decision: 'deny' });
    expect(session.phase()).toBe('live.active.working');
  });

  it('that Claude withdraws is closed in the chat', () => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    session.send({ type: 'telegram.delivered', outboxId: 1, messageId: 77 });
    session.says({ type: 'claude.approvalWithdrawn', id: 'a1' });
    expect(session.owed()).toEqual([
      { kind: 'approvalClosed', messageId: 77, toolName: 'Bash', why: 'interrupted' },
    ]);
    expect(session.phase()).toBe('live.active.working');
  });

  it('that Claude withdraws before the chat was asked is not asked any more', () => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    session.says({ type: 'claude.approvalWithdrawn', id: 'a1' });
    expect(session.owed()).toEqual([]);
  });

  it('of a background task leads back to the background, not into a turn that nobody ends', () => {
    const session = SESSION_IN['live.active.background.awaitingApproval']();
    session.send({ type: 'user.approvalAnswered', id: 'a1', decision: 'allow' });
    expect(session.phase()).toBe('live.active.background.running');
  });

  it('of a background task does not make messages wait for ever', () => {
    const session = SESSION_IN['live.active.background.awaitingApproval']();
    session.message('m2');
    session.send({ type: 'user.approvalAnswered', id: 'a1', decision: 'allow' });
    expect(session.prompts()).toEqual(['m1', 'm2']);
  });

  it('is closed when the turn is interrupted', () => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    session.send({ type: 'user.interrupt' });
    session.says({ type: 'claude.turnEnded' });
    expect(session.record().approvals).toEqual([]);
    expect(session.phase()).toBe('live.idle');
  });
});
