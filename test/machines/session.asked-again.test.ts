/** What Claude asks outlives its process: one question, answered once, for the same request and no other. */
import { describe, expect, it } from 'vitest';
import type { Approval } from '../../machines/session-record.ts';
import { anApproval } from '../helpers/records.ts';
import { SESSION_IN, type TestSession } from '../helpers/session-actor.ts';

const COMMAND = anApproval('a1');
const PLAN = anApproval('a1', { toolName: 'ExitPlanMode', input: { plan: 'p' }, subject: { type: 'plan' } });
const QUESTION = anApproval('a1', {
  toolName: 'AskUserQuestion',
  suggestion: 'none',
  subject: {
    type: 'questions',
    questions: ['Which colour?', 'Which fruit?'].map((question) => ({
      question,
      options: ['Red', 'Blue'].map((label) => ({ label, description: '' })),
      multiSelect: false,
    })),
    answers: [],
    chosen: [],
  },
});

/** Claude asks, in a message of the chat, and waits. */
function asking(approval: Approval = COMMAND): TestSession {
  const session = SESSION_IN['live.active.working']();
  session.says({ type: 'claude.approvalRequested', approval });
  session.send({ type: 'telegram.delivered', outboxId: 1, messageId: 77 });
  return session;
}

/** A stop whose time is up; Claude is ended. */
function stopped(session: TestSession): TestSession {
  session.send({ type: 'daemon.drain' });
  session.send({ type: 'daemon.stop' });
  session.exits(143);
  expect(session.phase()).toBe('suspended.drained');
  return session;
}

/** The next daemon has looked, and has Claude take the turn up. */
async function takenUp(next: TestSession, fate: 'cutOff' | 'absent' = 'cutOff'): Promise<TestSession> {
  const uuid = next.recoveries[0]?.input.uuids[0] ?? 'm1';
  next.recoveries[0]?.finds([fate === 'absent' ? { uuid, fate } : { uuid, fate, continuationUuid: 'c1' }]);
  await expect.poll(next.phase).toBe('live.active.starting');
  next.becomesReady();
  next.says({ type: 'claude.turnStarted' });
  return next;
}

const asksAgain = (session: TestSession, approval: Approval = COMMAND) =>
  session.says({
    type: 'claude.approvalRequested',
    approval: { ...approval, id: 'a2', request: { state: 'open', id: 'a2' } },
  });

const tap = (
  session: TestSession,
  button: 'allow' | 'deny' | 'words' | { question: number; option: number },
) => session.send({ type: 'user.approvalTapped', id: 'a1', tap: button });

const answers = (session: TestSession) =>
  session.received.flatMap((command) => (command.type === 'claude.answerApproval' ? [command] : []));

const ENDS: [string, (session: TestSession) => TestSession][] = [
  ['a stop', (session) => stopped(session).restarted()],
  ['the death of the daemon', (session) => session.restarted()],
];

describe.each(ENDS)('over %s', (_, next) => {
  it('what Claude asks keeps its message and its buttons, and nobody is told anything', async () => {
    const session = await takenUp(next(asking()));
    asksAgain(session);
    expect(session.phase()).toBe('live.active.awaitingApproval');
    expect(session.record().approvals).toEqual([
      { ...COMMAND, messageId: 77, request: { state: 'open', id: 'a2' } },
    ]);
    expect(session.owed()).toEqual([]);
    tap(session, 'allow');
    expect(answers(session)).toEqual([
      { type: 'claude.answerApproval', id: 'a2', answer: { type: 'allow' } },
    ]);
    expect(session.phase()).toBe('live.active.working');
  });

  it('an answer that comes before Claude asks again is kept for it, and is good for once', async () => {
    const restarted = next(asking());
    tap(restarted, 'allow');
    expect(answers(restarted)).toEqual([]);
    const session = await takenUp(restarted.restarted());
    tap(session, 'deny');
    asksAgain(session);
    expect(answers(session)).toMatchObject([{ id: 'a2', answer: { type: 'allow' } }]);
    expect(session.record().approvals).toEqual([]);
    session.says({ type: 'claude.approvalRequested', approval: anApproval('a3') });
    expect(answers(session)).toHaveLength(1);
    expect(session.owed()).toEqual([{ kind: 'approval', approvalId: 'a3' }]);
  });
});

