/** What the chat sees while Claude works. */
import { describe, expect, it } from 'vitest';
import { aProgress, toolsUsed } from '../../helpers/progress.ts';
import { anApproval, spending } from '../../helpers/records.ts';
import { CHAT, startTestDaemon, type TestDaemon } from '../../helpers/test-daemon.ts';

const typings = (test: TestDaemon) => test.telegram.typings.map(({ on }) => on);
const shown = (test: TestDaemon) => test.telegram.shown.map(({ progress }) => progress.text);

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
    expect(test.telegram.concluded).toHaveLength(1);
  });
});

describe('the turn as it goes', () => {
  it('is shown while it goes, and is over with the turn', async () => {
    const test = await startTestDaemon();
    await test.writes('hi');
    await test.prompted();
    const claude = test.claude.latest;
    claude.says({ type: 'claude.turnStarted' });
    claude.shows(aProgress({ text: 'He' }));
    claude.shows(aProgress({ text: 'Hello', tools: toolsUsed('Bash: ls') }));
    claude.says({ type: 'claude.spent', total: spending(0.25), durationMs: 900 });
    claude.saysAnswer('Hello.');
    claude.says({ type: 'claude.turnEnded' });
    claude.shows(aProgress({ text: 'too late' }));
    expect(shown(test)).toEqual(['', 'He', 'Hello']);
    expect(test.telegram.shown.at(-1)?.progress.tools).toEqual(toolsUsed('Bash: ls'));
    expect(test.telegram.concluded.map(({ costUsd }) => costUsd)).toEqual([0.25, 0]);
  });

  it('is another one for each message, also when they follow each other', async () => {
    const test = await startTestDaemon();
    await test.writes('one');
    await test.writes('two');
    await test.prompted(2);
    test.claude.latest.shows(aProgress({ text: 'first' }));
    test.claude.latest.answers('one!');
    test.claude.latest.shows(aProgress({ text: 'second' }));
    test.claude.latest.answers('two!');
    expect(shown(test)).toEqual(['', 'first', '', 'second']);
    const turns = test.telegram.shown.map(({ progress }) => progress.turn);
    expect(new Set(turns).size).toBe(2);
    expect(test.telegram.concluded).toHaveLength(2);
    expect(typings(test)).toEqual([true, false]);
  });

  it('begins anew behind an answer when it goes on, with what is still at work', async () => {
    const test = await startTestDaemon();
    await test.writes('one');
    await test.prompted();
    const agents = [{ task: 'Look around', doing: null }];
    test.claude.latest.shows(aProgress({ text: 'I look', tools: toolsUsed('Agent: Look'), agents }));
    test.claude.latest.says({ type: 'claude.spent', total: spending(0.25), durationMs: 900 });
    test.claude.latest.saysAnswer('I look');
    expect(test.telegram.concluded).toHaveLength(1);
    test.claude.latest.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
    expect(test.telegram.shown.at(-1)?.progress).toMatchObject({
      phase: 'waiting',
      text: '',
      tools: { count: 0 },
      agents,
    });
    test.claude.latest.says({ type: 'claude.spent', total: spending(1), durationMs: 900 });
    test.claude.latest.answers('Done.');
    expect(test.telegram.concluded.map(({ costUsd }) => costUsd)).toEqual([0.25, 0.75, 0]);
  });

  it('tells whether a person is waited for, and whether it was interrupted', async () => {
    const test = await startTestDaemon();
    await test.writes('one');
    await test.prompted();
    test.claude.latest.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
    await test.sessions.tapApproval(7, 'a1', 'allow', test.now());
    await test.sessions.interrupt(CHAT, test.now());
    const phases = test.telegram.shown.map(({ progress }) => progress.phase);
    expect(phases).toEqual(['working', 'waiting', 'working', 'stopping']);
  });
});

describe('Stop, on the message of a turn', () => {
  const turnOf = (test: TestDaemon) => test.telegram.shown.at(-1)?.progress.turn ?? '';
  const interrupts = ({ claude }: TestDaemon) =>
    claude.latest.received.filter(({ type }) => type === 'claude.interrupt').length;

  async function startTurn(): Promise<{ test: TestDaemon; sessionId: string; turn: string }> {
    const test = await startTestDaemon();
    await test.writes('one');
    await test.prompted();
    return { test, sessionId: (await test.current()).id, turn: turnOf(test) };
  }

  it('interrupts the turn, as /stop does', async () => {
    const { test, sessionId, turn } = await startTurn();
    expect(await test.sessions.stopTurn(7, { sessionId, turn }, test.now())).toBe(true);
    await expect.poll(() => interrupts(test)).toBe(1);
    expect((await test.current()).phase).toBe('live.active.interrupting');
  });

  it('does nothing to a later turn', async () => {
    const { test, sessionId, turn } = await startTurn();
    await test.writes('two');
    test.claude.latest.answers('one!');
    await test.prompted(2);
    expect(await test.sessions.stopTurn(7, { sessionId, turn }, test.now())).toBe(false);
    expect((await test.current()).phase).toBe('live.active.working');
    expect(await test.sessions.stopTurn(7, { sessionId, turn: turnOf(test) }, test.now())).toBe(true);
  });

  it('does nothing when the turn is over', async () => {
    const { test, sessionId, turn } = await startTurn();
    test.claude.latest.answers('one!');
    expect(await test.sessions.stopTurn(7, { sessionId, turn }, test.now())).toBe(false);
  });

  it.each([
    ['from another chat', 8, {}],
    ['for a session that is none', 7, { sessionId: 'other' }],
    ['for a turn that is none', 7, { turn: 'forged' }],
  ])('does nothing %s', async (_, chatId, over) => {
    const { test, sessionId, turn } = await startTurn();
    expect(await test.sessions.stopTurn(chatId, { sessionId, turn, ...over }, test.now())).toBe(false);
    expect(interrupts(test)).toBe(0);
  });
});

describe('how turns are shown', () => {
  const TOPIC = { chatId: 7, threadId: 5 };

  it('is chosen by chat and topic, and kept over a restart', async () => {
    const test = await startTestDaemon();
    await test.sessions.changeView(CHAT, { isVerbose: true });
    await test.sessions.changeView(TOPIC, { usesDrafts: true });
    expect(test.sessions.viewOf(CHAT)).toEqual({ isVerbose: true, usesDrafts: false });
    expect(test.sessions.viewOf(TOPIC)).toEqual({ isVerbose: false, usesDrafts: true });
    const next = await startTestDaemon({ disk: test.store.disk });
    expect(next.sessions.viewOf({ chatId: 8, threadId: null })).toEqual({
      isVerbose: false,
      usesDrafts: false,
    });
    // Read in the background.
    await expect.poll(() => next.sessions.viewOf(CHAT).isVerbose).toBe(true);
  });
});
