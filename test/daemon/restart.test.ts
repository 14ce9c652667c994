/** A daemon that starts on what an earlier one left on disk: each kind of record. */
import { describe, expect, it } from 'vitest';
import type { SessionRecord } from '../../machines/session-record.ts';
import { createMemoryDisk, createMemoryStore, type MemoryDisk } from '../../src/store/memory-store.ts';
import { aMessage, aRecord, NOON, PROCESS } from '../helpers/records.ts';
import { startTestDaemon } from '../helpers/test-daemon.ts';

/** What a daemon before this one has left. */
async function diskWith(...records: Partial<SessionRecord>[]): Promise<MemoryDisk> {
  const disk = createMemoryDisk();
  const store = createMemoryStore(disk);
  for (const record of records) await store.saveSession(aRecord({ epoch: store.epoch, ...record }));
  await store.close();
  return disk;
}

const DRAINED = { reason: 'drained', code: 0, signal: null, at: NOON } as const;

describe('after a restart', () => {
  it('orphans are ended before anything else happens', async () => {
    const order: string[] = [];
    const test = await startTestDaemon({
      disk: await diskWith({ lastEnd: DRAINED }),
      prepare: ({ claude, telegram }) => {
        claude.orphans = [PROCESS];
        const start = claude.start.bind(claude);
        claude.endOrphans = () => {
          order.push('endOrphans');
          return Promise.resolve([PROCESS]);
        };
        claude.start = (...args) => {
          order.push('start');
          return start(...args);
        };
        telegram.start = () => {
          order.push('poll');
          return Promise.resolve();
        };
      },
    });
    await expect.poll(() => order).toEqual(['endOrphans', 'poll', 'start']);
    expect(test.logged()).toContain('orphans.ended');
  });

  it('a session that was drained while idle is live again, in the same conversation', async () => {
    const test = await startTestDaemon({
      disk: await diskWith({ lastEnd: DRAINED, conversationStarted: true }),
      at: NOON + 60_000,
    });
    await expect.poll(() => test.phase('s1')).toBe('live.idle');
    expect(test.claude.latest.input).toMatchObject({
      claudeSessionId: aRecord().claudeSessionId,
      conversationStarted: true,
      epoch: 2,
    });
    test.pass(539_999);
    expect(await test.phase('s1')).toBe('live.idle');
    test.pass(1);
    await expect.poll(() => test.phase('s1')).toBe('suspended');
  });

  it('one whose idle timeout is over by then stays suspended, and starts no process', async () => {
    const test = await startTestDaemon({ disk: await diskWith({ lastEnd: DRAINED }), at: NOON + 600_000 });
    await expect.poll(() => test.stored('s1').epoch).toBe(2);
    expect(test.claude.started).toEqual([]);
    expect(await test.phase('s1')).toMatch(/^suspended/);
  });

  it('a prompt that Claude never got is handed over', async () => {
    const inbox = [aMessage('m1', { state: 'delivered' })];
    const test = await startTestDaemon({
      disk: await diskWith({ state: 'active', process: PROCESS, conversationStarted: true, inbox }),
    });
    await test.prompted();
    expect(test.claude.recoveries).toMatchObject([{ id: 's1', process: PROCESS, uuids: ['m1'] }]);
    expect(test.claude.latest.prompts).toMatchObject([{ uuid: 'm1', text: 'text of m1' }]);
    test.claude.latest.answers('Done.');
    await expect.poll(() => test.telegram.told()).toEqual(['Done.']);
  });

  it('an answer that nobody sent is sent, and the prompt is not repeated', async () => {
    const inbox = [aMessage('m1', { state: 'delivered' })];
    const test = await startTestDaemon({
      disk: await diskWith({ state: 'active', process: PROCESS, conversationStarted: true, inbox }),
      prepare: ({ claude }) => {
        claude.fateOf = (uuid) => ({ uuid, fate: 'answered', markdown: 'It was done.' });
      },
    });
    await expect.poll(() => test.telegram.told()).toEqual(['It was done.']);
    expect(test.claude.started.flatMap(({ prompts }) => prompts)).toEqual([]);
  });

  it('messages that waited are answered in their order', async () => {
    const test = await startTestDaemon({
      disk: await diskWith({ inbox: [aMessage('m1'), aMessage('m2')] }),
    });
    await test.prompted(2);
    test.claude.latest.answers('one');
    test.claude.latest.answers('two');
    await expect.poll(() => test.telegram.told()).toEqual(['one', 'two']);
  });

  it('what the chat is still owed is sent, without a process', async () => {
    const outbox = [
      {
        id: 4,
        at: NOON,
        replyTo: null,
        partsSent: 0,
        doubts: 0,
        body: { kind: 'answer', markdown: 'Late.' },
      },
    ] as const;
    const test = await startTestDaemon({
      disk: await diskWith(
        { outbox: [...outbox], nextOutboxId: 5 },
        { id: 's2', state: 'terminated', outbox: [...outbox], nextOutboxId: 5 },
      ),
    });
    await expect.poll(() => test.telegram.told()).toEqual(['Late.', 'Late.']);
    await expect.poll(() => [test.stored('s1').outbox, test.stored('s2').outbox]).toEqual([[], []]);
    expect(test.claude.started).toEqual([]);
  });

  it('quiet sessions are not even read', async () => {
    const test = await startTestDaemon({
      disk: await diskWith({}, { id: 's2', state: 'terminated' }),
      prepare: ({ store }) => {
        store.loadSession = () => Promise.reject(new Error('It was read.'));
      },
    });
    expect(test.logged()).not.toContain('session.notRestored');
    expect(test.claude.started).toEqual([]);
  });

  it('one session that cannot be read keeps none of the others from coming back', async () => {
    const disk = await diskWith(
      { id: 's1', lastEnd: DRAINED },
      { id: 's2', lastEnd: DRAINED },
      { id: 's3', lastEnd: DRAINED },
    );
    const test = await startTestDaemon({
      disk,
      prepare: ({ store }) => {
        const load = store.loadSession.bind(store);
        store.loadSession = (id) =>
          id === 's1' ? Promise.reject(new Error('EIO')) : id === 's2' ? Promise.resolve(null) : load(id);
      },
    });
    await expect.poll(() => test.logged()).toContain('session.unreadable');
    expect(test.logged()).toContain('session.notRestored');
    await expect.poll(() => test.claude.started.map(({ input }) => input.id)).toEqual(['s3']);
  });

  it('no more than four processes start at once', async () => {
    const ids = ['s1', 's2', 's3', 's4', 's5', 's6'];
    const test = await startTestDaemon({
      disk: await diskWith(...ids.map((id) => ({ id, lastEnd: DRAINED }))),
      obedient: false,
    });
    await expect.poll(() => test.claude.started.length).toBe(4);
    const [first] = test.claude.started;
    first?.spawns();
    first?.getsReady();
    await expect.poll(() => test.claude.started.length).toBe(5);
  });

  it('a message to a session that is not back yet brings it back once', async () => {
    const before = await startTestDaemon();
    await before.talks('hi', 'Hello.');
    await before.daemon.stop();
    let load = Promise.withResolvers<void>();
    const test = await startTestDaemon({
      disk: before.store.disk,
      prepare: ({ store }) => {
        const inner = store.loadSession.bind(store);
        store.loadSession = async (id) => {
          await load.promise;
          return inner(id);
        };
      },
    });
    const accepted = test.writes('more');
    load.resolve();
    load = Promise.withResolvers();
    load.resolve();
    await accepted;
    await test.prompted();
    expect(test.claude.started).toHaveLength(1);
  });
});

it('a daemon whose sessions another one took over kills its processes and saves nothing more', async () => {
  const before = await startTestDaemon();
  await before.talks('hi', 'Hello.');
  const { id } = await before.current();
  const test = await startTestDaemon({ disk: before.store.disk });
  await expect.poll(() => test.phase(id)).toBe('live.idle');
  await expect(
    before.sessions.setIdleTimeout({ chatId: 7, threadId: null }, 1_000, before.now()),
  ).rejects.toThrow('later daemon');
  await expect.poll(() => before.claude.latest.kills).toBe(1);
  expect(before.logged()).toContain('session.takenOver');
  expect(test.stored(id).idleTimeoutMs).toBe(600_000);
  expect(test.claude.latest.kills).toBe(0);

  await expect(before.writes('more')).rejects.toThrow('later daemon');
  // Looking for leftovers would end the process of the daemon that has the session now.
  expect(before.claude.recoveries).toEqual([]);
  expect(before.claude.started).toHaveLength(1);
});
