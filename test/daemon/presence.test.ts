/** What the chat sees while Claude works. */
import { describe, expect, it } from 'vitest';
import { anApproval } from '../helpers/records.ts';
import { CHAT, startTestDaemon, type TestDaemon } from '../helpers/test-daemon.ts';

const typings = (test: TestDaemon) => test.telegram.typings.map(({ on }) => on);
const shown = (test: TestDaemon) => test.telegram.shown.map(({ progress }) => progress?.text ?? null);

describe('"typing"', () => {
  it('is on from the message to the end of its turn', async () => {
    const test = await startTestDaemon();
    await test.writes('hi');
    const { id } = await test.current();
    expect(test.telegram.typings).toEqual([{ address: CHAT, sessionId: id, on: true }]);
    await test.prompted();
    test.claude.latest.answers('Hello.');
    expect(typings(test)).toEqual([true, false]);
  });

  it('is off while a person is asked', async () => {
    const test = await startTestDaemon();
    await test.writes('hi');
    await test.prompted();
    test.claude.latest.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
    expect(typings(test)).toEqual([true, false]);
    await test.sessions.tapApproval(7, 'a1', 'allow', test.now());
    expect(typings(test)).toEqual([true, false, true]);
  });

  it('is off while only background tasks go on', async () => {
    const test = await startTestDaemon();
    await test.writes('hi');
    await test.prompted();
    test.claude.latest.says({ type: 'claude.backgroundTasksChanged', count: 1 });
    test.claude.latest.answers('It builds.');
    expect((await test.current()).phase).toBe('live.active.background.running');
    expect(typings(test)).toEqual([true, false]);
  });

  it('is off when the process crashes for good, and when a bug ends the session', async () => {
    const test = await startTestDaemon();
    await test.writes('hi');
    await test.prompted();
    test.claude.latest.says({ type: 'claude.approvalRequested', approval: undefined as never });
    expect(typings(test)).toEqual([true, false]);
    expect(shown(test)).toEqual([null]);
  });
});

describe('the turn as it goes', () => {
  it('is shown while it goes, and is over with the turn', async () => {
    const test = await startTestDaemon();
    await test.writes('hi');
    await test.prompted();
    const claude = test.claude.latest;
    claude.says({ type: 'claude.turnStarted' });
    claude.shows({ text: 'He', activity: null });
    claude.shows({ text: 'Hello', activity: 'Bash: ls' });
    claude.says({ type: 'claude.answered', markdown: 'Hello.' });
    claude.says({ type: 'claude.turnEnded' });
    claude.shows({ text: 'too late', activity: null });
    expect(shown(test)).toEqual(['He', 'Hello', null]);
    expect(test.telegram.shown[1]?.progress?.activity).toBe('Bash: ls');
  });

  it('ends between two turns that follow each other', async () => {
    const test = await startTestDaemon();
    await test.writes('one');
    await test.writes('two');
    await test.prompted(1);
    test.claude.latest.shows({ text: 'first', activity: null });
    test.claude.latest.answers('one!');
    await test.prompted(2);
    test.claude.latest.shows({ text: 'second', activity: null });
    test.claude.latest.answers('two!');
    expect(shown(test)).toEqual(['first', null, 'second', null]);
    expect(typings(test)).toEqual([true, false]);
  });

  it('in its last words before the end of the turn is still shown', async () => {
    const test = await startTestDaemon();
    await test.writes('one');
    await test.prompted();
    test.claude.latest.says({ type: 'claude.answered', markdown: 'one!' });
    test.claude.latest.shows({ text: 'a note on it', activity: null });
    expect(shown(test)).toEqual(['a note on it']);
  });
});
