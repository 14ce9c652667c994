/** The whole daemon with few places for processes: who gets one, who gives it up, who waits, and what people are told. */
import { describe, expect, it } from 'vitest';
import { anApproval } from '../helpers/records.ts';
import { startTestDaemon, type TestDaemon, type TestDaemonOptions } from '../helpers/test-daemon.ts';
import type { SteerableProcess } from '../helpers/steerable-claude.ts';

const chat = (chatId: number) => ({ chatId, threadId: null });
const [ANN, BOB, CAT, DAN] = [chat(101), chat(102), chat(103), chat(104)];

const houseFor = (places: number, options: TestDaemonOptions = {}) =>
  startTestDaemon({ ...options, config: { ...options.config, maxLive: { places, why: 'by the test' } } });

const alive = (test: TestDaemon): SteerableProcess[] =>
  test.claude.started.filter(({ hasExited }) => !hasExited);

/** A turn that goes on until the test ends it. */
async function works(test: TestDaemon, text: string, address: typeof ANN): Promise<SteerableProcess> {
  const before = test.claude.started.length;
  await test.writes(text, address);
  await expect.poll(() => test.claude.started.length).toBe(before + 1);
  await expect.poll(() => test.claude.latest.prompts.map((prompt) => prompt.text)).toEqual([text]);
  return test.claude.latest;
}

const places = async (test: TestDaemon) => (await test.daemon.status()).daemon.processes;

describe('a wake that needs room', () => {
  it('suspends the session that has been idle longest, and no more than that', async () => {
    const test = await houseFor(2);
    await test.talks('one', 'One.', ANN);
    test.pass(1_000);
    await test.talks('two', 'Two.', BOB);
    test.pass(1_000);
    await test.talks('three', 'Three.', CAT);
    const [ann, bob] = await Promise.all([test.current(ANN), test.current(BOB)]);
    expect(ann).toMatchObject({ state: 'suspended', lastEnd: { reason: 'evicted' } });
    expect(bob.state).toBe('idle');
    expect(alive(test)).toHaveLength(2);
    // Nobody is told of what takes no longer than a moment.
    expect([ANN, BOB, CAT].flatMap(({ chatId }) => test.telegram.told(chatId))).toEqual([
      'One.',
      'Two.',
      'Three.',
    ]);
    await test.talks('again', 'Again.', ANN);
    expect(await test.current(BOB)).toMatchObject({ state: 'suspended', lastEnd: { reason: 'evicted' } });
  });

  it('waits while all work; those that wait are served in the order of their messages, and told once', async () => {
    const test = await houseFor(1);
    const ann = await works(test, 'one', ANN);
    test.pass(1_000);
    await test.writes('two', BOB);
    test.pass(1_000);
    await test.writes('three', CAT);
    await test.writes('three and a half', CAT);
    expect(await test.current(BOB)).toMatchObject({ state: 'active', roomPlace: 1, pid: null });
    expect(await test.current(CAT)).toMatchObject({ state: 'active', roomPlace: 2 });
    expect(await places(test)).toEqual({ live: 1, max: 1, maxWhy: 'by the test', waiting: 2 });
    await expect
      .poll(() => test.telegram.notices(BOB.chatId))
      .toEqual([{ type: 'noRoom', places: 1, ahead: 0, waitingForPeople: 0 }]);
    await expect.poll(() => test.telegram.notices(CAT.chatId)).toMatchObject([{ type: 'noRoom', ahead: 1 }]);

    ann.answers('One.');
    await expect.poll(() => test.claude.started.length).toBe(2);
    await expect.poll(() => test.claude.latest.prompts.map(({ text }) => text)).toEqual(['two']);
    test.claude.latest.answers('Two.');
    await expect
      .poll(() => test.claude.latest.prompts.map(({ text }) => text))
      .toEqual(['three', 'three and a half']);
    expect(alive(test)).toHaveLength(1);
    expect([BOB, CAT].map(({ chatId }) => test.telegram.notices(chatId).length)).toEqual([1, 1]);
    expect(await places(test)).toMatchObject({ live: 1, waiting: 0 });
  });

  it('never takes the place of a session with work of any kind: a turn, a question, a background task', async () => {
    const test = await houseFor(3);
    await works(test, 'turn', ANN);
    const asking = await works(test, 'question', BOB);
    asking.says({ type: 'claude.turnStarted' });
    asking.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
    const busy = await works(test, 'task', CAT);
    busy.says({ type: 'claude.backgroundTasksChanged', count: 1 });
    busy.answers('Started.');
    await test.writes('late', DAN);
    await expect
      .poll(() => test.telegram.notices(DAN.chatId))
      .toMatchObject([{ places: 3, waitingForPeople: 1 }]);
    expect(alive(test)).toHaveLength(3);
    busy.says({ type: 'claude.backgroundTasksChanged', count: 0 });
    await expect.poll(() => test.claude.latest.prompts.map(({ text }) => text)).toEqual(['late']);
    expect(busy.hasExited).toBe(true);
  });

  it('is told when only people can end the wait', async () => {
    const test = await houseFor(1);
    const ann = await works(test, 'one', ANN);
    await test.writes('two', BOB);
    ann.says({ type: 'claude.turnStarted' });
    ann.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
    await expect
      .poll(() => test.telegram.notices(BOB.chatId))
      .toMatchObject([{ waitingForPeople: 0 }, { waitingForPeople: 1 }]);
  });

  it('counts a process that hangs in its end until it has gone', async () => {
    const test = await houseFor(1, { obedient: false });
    await test.writes('one', ANN);
    const { latest } = test.claude;
    latest.spawns();
    latest.getsReady();
    await test.prompted();
    latest.answers('One.');
    await test.writes('two', BOB);
    await expect.poll(() => latest.received.at(-1)?.type).toBe('claude.stop');
    test.pass(20_000);
    // It comes back to where it is just about to leave: behind the other one.
    await test.writes('three', ANN);
    expect(test.claude.started).toHaveLength(1);
    latest.exits();
    await expect.poll(() => test.claude.started.length).toBe(2);
    expect(test.claude.latest.input.id).toBe((await test.current(BOB)).id);
    expect(await test.current(ANN)).toMatchObject({ roomPlace: 1, lastEnd: { reason: 'evicted' } });
  });

  it('gives way to /stop, /suspend and /end of whoever waits, and the next one moves up', async () => {
    const test = await houseFor(1);
    const ann = await works(test, 'one', ANN);
    for (const address of [BOB, CAT, DAN]) {
      await test.writes('waits', address);
      test.pass(1);
    }
    expect(await test.sessions.interrupt(BOB, test.now())).toMatchObject({
      state: 'suspended',
      hadWork: true,
    });
    expect((await test.current(CAT)).roomPlace).toBe(1);
    await test.sessions.suspend(CAT, test.now());
    expect((await test.current(DAN)).roomPlace).toBe(1);
    await test.sessions.end(DAN, test.now());
    expect(await places(test)).toMatchObject({ waiting: 0 });
    ann.answers('One.');
    await expect.poll(async () => (await test.current(ANN)).state).toBe('idle');
    expect(test.claude.started).toHaveLength(1);
  });

  it('frees the place of a process that crashed, or whose actor met a bug', async () => {
    const test = await houseFor(1);
    const ann = await works(test, 'one', ANN);
    test.pass(1);
    await test.writes('two', BOB);
    ann.says({ type: 'claude.approvalRequested', approval: undefined as never });
    await expect.poll(() => test.claude.started.length).toBe(2);
    expect(test.claude.latest.input.id).toBe((await test.current(BOB)).id);
  });
});