describe('an answer that was given meanwhile', () => {
  it.each<[string, Partial<Approval>]>([
    ['another command', { input: { command: 'ls /' } }],
    ['more than was shown', { input: { command: 'ls', run_in_background: true } }],
    ['less than was shown', { input: {} }],
    ['another tool', { toolName: 'Write' }],
    ['something else to be kept', { suggestion: 'edits' }],
  ])('is not for %s, which is asked about anew', async (__, other) => {
    const restarted = stopped(asking()).restarted();
    tap(restarted, 'allow');
    const session = await takenUp(restarted);
    asksAgain(session, anApproval('a2', other));
    expect(answers(session)).toEqual([]);
    expect(session.record().approvals).toMatchObject([{ id: 'a2', request: { state: 'open' } }]);
    expect(session.owed()).toEqual([
      { kind: 'approvalClosed', messageId: 77, toolName: 'Bash', why: 'notAskedAgain' },
      { kind: 'approval', approvalId: 'a2' },
    ]);
  });

  it('is for the same input, however its fields are ordered', async () => {
    const asked = anApproval('a1', { input: { a: [1, { b: null }], c: 'x' } });
    const restarted = stopped(asking(asked)).restarted();
    tap(restarted, 'allow');
    const session = await takenUp(restarted);
    asksAgain(session, { ...asked, input: { c: 'x', a: [1, { b: null }] } });
    expect(answers(session)).toHaveLength(1);
  });

  it('is for nothing once the turn has ended without the request', async () => {
    const restarted = stopped(asking()).restarted();
    tap(restarted, 'allow');
    const session = await takenUp(restarted);
    session.answers();
    expect(session.record().approvals).toEqual([]);
    expect(session.owed()).toContainEqual({
      kind: 'approvalClosed',
      messageId: 77,
      toolName: 'Bash',
      why: 'notAskedAgain',
    });
    session.message('m2');
    asksAgain(session);
    expect(answers(session)).toEqual([]);
  });

  it('leaves a plan in its mode until Claude gets it', async () => {
    const restarted = stopped(asking(PLAN)).restarted();
    restarted.send({ type: 'user.settingsChanged', settings: { permissionMode: 'plan' } });
    tap(restarted, 'allow');
    expect(restarted.record().permissionMode).toBe('plan');
    const session = await takenUp(restarted);
    asksAgain(session, PLAN);
    expect(session.record().permissionMode).toBe('default');
  });

  it('may be the rest of several questions', async () => {
    const before = asking(QUESTION);
    tap(before, { question: 0, option: 1 });
    const restarted = stopped(before).restarted();
    tap(restarted, { question: 1, option: 0 });
    const session = await takenUp(restarted);
    asksAgain(session, QUESTION);
    expect(answers(session)).toMatchObject([
      { answer: { answers: { 'Which colour?': 'Blue', 'Which fruit?': 'Red' } } },
    ]);
  });
});

describe('words', () => {
  it('that are said meanwhile are the answer and no prompt, and are not taken for lost', async () => {
    const before = asking();
    tap(before, 'words');
    const restarted = stopped(before).restarted();
    restarted.message('m2');
    const session = await takenUp(restarted.restarted());
    asksAgain(session);
    expect(answers(session)).toMatchObject([{ answer: { type: 'deny', why: 'm2' } }]);
    session.answers();
    expect(session.prompts()).toEqual(['c1']);
    expect(session.notices().map(({ type }) => type)).toEqual(['wordsWanted']);
    expect(session.record().handled).toContain('m2');
  });

  it('for which Claude does not ask again are told to be lost', async () => {
    const before = asking();
    tap(before, 'words');
    const restarted = stopped(before).restarted();
    restarted.message('m2');
    const session = await takenUp(restarted);
    session.answers();
    expect(session.notices().at(-1)).toEqual({ type: 'wordsLost' });
    expect(session.record().inbox).toEqual([]);
  });
});

describe('what was asked is closed', () => {
  it.each<[string, (session: TestSession) => void]>([
    ['a person stops the turn', (session) => session.send({ type: 'user.interrupt' })],
    ['a person suspends the session', (session) => session.send({ type: 'user.suspend' })],
    ['a person ends the session', (session) => session.send({ type: 'user.end' })],
    ['the desk takes the session', (session) => session.deskAsks()],
    [
      'the conversation is another one',
      (session) => session.send({ type: 'user.newConversation', claudeSessionId: 'c2' }),
    ],
    [
      'the folder is another one',
      (session) => session.send({ type: 'user.workspaceChanged', workspace: '/elsewhere' }),
    ],
  ])('when %s while the next process waits for room', async (__, act) => {
    const session = stopped(asking()).restarted(0, {}, true);
    session.recoveries[0]?.finds([{ uuid: 'm1', fate: 'cutOff', continuationUuid: 'c1' }]);
    await expect.poll(session.phase).toBe('awaitingRoom.forMessage.untold');
    expect(session.record().approvals).toHaveLength(1);
    act(session);
    expect(session.record().approvals).toEqual([]);
    expect(session.owed()).toContainEqual(expect.objectContaining({ kind: 'approvalClosed', messageId: 77 }));
  });

  it('when a person stops the turn while the next process starts', async () => {
    const session = stopped(asking()).restarted();
    session.recoveries[0]?.finds([{ uuid: 'm1', fate: 'cutOff', continuationUuid: 'c1' }]);
    await expect.poll(session.phase).toBe('live.active.starting');
    session.send({ type: 'user.interrupt' });
    session.becomesReady();
    expect(session.phase()).toBe('live.idle');
    expect(session.record().approvals).toEqual([]);
  });

  it('when the transcript says that its turn was over', async () => {
    const session = asking().restarted();
    session.recoveries[0]?.finds([{ uuid: 'm1', fate: 'answered', markdown: 'done' }]);
    await expect.poll(session.phase).not.toBe('recovering.looking');
    expect(session.record().approvals).toEqual([]);
  });
});

it('a daemon that dies again and again while Claude waits for a person asks nobody whether to go on', async () => {
  let session = asking();
  for (let death = 0; death < 3; death++) {
    session = await takenUp(session.restarted());
    asksAgain(session);
  }
  expect(session.record().choices).toEqual([]);
  expect(session.owed()).toEqual([]);
  expect(session.record().approvals).toMatchObject([{ id: 'a1', messageId: 77 }]);
});

it('a prompt that never arrived is given again, and what it had led to is the same question', async () => {
  const session = await takenUp(asking().restarted(), 'absent');
  asksAgain(session);
  expect(session.owed()).toEqual([]);
});
