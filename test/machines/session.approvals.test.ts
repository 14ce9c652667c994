/** Approvals: asked once, answered once, waited for without limit. */
import { describe, expect, it } from 'vitest';
import type { Approval, ApprovalTap } from '../../machines/session-record.ts';
import { anApproval } from '../helpers/records.ts';
import { SESSION_IN, startSession, type TestSession } from '../helpers/session-actor.ts';

describe('an approval', () => {
  it('is asked in the chat and waited for, days if need be', () => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    expect(session.owed()).toEqual([{ kind: 'approval', approvalId: 'a1' }]);
    session.pass(7 * 86_400_000);
    expect(session.phase()).toBe('live.active.awaitingApproval');
  });

  it.each(['allow', 'allowForSession', 'allowForProject', 'deny'] as const)(
    'answered with %s goes to Claude',
    (decision) => {
      const session = SESSION_IN['live.active.awaitingApproval']();
      session.send({ type: 'user.approvalTapped', id: 'a1', tap: decision });
      expect(session.received.at(-1)).toMatchObject({
        type: 'claude.answerApproval',
        id: 'a1',
        answer: { type: decision },
      });
      expect(session.phase()).toBe('live.active.working');
      expect(session.record().approvals).toEqual([]);
    },
  );

  it('is kept for the project only where there is a rule to keep', () => {
    const session = SESSION_IN['live.active.working']();
    const approval = anApproval('a1', { suggestion: 'edits' });
    session.says({ type: 'claude.approvalRequested', approval });
    session.send({ type: 'user.approvalTapped', id: 'a1', tap: 'allowForProject' });
    expect(session.phase()).toBe('live.active.awaitingApproval');
  });

  it('is answered once', () => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    session.send({ type: 'user.approvalTapped', id: 'a1', tap: 'deny' });
    session.send({ type: 'user.approvalTapped', id: 'a1', tap: 'allow' });
    expect(session.received.filter(({ type }) => type === 'claude.answerApproval')).toHaveLength(1);
  });

  it('with an unknown id changes nothing', () => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    session.send({ type: 'user.approvalTapped', id: 'forged', tap: 'allow' });
    expect(session.phase()).toBe('live.active.awaitingApproval');
    expect(session.record().approvals).toHaveLength(1);
    expect(session.received.map(({ type }) => type)).not.toContain('claude.answerApproval');
  });

  it('beside another is waited for, too', () => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    session.says({ type: 'claude.approvalRequested', approval: anApproval('a2') });
    session.send({ type: 'user.approvalTapped', id: 'a1', tap: 'allow' });
    expect(session.phase()).toBe('live.active.awaitingApproval');
    session.send({ type: 'user.approvalTapped', id: 'a2', tap: 'deny' });
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
    session.send({ type: 'user.approvalTapped', id: 'a1', tap: 'allow' });
    expect(session.phase()).toBe('live.active.background.running');
  });

  it('of a background task does not make messages wait for ever', () => {
    const session = SESSION_IN['live.active.background.awaitingApproval']();
    session.message('m2');
    session.send({ type: 'user.approvalTapped', id: 'a1', tap: 'allow' });
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

const QUESTIONS = [
  {
    question: 'Which colour?',
    options: [
      { label: 'Red', description: '' },
      { label: 'Blue', description: '' },
    ],
    multiSelect: false,
  },
  {
    question: 'Which fruits?',
    options: [
      { label: 'Apple', description: '' },
      { label: 'Pear', description: '' },
      { label: 'Plum', description: '' },
    ],
    multiSelect: true,
  },
];

function asks(subject: Approval['subject']): TestSession {
  const session = SESSION_IN['live.active.working']();
  session.says({ type: 'claude.approvalRequested', approval: anApproval('a1', { subject }) });
  isDelivered(session, 77);
  return session;
}

/** Telegram takes what is owed last. */
function isDelivered(session: TestSession, messageId: number): void {
  const outboxId = session.record().outbox.at(-1)?.id ?? -1;
  session.send({ type: 'telegram.delivered', outboxId, messageId });
}

const tap = (session: TestSession, button: ApprovalTap) =>
  session.send({ type: 'user.approvalTapped', id: 'a1', tap: button });
const answer = (session: TestSession) =>
  session.received.flatMap((command) => (command.type === 'claude.answerApproval' ? [command.answer] : []));

describe('an approval that is denied in words', () => {
  it('takes the next message as the reason, which is no prompt', () => {
    const session = asks({ type: 'tool' });
    tap(session, 'words');
    expect(session.notices()).toEqual([{ type: 'wordsWanted', about: 'tool' }]);
    expect(session.record().outbox.at(-1)?.replyTo).toBe(77);
    session.message('m2');
    expect(answer(session)).toEqual([{ type: 'deny', why: 'm2' }]);
    expect(session.phase()).toBe('live.active.working');
    expect(session.owed()).toContainEqual({
      kind: 'approvalClosed',
      messageId: 77,
      toolName: 'Bash',
      why: 'answered',
    });
    session.answers();
    expect(session.prompts()).toEqual(['m1']);
    expect(session.record()).toMatchObject({ inbox: [], handled: ['m1', 'm2'] });
    expect(session.phase()).toBe('live.idle');
  });

  it('takes one message, once: those after it wait as ever', () => {
    const session = asks({ type: 'tool' });
    tap(session, 'words');
    session.message('m2');
    session.message('m2');
    session.message('m3');
    expect(answer(session)).toHaveLength(1);
    session.answers();
    expect(session.prompts()).toEqual(['m1', 'm3']);
  });

  it('can be answered by a button after all', () => {
    const session = asks({ type: 'tool' });
    tap(session, 'words');
    tap(session, 'allow');
    session.message('m2');
    expect(answer(session)).toEqual([{ type: 'allow' }]);
    expect(session.record().inbox).toMatchObject([{ uuid: 'm1' }, { uuid: 'm2', state: 'delivered' }]);
  });

  it('is the one whose button was tapped last', () => {
    const session = asks({ type: 'tool' });
    session.says({ type: 'claude.approvalRequested', approval: anApproval('a2') });
    tap(session, 'words');
    session.send({ type: 'user.approvalTapped', id: 'a2', tap: 'words' });
    session.message('m2');
    expect(session.received.at(-1)).toMatchObject({ id: 'a2', answer: { type: 'deny', why: 'm2' } });
    expect(session.record().approvals).toMatchObject([{ id: 'a1', awaits: 'tap' }]);
  });

  it('does not keep the words from their sender if Claude perhaps never got them', async () => {
    const session = asks({ type: 'tool' });
    tap(session, 'words');
    session.message('m2');
    const next = session.restarted();
    next.recoveries[0]?.finds([{ uuid: 'm1', fate: 'cutOff', continuationUuid: 'c1' }]);
    await expect.poll(next.phase).toBe('live.active.starting');
    expect(next.recoveries[0]?.input.uuids).toEqual(['m1']);
    expect(next.record().outbox).toContainEqual(
      expect.objectContaining({ replyTo: 2, body: { kind: 'notice', notice: { type: 'wordsLost' } } }),
    );
    expect(next.record().handled).toContain('m2');
  });

  it('of a background task, too', () => {
    const session = SESSION_IN['live.active.background.awaitingApproval']();
    tap(session, 'words');
    session.message('m2');
    expect(answer(session)).toEqual([{ type: 'deny', why: 'm2' }]);
    expect(session.phase()).toBe('live.active.background.running');
  });
});

describe('questions', () => {
  const questions = () => asks({ type: 'questions', questions: QUESTIONS, answers: [], chosen: [] });

  it('are asked one after the other, each in a message of its own, and answered together', () => {
    const session = questions();
    tap(session, { question: 0, option: 1 });
    expect(session.owed()).toEqual([{ kind: 'approval', approvalId: 'a1' }]);
    expect(session.record().approvals).toMatchObject([{ messageId: null, subject: { answers: ['Blue'] } }]);
    isDelivered(session, 78);
    tap(session, { question: 1, option: 2 });
    tap(session, { question: 1, option: 0 });
    tap(session, { question: 1, option: 1 });
    tap(session, { question: 1, option: 1 });
    expect(session.record().approvals).toMatchObject([{ subject: { chosen: ['Apple', 'Plum'] } }]);
    expect(answer(session)).toEqual([]);
    tap(session, { question: 1, option: 'done' });
    expect(answer(session)).toEqual([
      { type: 'answers', answers: { 'Which colour?': 'Blue', 'Which fruits?': 'Apple, Plum' } },
    ]);
    expect(session.phase()).toBe('live.active.working');
  });

  it('can be answered in words, beside options or instead of them', () => {
    const session = questions();
    tap(session, 'words');
    session.message('m2');
    expect(session.record().approvals).toMatchObject([{ awaits: 'tap', subject: { answers: ['m2'] } }]);
    tap(session, { question: 1, option: 0 });
    tap(session, 'words');
    session.message('m3');
    expect(answer(session)).toEqual([
      { type: 'answers', answers: { 'Which colour?': 'm2', 'Which fruits?': 'Apple, m3' } },
    ]);
    session.answers();
    expect(session.record().handled).toEqual(['m1', 'm2', 'm3']);
  });

  it.each<[string, ApprovalTap]>([
    ['a button of an earlier question', { question: 0, option: 0 }],
    ['a button of a later one', { question: 2, option: 0 }],
    ['an option that there is not', { question: 1, option: 3 }],
    ['Done before anything is chosen', { question: 1, option: 'done' }],
    ['leave that was not asked for', 'allow'],
    ['a rule that was not offered', 'allowForSession'],
  ])('are not answered by %s', (_, button) => {
    const session = questions();
    tap(session, { question: 0, option: 0 });
    const before = session.record().approvals;
    tap(session, button);
    expect(session.record().approvals).toEqual(before);
    expect(answer(session)).toEqual([]);
  });

  it('can be refused', () => {
    const session = questions();
    tap(session, 'deny');
    expect(answer(session)).toEqual([{ type: 'deny', why: null }]);
  });
});

describe('a plan', () => {
  it.each([
    ['allow', 'default'],
    ['acceptEdits', 'acceptEdits'],
    ['deny', 'plan'],
  ] as const)('answered with %s leaves the session in the mode %s', (button, mode) => {
    const session = startSession({ permissionMode: 'plan' });
    session.message('m1');
    session.becomesReady();
    const approval = anApproval('a1', { subject: { type: 'plan' } });
    session.says({ type: 'claude.approvalRequested', approval });
    tap(session, button);
    expect(answer(session)).toMatchObject([{ type: button }]);
    expect(session.record().permissionMode).toBe(mode);
  });

  it('goes back with a remark', () => {
    const session = asks({ type: 'plan' });
    tap(session, 'words');
    session.message('m2');
    expect(answer(session)).toEqual([{ type: 'deny', why: 'm2' }]);
  });
});
