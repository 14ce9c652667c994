/** Everything a session can be told, in any order, about what is in its record or is not. */
import fc from 'fast-check';
import type { ApprovalTap } from '../../../machines/session-record.ts';
import type { ClaudeEvent, SessionEvent } from '../../../machines/session-events.ts';
import { aFile, anApproval, anUntrustedFolder, PROCESS, spending } from '../records.ts';
import type { TestSession } from '../session-actor.ts';
import { hostileText } from './text.ts';

type Untimed<TEvent> = TEvent extends { at: number } ? Omit<TEvent, 'at'> : TEvent;
type ByPerson = Untimed<Exclude<SessionEvent, ClaudeEvent>>;

/** One step of a walk: somebody tells the session something, its process does, or time passes. */
export type WalkStep = (session: TestSession) => void;

const someUuid = fc.constantFrom('m1', 'm2', 'unknown');

type ByRecord = (session: TestSession) => ByPerson;

const byPerson: fc.Arbitrary<ByRecord> = fc.oneof(
  fc.record({ uuid: someUuid, text: hostileText }).map(({ uuid, text }) => () => {
    return { type: 'user.message' as const, uuid, messageId: 1, text };
  }),
  fc.option(fc.integer({ min: 1_000, max: 31_536_000_000 }), { nil: null }).map((idleTimeoutMs) => () => {
    return { type: 'user.timeoutChanged' as const, idleTimeoutMs };
  }),
  fc
    .constantFrom<ByPerson>(
      { type: 'user.suspend' },
      { type: 'user.wake' },
      { type: 'user.interrupt' },
      { type: 'user.end' },
      { type: 'user.keepWaiting' },
      { type: 'user.restart' },
      { type: 'user.trust' },
      { type: 'user.withoutSettings' },
      { type: 'daemon.folderTrusted' },
      { type: 'daemon.drain' },
      { type: 'daemon.stop' },
      { type: 'daemon.evict' },
      { type: 'telegram.liveMessageChanged', messageId: 5 },
      { type: 'telegram.liveMessageChanged', messageId: null },
      { type: 'user.renamed', name: '\u202e' },
    )
    .map((event) => () => event),
  fc.nat(9).map((pick): ByRecord => (session) => {
    const { inbox } = session.record();
    return { type: 'user.continue' as const, uuid: inbox[pick % Math.max(1, inbox.length)]?.uuid ?? 'x' };
  }),
  fc.nat(9).map((pick): ByRecord => (session) => {
    const { inbox } = session.record();
    return { type: 'user.drop' as const, uuid: inbox[pick % Math.max(1, inbox.length)]?.uuid ?? 'x' };
  }),
  approvalTap().map((tap): ByRecord => (session) => {
    const id = session.record().approvals[0]?.id ?? 'x';
    return { type: 'user.approvalTapped' as const, id, tap };
  }),
  fc.nat(9).map((pick): ByRecord => (session) => {
    const { outbox } = session.record();
    const outboxId = outbox[pick % Math.max(1, outbox.length)]?.id ?? 1;
    return { type: 'telegram.delivered' as const, outboxId, messageId: pick === 0 ? null : pick };
  }),
  fc.nat(9).map((partsSent): ByRecord => (session) => {
    return { type: 'telegram.partSent' as const, outboxId: session.record().outbox[0]?.id ?? 1, partsSent };
  }),
);

const byProcess: fc.Arbitrary<Untimed<ClaudeEvent>> = fc.oneof(
  fc.constantFrom<Untimed<ClaudeEvent>>(
    { type: 'claude.spawned', process: PROCESS },
    { type: 'claude.ready' },
    { type: 'claude.turnStarted' },
    { type: 'claude.heard' },
    { type: 'claude.turnEnded' },
    { type: 'claude.spent', total: spending(0.5), durationMs: 900 },
    { type: 'claude.spent', total: spending(0.1), durationMs: 100 },
    { type: 'claude.backgroundTasksChanged', count: 0 },
    { type: 'claude.backgroundTasksChanged', count: 2 },
    { type: 'claude.approvalRequested', approval: anApproval('a1') },
    { type: 'claude.approvalRequested', approval: anApproval('a2', { input: { __proto__: null } }) },
    { type: 'claude.approvalWithdrawn', id: 'a1' },
    { type: 'claude.sessionRulesGranted', rules: [{ type: 'addRules' }] },
    { type: 'claude.filesSent', files: [aFile({ name: '../<b>\u202ename' })], caption: '*' },
    { type: 'claude.failed', problem: 'notLoggedIn', detail: '' },
    { type: 'claude.failed', problem: 'overloaded', detail: '' },
    { type: 'claude.exited', code: 1, signal: null },
    { type: 'claude.exited', code: null, signal: null, untrusted: anUntrustedFolder() },
    { type: 'claude.exited', code: null, signal: 'SIGKILL' },
  ),
  hostileText.map((markdown) => ({ type: 'claude.answered' as const, markdown, answers: ['m1'] })),
);

export const walkStep: fc.Arbitrary<WalkStep> = fc.oneof(
  { weight: 5, arbitrary: byPerson.map((event) => (session: TestSession) => session.send(event(session))) },
  { weight: 5, arbitrary: byProcess.map((event) => (session: TestSession) => session.says(event)) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(700, 700_000, 40 * 86_400_000)
      .map((ms) => (session: TestSession) => session.pass(ms)),
  },
);

function approvalTap(): fc.Arbitrary<ApprovalTap> {
  const named = fc.constantFrom('allow', 'allowForProject', 'acceptEdits', 'deny', 'words');
  const option = fc.record({
    question: fc.nat(2),
    option: fc.oneof(fc.nat(2), fc.constant('done' as const)),
  });
  return fc.oneof(named, option);
}