describe('a restart with fewer places', () => {
  it('keeps who waits, in order, and brings back only as many idle ones as there is room for', async () => {
    const first = await houseFor(3);
    await first.talks('idle', 'Yes.', ANN);
    await works(first, 'one', BOB);
    first.pass(1_000);
    await works(first, 'two', CAT);
    first.pass(1_000);
    await first.writes('three', DAN);
    await first.daemon.stopNow();
    const test = await houseFor(1, { disk: first.store.disk, at: first.now() });
    for (const text of ['one', 'two', 'three']) {
      await expect.poll(() => test.claude.latest.prompts.map((prompt) => prompt.text)).toEqual([text]);
      expect(alive(test)).toHaveLength(1);
      test.claude.latest.answers(`${text}.`);
    }
    await expect.poll(() => test.telegram.told(DAN.chatId)).toContain('three.');
    expect((await test.current(ANN)).state).toBe('suspended');
    expect(test.claude.started).toHaveLength(3);
  });
});

describe('a stop', () => {
  it('starts nobody who waits for room, and leaves them to the next daemon', async () => {
    const test = await houseFor(1);
    const ann = await works(test, 'one', ANN);
    await test.writes('two', BOB);
    const stopped = test.daemon.stop();
    await expect.poll(() => test.daemon.state).toBe('draining');
    ann.answers('One.');
    await stopped;
    expect(test.claude.started).toHaveLength(1);
    const next = await houseFor(1, { disk: test.store.disk });
    await expect.poll(() => next.claude.started.at(-1)?.prompts.map(({ text }) => text)).toEqual(['two']);
  });
});
