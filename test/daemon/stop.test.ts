/** Stopping the daemon: turns end, processes go, nothing is lost. */
import { describe, expect, it } from 'vitest';
import { keptForRestartText } from '../../src/telegram/texts/messages.ts';
import { anApproval, NOON } from '../helpers/records.ts';
import { CHAT, startTestDaemon, type TestDaemon } from '../helpers/test-daemon.ts';
import { watchActors } from '../helpers/watch-actors.ts';

const chat = (chatId: number) => ({ chatId, threadId: null });

const stored = async (test: TestDaemon) => test.stored((await test.store.sessionIds())[0] ?? '');

describe('a stop', () => {
  it('of a daemon without sessions ends polling, sends what is owed, and closes the store, in that order', async () => {
    const test = await startTestDaemon();
    expect(test.daemon.state).toBe('serving');
    await test.daemon.stop();
    expect(test.daemon.state).toBe('stopped');
    expect(test.telegram.calls).toEqual(['start', 'stopPolling', 'stop']);
    expect(test.store.isClosed).toBe(true);
  });

  it('suspends an idle session for the next daemon to bring back', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    await test.daemon.stop();
    expect(test.claude.latest).toMatchObject({ hasExited: true, kills: 0 });
    expect(await stored(test)).toMatchObject({
      state: 'suspended',
      process: null,
      lastEnd: { reason: 'drained', code: 0 },
    });
  });

  it('lets a running turn end and sends its answer', async () => {
    const test = await startTestDaemon();
    await test.writes('hi');
    await test.prompted();
    const stopped = test.daemon.stop();
    expect(test.daemon.state).toBe('draining');
    expect(test.claude.latest.received.map(({ type }) => type)).not.toContain('claude.stop');
    test.claude.latest.answers('Just in time.');
    await stopped;
    expect(test.telegram.told()).toEqual(['Just in time.']);
    expect(await stored(test)).toMatchObject({ state: 'suspended', inbox: [], outbox: [], process: null });
  });

  it('waits for a turn as long as the configuration says, then ends the process and keeps the message', async () => {
    const test = await startTestDaemon({ config: { drainMs: 5_000 } });
    await test.writes('hi');
    await test.prompted();
    test.claude.latest.says({ type: 'claude.turnStarted' });
    test.claude.latest.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
    const stopped = test.daemon.stop();
    test.pass(4_999);
    expect(test.claude.latest.hasExited).toBe(false);
    test.pass(1);
    await stopped;
    expect(test.claude.latest.hasExited).toBe(true);
    expect(await stored(test)).toMatchObject({
      process: null,
      lastEnd: { reason: 'drained' },
      inbox: [{ text: 'hi', state: 'delivered' }],
    });
  });

  it('keeps what still comes, in the last batch too, for the next daemon, which answers it', async () => {
    const test = await startTestDaemon();
    await test.writes('hi');
    await test.prompted();
    test.telegram.lastBatch = async () => void (await test.writes('in the last batch', chat(102)));
    const stopped = test.daemon.stop();
    await test.writes('while it drains', chat(101));
    await test.writes('and more', chat(101));
    await expect
      .poll(() => test.telegram.replied.filter(({ chatId }) => chatId === 101))
      .toMatchObject([{ reply: { text: keptForRestartText().text } }]);
    test.claude.latest.answers('Hello.');
    await stopped;
    expect(test.claude.started).toHaveLength(1);
    const next = await startTestDaemon({ disk: test.store.disk });
    await expect
      .poll(() => next.claude.started.flatMap(({ prompts }) => prompts.map(({ text }) => text)).sort())
      .toEqual(['and more', 'in the last batch', 'while it drains']);
  });

  it('begins no turn that waits behind the running one', async () => {
    const test = await startTestDaemon();
    await test.writes('first');
    await test.prompted();
    await test.sessions.setWhileWorking(CHAT, 'queue', test.now());
    await test.writes('second');
    const stopped = test.daemon.stop();
    test.claude.latest.answers('First.');
    await stopped;
    expect(test.claude.latest.prompts.map(({ text }) => text)).toEqual(['first']);
    expect(await stored(test)).toMatchObject({
      state: 'suspended',
      inbox: [{ text: 'second', state: 'waiting' }],
    });
  });

  it('hears the tap that a turn waits for', async () => {
    const test = await startTestDaemon();
    await test.writes('hi');
    await test.prompted();
    test.claude.latest.says({ type: 'claude.turnStarted' });
    test.claude.latest.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
    const stopped = test.daemon.stop();
    expect(await test.sessions.tapApproval(CHAT.chatId, 'a1', 'allow', test.now())).toMatchObject({
      after: null,
    });
    expect(test.claude.latest.received.at(-1)).toMatchObject({ type: 'claude.answerApproval', id: 'a1' });
    expect(test.telegram.calls).not.toContain('stopPolling');
    test.claude.latest.answers('Done.');
    await stopped;
    expect(test.telegram.told()).toContain('Done.');
  });

  it('waits for a background task, and no longer than it is told', async () => {
    const test = await startTestDaemon({ config: { drainMs: 5_000 } });
    await test.writes('hi');
    await test.prompted();
    test.claude.latest.says({ type: 'claude.backgroundTasksChanged', count: 1 });
    test.claude.latest.answers('It runs.');
    const stopped = test.daemon.stop(60_000);
    test.pass(59_000);
    expect(test.claude.latest.hasExited).toBe(false);
    expect((await test.daemon.status()).daemon.drain).toEqual({ endsAt: NOON + 60_000 });
    test.claude.latest.says({ type: 'claude.backgroundTasksChanged', count: 0 });
    await stopped;
    expect(await stored(test)).toMatchObject({ state: 'suspended', lastEnd: { reason: 'drained' } });
  });

  it('leaves a session that was only starting to the next daemon, and one that crashes meanwhile', async () => {
    const test = await startTestDaemon({ obedient: false });
    await test.writes('one', chat(101));
    const starting = test.claude.latest;
    starting.spawns();
    await test.writes('two', chat(102));
    const crashing = test.claude.latest;
    crashing.spawns();
    crashing.getsReady();
    await test.prompted();
    const stopped = test.daemon.stop();
    await expect.poll(() => starting.received.at(-1)?.type).toBe('claude.stop');
    starting.exits();
    crashing.exits({ code: null, signal: 'SIGKILL' });
    await stopped;
    expect(test.claude.started).toHaveLength(2);
    const next = await startTestDaemon({ disk: test.store.disk });
    await expect
      .poll(() => next.claude.started.flatMap(({ prompts }) => prompts.map(({ text }) => text)).sort())
      .toEqual(['one', 'two']);
  });

  it('kills a process that does not stop, after 30 s', async () => {
    const test = await startTestDaemon({ obedient: false });
    await test.writes('hi');
    const { latest } = test.claude;
    latest.spawns();
    latest.getsReady();
    await test.prompted();
    latest.answers('Hello.');
    const stopped = test.daemon.stop();
    await expect.poll(() => latest.received.at(-1)?.type).toBe('claude.stop');
    test.pass(10_000);
    await expect.poll(() => test.logged()).toContain('daemon.stepTooSlow');
    test.pass(29_999);
    expect(latest.kills).toBe(0);
    test.pass(1);
    await stopped;
    expect(latest.kills).toBe(1);
    expect(await stored(test)).toMatchObject({ state: 'suspended', process: null });
  });

  it('asked for a second time kills at once, and both callers hear of the end', async () => {
    const test = await startTestDaemon();
    await test.writes('hi');
    await test.prompted();
    const stopped = test.daemon.stop();
    await Promise.all([test.daemon.stopNow(), stopped]);
    expect(test.claude.latest.kills).toBe(1);
    expect(test.daemon.state).toBe('stopped');
    expect(await stored(test)).toMatchObject({
      process: null,
      lastEnd: { reason: 'drained' },
      crashes: [],
      inbox: [{ text: 'hi', state: 'delivered' }],
    });
  });

  it('starts no actor for a message that came after a bug, while the process was still being killed', async () => {
    const test = await startTestDaemon();
    await test.writes('hi');
    await test.prompted();
    const death = Promise.withResolvers<void>();
    const { latest } = test.claude;
    latest.kill = () => death.promise;
    latest.says({ type: 'claude.approvalRequested', approval: undefined as never });
    await test.writes('more');
    const stopped = test.daemon.stop();
    expect(test.daemon.state).toBe('draining');
    death.resolve();
    await stopped;
    expect([test.claude.started.length, test.claude.recoveries.length]).toEqual([1, 0]);
    expect((await stored(test)).inbox.map(({ text }) => text)).toEqual(['hi', 'more']);
  });

  it('leaves no actor, and what Telegram reports after it is not even looked up', async () => {
    const actors = watchActors();
    const test = await startTestDaemon({ inspect: actors.inspect });
    await test.talks('hi', 'Hello.');
    const { id } = await test.current();
    expect([actors.running(id), actors.running('daemon')]).toEqual([1, 1]);
    await test.daemon.stop();
    expect([actors.running(id), actors.running('daemon')]).toEqual([0, 0]);
    const loads: string[] = [];
    test.store.loadSession = (loaded) => {
      loads.push(loaded);
      return Promise.resolve(null);
    };
    test.telegram.reportLiveMessage(id, 12);
    expect(loads).toEqual([]);
  });

  it('starts nothing: neither a queued message nor a session with a bug gets a new process', async () => {
    const test = await startTestDaemon({ config: { drainMs: 1_000 } });
    await test.writes('hi');
    await test.writes('queued');
    await test.prompted(2);
    const stopped = test.daemon.stop();
    test.pass(1_000);
    await stopped;
    expect(test.claude.started).toHaveLength(1);
    expect((await stored(test)).inbox.map(({ text }) => text)).toEqual(['hi', 'queued']);
    const next = await startTestDaemon({ disk: test.store.disk });
    await next.prompted(2);
    expect(next.claude.latest.prompts.map(({ text }) => text)).toEqual(['hi', 'queued']);
  });

  it('ends although the disk refuses, and says what could not be saved', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    test.store.refusal = new Error('The disk is full.');
    await test.daemon.stop();
    expect(test.logged()).toContain('session.leftUnsaved');
    expect(test.claude.latest.hasExited).toBe(true);
  });

  it('twice is once', async () => {
    const test = await startTestDaemon();
    await Promise.all([test.daemon.stop(), test.daemon.stop()]);
    await test.daemon.stop();
    await test.daemon.stopNow();
    expect(test.telegram.calls).toEqual(['start', 'stopPolling', 'stop']);
  });
});

