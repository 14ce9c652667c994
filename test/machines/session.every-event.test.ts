/** Every state meets every event: nothing breaks, nothing is lost, and a record of every state can be restarted from. */
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../machines/session-events.ts';
import { isKnown } from '../../machines/session-inbox.ts';
import { sessionMachine } from '../../machines/session.machine.ts';
import { aFile, anApproval, anUntrustedFolder, DESK_CLAUDE, PROCESS, spending } from '../helpers/records.ts';
import { SESSION_IN, type TestSession } from '../helpers/session-actor.ts';

type StateName = keyof typeof SESSION_IN;
const STATES = Object.keys(SESSION_IN) as StateName[];

type Happens = (session: TestSession) => void;
type EventType = SessionEvent['type'];

/** Each event, and some of them in another way too. */
const EVENTS: Record<EventType, Happens> & Record<`${EventType} ${string}`, Happens> = {
  'user.message': (session) => session.message('m9'),
  'user.message again': (session) => session.message('m1'),
  'user.timeoutChanged': (session) => session.send({ type: 'user.timeoutChanged', idleTimeoutMs: 1000 }),
  'user.timeoutChanged off': (session) => session.send({ type: 'user.timeoutChanged', idleTimeoutMs: null }),
  'user.renamed': (session) => session.send({ type: 'user.renamed', name: 'new' }),
  'user.settingsChanged': (session) =>
    session.send({ type: 'user.settingsChanged', settings: { permissionMode: 'plan', model: 'opus' } }),
  'user.workspaceChanged': (session) =>
    session.send({ type: 'user.workspaceChanged', workspace: '/elsewhere' }),
  'user.newConversation': (session) => session.send({ type: 'user.newConversation', claudeSessionId: 'c2' }),
  'user.suspend': (session) => session.send({ type: 'user.suspend' }),
  'user.wake': (session) => session.send({ type: 'user.wake' }),
  'user.interrupt': (session) => session.send({ type: 'user.interrupt' }),
  'user.keepWaiting': (session) => session.send({ type: 'user.keepWaiting' }),
  'user.restart': (session) => session.send({ type: 'user.restart' }),
  'user.continue': (session) => session.send({ type: 'user.continue', uuid: 'm1' }),
  'user.drop': (session) => session.send({ type: 'user.drop', uuid: 'm1' }),
  'user.end': (session) => session.send({ type: 'user.end' }),
  'user.detach': (session) => session.send({ type: 'user.detach' }),
  'desk.requested': (session) => session.deskAsks(),
  'desk.opened': (session) => session.send({ type: 'desk.opened', claude: DESK_CLAUDE }),
  'desk.handedBack': (session) => session.send({ type: 'desk.handedBack', conversations: ['c2'] }),
  'desk.adopted': (session) => session.send({ type: 'desk.adopted', host: 'den' }),
  'desk.conversationSeen': (session) =>
    session.deskSays({ type: 'desk.conversationSeen', claudeSessionId: 'c2' }),
  'desk.detached': (session) => session.deskIsThrough(),
  'desk.detached in another conversation': (session) => session.deskIsThrough({ claudeSessionId: 'c2' }),
  'user.approvalTapped': (session) => session.send({ type: 'user.approvalTapped', id: 'a1', tap: 'allow' }),
  'user.edited': (session) =>
    session.send({ type: 'user.edited', messageId: 1, newUuid: 'm1-edit', text: 'other words' }),
  'user.withdrew': (session) => session.send({ type: 'user.withdrew', messageId: 1 }),
  'user.whileWorkingChanged': (session) =>
    session.send({ type: 'user.whileWorkingChanged', whileWorking: 'queue' }),
  'daemon.drain': (session) => session.send({ type: 'daemon.drain' }),
  'daemon.stop': (session) => session.send({ type: 'daemon.stop' }),
  'daemon.evict': (session) => session.send({ type: 'daemon.evict' }),
  'daemon.titled': (session) => session.send({ type: 'daemon.titled', title: 'The tests' }),
  'daemon.placed': (session) => session.send({ type: 'daemon.placed', threadId: 5 }),
  'room.granted': (session) => session.asked.at(-1)?.grants(),
  'room.refused': (session) => session.asked.at(-1)?.refuses(),
  'room.full': (session) => session.asked.at(-1)?.isFull(),
  'room.full of people': (session) => session.asked.at(-1)?.isFull({ waitingForPeople: 3 }),
  'telegram.partSent': (session) => session.send({ type: 'telegram.partSent', outboxId: 1, partsSent: 1 }),
  'telegram.delivered': (session) => session.send({ type: 'telegram.delivered', outboxId: 1, messageId: 5 }),
  'telegram.outcomeUnknown': (session) => session.send({ type: 'telegram.outcomeUnknown', outboxId: 1 }),
  'telegram.chatRefused': (session) => session.send({ type: 'telegram.chatRefused', reason: 'blocked' }),
  'telegram.liveMessageChanged': (session) =>
    session.send({ type: 'telegram.liveMessageChanged', messageId: 6 }),
  'telegram.topicGone': (session) => session.send({ type: 'telegram.topicGone', threadId: 5 }),
  'telegram.chatMigrated': (session) => session.send({ type: 'telegram.chatMigrated', chatId: -1001 }),
  'user.trust': (session) => session.send({ type: 'user.trust' }),
  'user.withoutSettings': (session) => session.send({ type: 'user.withoutSettings' }),
  'daemon.folderTrusted': (session) => session.send({ type: 'daemon.folderTrusted' }),
  'claude.spawned': (session) => session.says({ type: 'claude.spawned', process: PROCESS }),
  'claude.ready': (session) => session.says({ type: 'claude.ready' }),
  'claude.turnStarted': (session) => session.says({ type: 'claude.turnStarted' }),
  'claude.heard': (session) => session.says({ type: 'claude.heard' }),
  'claude.spent': (session) => session.says({ type: 'claude.spent', total: spending(0.5), durationMs: 900 }),
  'claude.answered': (session) => session.says({ type: 'claude.answered', markdown: 'x', answers: ['m1'] }),
  'claude.failed': (session) => session.says({ type: 'claude.failed', problem: 'outOfUsage', detail: '' }),
  'claude.promptTaken': (session) => session.says({ type: 'claude.promptTaken', uuid: 'm1' }),
  'claude.promptWithdrawn': (session) => session.says({ type: 'claude.promptWithdrawn', uuid: 'm1' }),
  'claude.turnEnded': (session) => session.says({ type: 'claude.turnEnded' }),
  'claude.backgroundTasksChanged': (session) =>
    session.says({ type: 'claude.backgroundTasksChanged', count: 2 }),
  'claude.backgroundTasksChanged to none': (session) =>
    session.says({ type: 'claude.backgroundTasksChanged', count: 0 }),
  'claude.approvalRequested': (session) =>
    session.says({ type: 'claude.approvalRequested', approval: anApproval('a2') }),
  'claude.approvalWithdrawn': (session) => session.says({ type: 'claude.approvalWithdrawn', id: 'a1' }),
  'claude.sessionRulesGranted': (session) =>
    session.says({ type: 'claude.sessionRulesGranted', rules: [{ type: 'addRules' }] }),
  'claude.filesSent': (session) =>
    session.says({ type: 'claude.filesSent', files: [aFile()], caption: null }),
  'claude.permissionModeChanged': (session) =>
    session.says({ type: 'claude.permissionModeChanged', permissionMode: 'acceptEdits' }),
  'claude.exited': (session) => session.says({ type: 'claude.exited', code: 0, signal: null }),
  'claude.exited untrusted': (session) =>
    session.says({ type: 'claude.exited', code: null, signal: null, untrusted: anUntrustedFolder() }),
  'claude.exited by a signal': (session) =>
    session.says({ type: 'claude.exited', code: null, signal: 'SIGKILL' }),
};

