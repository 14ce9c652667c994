/** What the command line has done to sessions: waited for, told to the chat where it would wonder, and no more than once. */
import { describe, expect, it } from 'vitest';
import { CHAT, startTestDaemon, type TestDaemon, type TestDaemonOptions } from '../../helpers/test-daemon.ts';

async function withSession(options: TestDaemonOptions = {}) {
  const test = await startTestDaemon(options);
  await test.talks('hello', 'Hello.');
  const { id } = await test.current();
  return { test, id, desk: test.daemon.desk };
}

const said = (test: TestDaemon): string[] => test.telegram.replied.map(({ reply }) => reply.text);

describe('suspend', () => {
  it('ends the process of an idle session, and says nothing in its chat', async () => {
    const { test, id, desk } = await withSession();
    const done = await desk.order(id, 'suspend');
    expect(done).toMatchObject({
      outcome: 'done',
      before: { phase: 'live.idle' },
      after: { phase: 'suspended', pid: null, lastEnd: { reason: 'user' } },
    });
    expect(test.claude.latest.hasExited).toBe(true);
    expect(await desk.order(id, 'suspend')).toMatchObject({ outcome: 'already' });
    expect(said(test)).toEqual([]);
  });

  it('puts a turn off, keeps its message, and tells the chat', async () => {
    const { test, id, desk } = await withSession();
    await test.writes('work');
    await test.prompted(2);
    expect(await desk.order(id, 'suspend')).toMatchObject({ outcome: 'done', after: { inbox: 1 } });
    expect(said(test)).toEqual([expect.stringMatching(/was suspended from the host's command line/)]);
    expect(test.telegram.notices().map(({ type }) => type)).toEqual(['heldBySuspend']);
  });

  it('says that it goes on when the process takes longer than a minute to end', async () => {
    const { test, id, desk } = await withSession({ obedient: false, prepare: beginsByItself });
    const ordering = desk.order(id, 'suspend');
    await expect.poll(() => test.phase(id)).toBe('live.stopping.suspending');
    test.pass(60_000);
    expect(await ordering).toMatchObject({
      outcome: 'underWay',
      after: { phase: 'live.stopping.suspending' },
    });
    test.claude.latest.exits();
  });
});

describe('wake', () => {
  it('starts the process and waits until it is ready', async () => {
    const { test, id, desk } = await withSession();
    await desk.order(id, 'suspend');
    expect(await desk.order(id, 'wake')).toMatchObject({ outcome: 'done', after: { phase: 'live.idle' } });
    expect(test.claude.started).toHaveLength(2);
    expect(await desk.order(id, 'wake')).toMatchObject({ outcome: 'already' });
  });

  it('waits for a process that is just ending', async () => {
    const { test, id, desk } = await withSession({ obedient: false, prepare: beginsByItself });
    const suspending = desk.order(id, 'suspend');
    await expect.poll(() => test.phase(id)).toBe('live.stopping.suspending');
    const waking = desk.order(id, 'wake');
    test.claude.latest.exits();
    expect(await suspending).toMatchObject({ outcome: 'done' });
    await expect.poll(() => test.claude.started.length).toBe(2);
    await expect.poll(() => test.phase(id)).toBe('live.active.starting');
    test.claude.latest.getsReady();
    expect(await waking).toMatchObject({ outcome: 'done', after: { phase: 'live.idle' } });
  });

  it('tells when Claude can not start', async () => {
    const { test, id, desk } = await withSession({ obedient: false, prepare: beginsByItself });
    const suspending = desk.order(id, 'suspend');
    await expect.poll(() => test.phase(id)).toBe('live.stopping.suspending');
    test.claude.latest.exits();
    await suspending;
    const waking = desk.order(id, 'wake');
    await expect.poll(() => test.claude.started.length).toBe(2);
    test.claude.latest.says({ type: 'claude.failed', problem: 'notLoggedIn', detail: '' });
    test.claude.latest.exits();
    expect(await waking).toMatchObject({ outcome: 'failed', after: { lastEnd: { reason: 'failed' } } });
  });
});

describe('stop', () => {
  it('interrupts the turn, keeps the process, and tells the chat', async () => {
    const { test, id, desk } = await withSession();
    await test.writes('work');
    await test.prompted(2);
    const stopping = desk.order(id, 'stop');
    await expect.poll(() => test.claude.latest.received.at(-1)?.type).toBe('claude.interrupt');
    test.claude.latest.says({ type: 'claude.turnEnded' });
    expect(await stopping).toMatchObject({ outcome: 'done', after: { phase: 'live.idle' } });
    expect(test.claude.latest.hasExited).toBe(false);
    expect(said(test)).toEqual([expect.stringMatching(/was interrupted from the host's command line/)]);
  });

  it('has nothing to interrupt in a session that is idle', async () => {
    const { test, id, desk } = await withSession();
    expect(await desk.order(id, 'stop')).toMatchObject({ outcome: 'already' });
    expect(said(test)).toEqual([]);
  });
});

describe('end', () => {
  it('ends session and process, tells the chat, and can be done once', async () => {
    const { test, id, desk } = await withSession();
    expect(await desk.order(id, 'end')).toMatchObject({
      outcome: 'done',
      after: { phase: 'terminated', state: 'terminated', pid: null },
    });
    expect(await desk.order(id, 'end')).toMatchObject({ outcome: 'already' });
    expect(await desk.order(id, 'wake')).toMatchObject({ outcome: 'ended' });
    expect(await desk.setIdleTimeout(id, 1_000)).toBeNull();
    expect(said(test)).toEqual([expect.stringMatching(/was ended from the host's command line/)]);
    await test.writes('next');
    expect((await test.current(CHAT)).id).not.toBe(id);
  });
});

it('changes the idle timeout of a session that is suspended, durably, without waking it', async () => {
  const { test, id, desk } = await withSession();
  await desk.order(id, 'suspend');
  expect(await desk.setIdleTimeout(id, 36 * 3_600_000)).toMatchObject({ idleTimeoutMs: 36 * 3_600_000 });
  expect(test.stored(id).idleTimeoutMs).toBe(36 * 3_600_000);
  expect(test.claude.started).toHaveLength(1);
});

it('knows no session that there is not', async () => {
  const { desk } = await withSession();
  expect(await desk.order('nope', 'end')).toBeNull();
  expect(await desk.setIdleTimeout('nope', null)).toBeNull();
  expect(await desk.detail('nope')).toBeNull();
});

/** Its first process gets ready by itself; its end is the test's. */
const beginsByItself: NonNullable<TestDaemonOptions['prepare']> = ({ claude }) => {
  const start = claude.start.bind(claude);
  claude.start = (...how) => {
    const process = start(...how);
    queueMicrotask(() => {
      process.spawns();
      if (claude.started.length === 1) process.getsReady();
    });
    return process;
  };
};
