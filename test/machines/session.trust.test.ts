/** A folder that nobody has trusted with what it would run: what came waits for a person's answer, without a process. */
import { describe, expect, it } from 'vitest';
import { anUntrustedFolder, aProgram } from '../helpers/records.ts';
import { SESSION_IN, startSession, type TestSession } from '../helpers/session-actor.ts';

const refusing = (session: TestSession, over = {}): void =>
  session.says({ type: 'claude.exited', code: null, signal: null, untrusted: anUntrustedFolder(over) });
const asking = (): TestSession => SESSION_IN['suspended.awaitingTrust']();
const waiting = (session: TestSession): string[] =>
  session.record().inbox.flatMap(({ uuid, state }) => (state === 'waiting' ? [uuid] : []));
const outcomes = (session: TestSession): string[] =>
  session.owed().flatMap((body) => (body.kind === 'choiceClosed' ? [body.outcome] : []));
/** The question has reached the chat. */
const asked = (session: TestSession): TestSession => {
  for (const { id, body } of session.record().outbox) {
    if (body.kind === 'choice') session.send({ type: 'telegram.delivered', outboxId: id, messageId: 77 });
  }
  return session;
};

describe('a folder that nobody trusts', () => {
  it('is asked about in reply to the message, which waits; it is no crash, and nothing has ended', () => {
    const session = asking();
    expect(session.phase()).toBe('suspended.awaitingTrust');
    expect(waiting(session)).toEqual(['m1']);
    const { choices, outbox, crashes, lastEnd } = session.record();
    expect(choices).toMatchObject([{ about: { type: 'trust', ...anUntrustedFolder() } }]);
    expect(outbox).toMatchObject([{ replyTo: 1, body: { kind: 'choice' } }]);
    expect([crashes, lastEnd]).toEqual([[], null]);
  });

  it('takes no room while it waits', () => {
    expect(asking().asked.at(-1)?.isOver).toBe(true);
  });

  it('is asked about once, however often it is looked at, and anew once it would run something else', () => {
    const session = asked(asking());
    session.message('m2');
    expect(session.phase()).toBe('live.active.starting');
    refusing(session);
    expect([session.phase(), session.owed(), waiting(session)]).toEqual([
      'suspended.awaitingTrust',
      [],
      ['m1', 'm2'],
    ]);
    session.message('m3');
    refusing(session, { programs: [aProgram(), aProgram({ key: 'k2' })] });
    expect(session.owed().map(({ kind }) => kind)).toEqual(['choiceClosed', 'choice']);
    expect(session.record().choices).toHaveLength(1);
  });

  it('is asked about once by a restarted daemon, too, and the answer is the same', () => {
    const session = asked(asking()).restarted();
    refusing(session);
    expect([session.phase(), session.owed()]).toEqual(['suspended.awaitingTrust', []]);
    session.send({ type: 'user.trust' });
    session.becomesReady();
    expect(session.prompts()).toEqual(['m1']);
  });

  it('is asked about for a wake, too', () => {
    const session = startSession();
    session.send({ type: 'user.wake' });
    refusing(session);
    expect([session.phase(), session.record().choices.length]).toEqual(['suspended.awaitingTrust', 1]);
  });

  it('is not asked about because the session was live when the daemon stopped', () => {
    const session = SESSION_IN['awaitingRoom.forRestore']();
    session.asked[0]?.grants();
    refusing(session);
    expect([session.phase(), session.owed()]).toEqual(['suspended.resting', []]);
    expect(session.record().lastEnd?.reason).toBe('user');
  });
});

describe('the answer', () => {
  it('that trusts it starts Claude, and the message is handed over once', () => {
    const session = asked(asking());
    session.send({ type: 'user.trust' });
    expect(session.spawned.at(-1)).toMatchObject({ folderSettings: 'asTrusted' });
    session.becomesReady();
    expect(session.prompts()).toEqual(['m1']);
    expect(outcomes(session)).toEqual(['trust']);
  });

  it('that leaves its settings out counts for this process and the next ones', () => {
    const session = asked(asking());
    session.send({ type: 'user.withoutSettings' });
    session.becomesReady();
    session.answers();
    expect(outcomes(session)).toEqual(['withoutSettings']);
    expect(session.spawned.map(({ folderSettings }) => folderSettings)).toEqual(['asTrusted', 'leftOut']);
    expect(session.restarted().record().folderSettings).toBe('leftOut');
  });

  it('counts once: without a question nothing changes', () => {
    const session = startSession();
    session.send({ type: 'user.withoutSettings' });
    session.send({ type: 'user.trust' });
    expect([session.phase(), session.record().folderSettings]).toEqual(['suspended.resting', 'asTrusted']);
  });

  it('may be given elsewhere: then the question goes, once Claude could be started', () => {
    const session = asked(asking());
    session.send({ type: 'daemon.folderTrusted' });
    expect(outcomes(session)).toEqual([]);
    session.becomesReady();
    expect([outcomes(session), session.prompts()]).toEqual([['overtaken'], ['m1']]);
  });

  it('is not waited for any more after /stop, with which the message goes', () => {
    const session = asked(asking());
    session.send({ type: 'user.interrupt' });
    expect([session.phase(), session.record().inbox, outcomes(session)]).toEqual([
      'suspended.resting',
      [],
      ['overtaken'],
    ]);
    expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 0 }]);
  });

  it('is waited for anew, after /stop, by a message that was to have a turn of its own', () => {
    const session = asked(asking());
    session.send({ type: 'user.whileWorkingChanged', whileWorking: 'queue' });
    session.message('m2');
    refusing(session);
    session.send({ type: 'user.interrupt' });
    refusing(session);
    expect([session.phase(), waiting(session)]).toEqual(['suspended.awaitingTrust', ['m2']]);
    expect([outcomes(session), session.record().choices.length]).toEqual([['overtaken'], 1]);
  });

  it('is not waited for any more after /suspend, and the message is kept', () => {
    const session = asked(asking());
    session.send({ type: 'user.suspend' });
    expect([session.phase(), session.record().inbox[0]?.state]).toEqual(['suspended.resting', 'held']);
  });
});

describe('while the answer is waited for', () => {
  it('the session can move to another folder, which is looked at then, with all its settings', () => {
    const session = asked(asking());
    session.send({ type: 'user.workspaceChanged', workspace: '/elsewhere' });
    expect(outcomes(session)).toEqual(['overtaken']);
    expect(session.spawned.at(-1)).toMatchObject({ workspace: '/elsewhere', folderSettings: 'asTrusted' });
    session.becomesReady();
    expect(session.prompts()).toEqual(['m1']);
  });

  it('the desk can have the session, where Claude Code asks by itself; the folder is looked at after that', () => {
    const session = asked(asking());
    session.deskAsks();
    expect(session.phase()).toBe('suspended.attached.open');
    session.deskIsThrough();
    session.becomesReady();
    expect([outcomes(session), session.prompts()]).toEqual([['overtaken'], ['m1']]);
  });

  it('the session can end, and the question with it', () => {
    const session = asked(asking());
    session.send({ type: 'user.end' });
    expect([session.phase(), outcomes(session)]).toEqual(['terminated', ['overtaken']]);
  });
});
