/** What becomes of what a session owes when Telegram takes it, refuses it, or says nothing. */
import { describe, expect, it } from 'vitest';
import { isQuiet, isStranded } from '../../machines/session-record.ts';
import { aFile, anApproval } from '../helpers/records.ts';
import { SESSION_IN, startSession, type TestSession } from '../helpers/session-actor.ts';

const ANSWER = {
  id: 1,
  at: 5,
  replyTo: 16,
  partsSent: 0,
  doubts: 0,
  body: { kind: 'answer', markdown: 'x' },
} as const;
const doubt = (session: TestSession, outboxId = 1) =>
  session.send({ type: 'telegram.outcomeUnknown', outboxId });
const refuse = (session: TestSession, reason = 'blocked') =>
  session.send({ type: 'telegram.chatRefused', reason });

describe('an item whose sending had an unknown outcome', () => {
  it('is kept once, to be sent again', () => {
    const session = startSession({ outbox: [ANSWER], nextOutboxId: 2 });
    doubt(session);
    expect(session.record()).toMatchObject({ outbox: [{ id: 1, doubts: 1 }], unconfirmed: null });
  });

  it('is given up the second time, which is counted and told in reply to the same message', () => {
    const session = startSession({ outbox: [ANSWER], nextOutboxId: 2 });
    doubt(session);
    session.pass(1_000);
    doubt(session);
    expect(session.record()).toMatchObject({
      outbox: [
        { id: 2, replyTo: 16, body: { kind: 'notice', notice: { type: 'mayBeMissing', what: 'answer' } } },
      ],
      unconfirmed: { count: 1, at: session.now() },
    });
  });

  it('is told of when it was files', () => {
    const body = { kind: 'files', files: [aFile()], caption: null } as const;
    const session = startSession({
      outbox: [{ ...ANSWER, doubts: 1, body: { ...body, files: [aFile()] } }],
      nextOutboxId: 2,
    });
    doubt(session);
    expect(session.notices()).toEqual([{ type: 'mayBeMissing', what: 'files' }]);
  });

  // Found by the torture run (seed 2026, round 193): the only word about an interrupted message was given up in silence.
  it('is told of when it was a report, which may be all that the sender gets', () => {
    const body = { kind: 'notice', notice: { type: 'interrupted', dropped: 0 } } as const;
    const session = startSession({ outbox: [{ ...ANSWER, doubts: 1, body }], nextOutboxId: 2 });
    doubt(session);
    expect(session.record().outbox).toMatchObject([
      { replyTo: 16, body: { kind: 'notice', notice: { type: 'mayBeMissing', what: 'report' } } },
    ]);
  });

  it('is not told of when it was itself no more than a word', () => {
    const body = { kind: 'notice', notice: { type: 'mayBeMissing', what: 'answer' } } as const;
    const session = startSession({ outbox: [{ ...ANSWER, doubts: 1, body }], nextOutboxId: 2 });
    doubt(session);
    expect(session.record()).toMatchObject({ outbox: [], unconfirmed: { count: 1 } });
  });

  it('starts anew with each part that Telegram took', () => {
    const session = startSession({ outbox: [ANSWER], nextOutboxId: 2 });
    doubt(session);
    session.send({ type: 'telegram.partSent', outboxId: 1, partsSent: 1 });
    doubt(session);
    expect(session.record().outbox).toMatchObject([{ id: 1, doubts: 1, partsSent: 1 }]);
  });

  it('is counted until the person writes again', () => {
    const session = startSession({ unconfirmed: { count: 3, at: 5 } });
    session.message('m1');
    expect(session.record().unconfirmed).toBeNull();
  });

  it('is nobody known: nothing changes', () => {
    const session = startSession({ outbox: [ANSWER], nextOutboxId: 2 });
    const before = session.record();
    doubt(session, 9);
    expect(session.record()).toBe(before);
  });
});

describe('a session whose chat is refused', () => {
  it('knows since when and why, and saves nothing for hearing the same again', () => {
    const session = startSession({ outbox: [ANSWER], nextOutboxId: 2 });
    refuse(session);
    const since = session.now();
    const first = session.record();
    expect(first.undeliverable).toEqual({ since, reason: 'blocked' });
    session.pass(5_000);
    refuse(session);
    expect(session.record()).toBe(first);
    refuse(session, 'kicked');
    expect(session.record().undeliverable).toEqual({ since, reason: 'kicked' });
  });

  it('is stranded, not quiet, until Telegram takes something', () => {
    const session = startSession({ outbox: [ANSWER, { ...ANSWER, id: 2 }], nextOutboxId: 3 });
    expect([isQuiet(session.record()), isStranded(session.record())]).toEqual([false, false]);
    refuse(session);
    expect([isQuiet(session.record()), isStranded(session.record())]).toEqual([false, true]);
    session.send({ type: 'telegram.delivered', outboxId: 1, messageId: 7 });
    expect(session.record().undeliverable).toBeNull();
    expect(isStranded(session.record())).toBe(false);
  });

  it('is not stranded while it has anything else to do', () => {
    const session = SESSION_IN['live.active.working']();
    refuse(session);
    expect(isStranded({ ...session.record(), outbox: [ANSWER] })).toBe(false);
  });

  it('interrupts a turn that waits for an answer which nobody can give there', () => {
    const session = SESSION_IN['live.active.awaitingApproval']();
    refuse(session);
    expect(session.phase()).toBe('live.active.interrupting');
    session.says({ type: 'claude.turnEnded' });
    expect(session.phase()).toBe('live.idle');
    expect(session.notices()).toContainEqual({ type: 'interrupted', dropped: 0 });
    expect(session.record().approvals).toEqual([]);
  });

  it('lets a turn wait for an answer that was asked for in the chat before', () => {
    const session = SESSION_IN['live.active.working']();
    session.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
    const asking = session.record().outbox.find(({ body }) => body.kind === 'approval');
    session.send({ type: 'telegram.delivered', outboxId: asking?.id ?? 0, messageId: 7 });
    refuse(session);
    expect(session.phase()).toBe('live.active.awaitingApproval');
    expect(session.record().undeliverable).not.toBeNull();
  });
});

describe('files that Claude sends', () => {
  it('are owed in reply to the message in hand, before its answer', () => {
    const session = SESSION_IN['live.active.working']();
    const files = [aFile()];
    session.says({ type: 'claude.filesSent', files, caption: 'look' });
    session.says({ type: 'claude.answered', markdown: 'x', answers: session.inHand() });
    const [sent, answered] = session.record().outbox;
    expect(sent?.body).toEqual({ kind: 'files', files, caption: 'look' });
    expect(sent?.replyTo).toBe(answered?.replyTo);
    expect(answered?.body.kind).toBe('answer');
  });

  it('are owed though the process, or the session, has ended meanwhile: they are copied by now', () => {
    for (const state of ['suspended.resting', 'terminated'] as const) {
      const session = SESSION_IN[state]();
      session.send({ type: 'claude.filesSent', files: [aFile()], caption: null });
      expect(session.owed().at(-1)?.kind).toBe('files');
    }
  });
});