describe('the statechart', () => {
  // XState's types let a misspelt event pass: it would never come.
  it('waits for no event that does not exist, and ignores none for good', () => {
    const awaited = sessionMachine.events.filter((type) => !type.startsWith('xstate.'));
    expect(awaited.toSorted()).toEqual(
      Object.keys(EVENTS)
        .filter((event) => !event.includes(' '))
        .toSorted(),
    );
  });
});

/** What holds in every state. A message that left the inbox is answered or reported: something is owed for it. */
function expectSound(session: TestSession, known: string[]): void {
  expect(session.errors).toEqual([]);
  const record = session.record();
  const phase = session.phase();
  for (const uuid of known) expect(isKnown(record, uuid)).toBe(true);
  expect(new Set(record.inbox.map(({ uuid }) => uuid)).size).toBe(record.inbox.length);
  if (phase.startsWith('live.active')) expect(record.state).toBe('active');
  if (phase.startsWith('awaitingRoom')) expect(record).toMatchObject({ state: 'active', process: null });
  if (phase === 'live.idle') expect(record.state).toBe('idle');
  if (phase.startsWith('suspended')) expect(record.state).toBe('suspended');
  if (phase.startsWith('terminated') || phase.endsWith('terminating'))
    expect(record.state).toBe('terminated');
  expect(record.desk !== null, 'the desk has it, and the state says so').toBe(
    /attached|handingOver/.test(phase),
  );
  if (phase.startsWith('suspended.attached')) expect(record.process).toBeNull();
  if (phase.startsWith('live.active.awaiting')) expect(record.approvals).not.toEqual([]);
}

describe.each(STATES)('%s', (state) => {
  it('is reached by the shortest way that its helper takes', async () => {
    const session = await SESSION_IN[state]();
    expect(session.phase()).toBe(state === 'terminated' ? 'terminated' : state);
    expectSound(session, []);
  });

  it.each(Object.entries(EVENTS))('takes %s', async (event, happens) => {
    const session = await SESSION_IN[state]();
    const known = session.record().inbox.map(({ uuid }) => uuid);
    const owedBefore = session.record().nextOutboxId;
    happens(session);
    if (event === 'user.message') known.push('m9');
    expectSound(session, known);
    const left = known.filter((uuid) => session.record().handled.includes(uuid));
    const replaced = session.record().inbox.filter(({ uuid }) => uuid === 'm1-edit').length;
    if (left.length > replaced) expect(session.record().nextOutboxId).toBeGreaterThan(owedBefore);
  });

  it('can be left to another daemon at any moment, which delivers nothing twice and loses nothing', async () => {
    const session = await SESSION_IN[state]();
    const { inbox, handled, outbox } = session.record();
    const next = session.restarted(1_000);
    expect(next.errors).toEqual([]);
    const after = next.record();
    expect(after.inbox.map(({ uuid }) => uuid)).toEqual(inbox.map(({ uuid }) => uuid));
    expect(after.handled).toEqual(handled);
    expect(after.outbox).toEqual(outbox);
    // A prompt that may be in the conversation is looked up before anything starts.
    if (inbox.some((message) => message.state === 'delivered')) expect(next.spawned).toEqual([]);
    if (session.record().process) expect(next.phase()).toBe('recovering.looking');
  });
});