describe('a start that fails', () => {
  it('tells why, after it put everything away', async () => {
    const wrongToken = new Error('The token is wrong.');
    const kept: Partial<TestDaemon> = {};
    await expect(
      startTestDaemon({
        prepare: ({ telegram, store }) => {
          telegram.startError = wrongToken;
          Object.assign(kept, { telegram, store });
        },
      }),
    ).rejects.toBe(wrongToken);
    expect(kept.telegram?.calls).toEqual(['start', 'stopPolling', 'stop']);
    expect(kept.store?.isClosed).toBe(true);
  });

  it('can be stopped while Telegram does not answer', async () => {
    const stop = new AbortController();
    const test = await startTestDaemon({
      signal: stop.signal,
      prepare: ({ telegram }) => {
        telegram.start = () => {
          queueMicrotask(() => stop.abort());
          return new Promise(() => undefined);
        };
      },
    });
    await test.daemon.stop();
    expect(test.daemon.state).toBe('stopped');
  });
});

it('the daemon shows itself in its status', async () => {
  const test = await startTestDaemon();
  await test.sessions.create(CHAT, { messageId: 1, argument: '', at: test.now() });
  const { daemon, sessions } = await test.daemon.status();
  expect(daemon).toEqual({
    pid: process.pid,
    version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    state: 'serving',
    startedAt: test.now(),
    drain: null,
    telegram: { state: 'polling', lastPollAt: null, lastError: null, conflict: null },
    processes: { live: 0, max: 1_000, maxWhy: 'by the test', waiting: 0 },
    epoch: 1,
    unreadable: [],
  });
  expect(sessions).toHaveLength(1);
});
