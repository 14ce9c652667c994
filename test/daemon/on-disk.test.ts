/** The daemon over the store in files: stopped in good order, and gone from one moment to the next. */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SessionRecord } from '../../machines/session-record.ts';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { CHAT, startTestDaemon } from '../helpers/test-daemon.ts';

it('a conversation goes on after the daemon was stopped and started', async () => {
  const dataDir = temporaryFolder();
  const before = await startTestDaemon({ store: await openLowdbStore({ dataDir }) });
  await before.talks('hi', 'Hello.');
  const { id, claudeSessionId } = await before.current();
  await before.daemon.stop();
  expect(await readdir(join(dataDir, 'sessions'))).toEqual([`${id}.json`]);

  const test = await startTestDaemon({ store: await openLowdbStore({ dataDir }) });
  await expect.poll(() => test.phase(id)).toBe('live.idle');
  await test.talks('again', 'Welcome back.');
  expect(test.claude.started).toHaveLength(1);
  expect(test.claude.latest.input).toMatchObject({ id, claudeSessionId, conversationStarted: true });
  expect(test.telegram.told()).toEqual(['Welcome back.']);
  await test.daemon.stop();
});

it('a process is on disk, with its start time, before it gets its first prompt', async () => {
  const dataDir = temporaryFolder();
  const test = await startTestDaemon({ store: await openLowdbStore({ dataDir }), obedient: false });
  await test.writes('hi');
  const file = join(dataDir, 'sessions', `${(await test.current()).id}.json`);
  const onDisk: unknown[] = [];
  const readProcess = () => (JSON.parse(readFileSync(file, 'utf8')) as SessionRecord).process;
  test.claude.latest.onPrompt = () => onDisk.push(readProcess());
  expect(readProcess()).toBeNull();
  test.claude.latest.spawns();
  test.claude.latest.getsReady();
  await test.prompted();
  expect(onDisk).toEqual([test.claude.latest.identity]);
});

it('nothing accepted is lost, nothing is asked twice, when the daemon is gone in the middle of a turn', async () => {
  const dataDir = temporaryFolder();
  const before = await startTestDaemon({ store: await openLowdbStore({ dataDir }) });
  await before.talks('one', 'first');
  await before.writes('two');
  await before.prompted(2);
  await before.writes('three');
  const { id } = await before.current();

  // The earlier daemon is just let go of: it gets no chance to put anything in order.
  const test = await startTestDaemon({
    store: await openLowdbStore({ dataDir }),
    prepare: ({ claude }) => {
      claude.fateOf = (uuid) =>
        uuid === 'uuid-two' ? { uuid, fate: 'answered', markdown: 'second' } : { uuid, fate: 'absent' };
    },
  });
  await test.prompted(1);
  expect(test.claude.recoveries).toMatchObject([
    { id, process: before.claude.latest.identity, uuids: ['uuid-two', 'uuid-three'] },
  ]);
  expect(test.claude.latest.prompts.map(({ text }) => text)).toEqual(['three']);
  test.claude.latest.answers('third');
  await expect.poll(() => test.telegram.told()).toEqual(['second', 'third']);

  // What Telegram brings again is known.
  await test.sessions.accept(CHAT, before.message('one'));
  await test.sessions.accept(CHAT, before.message('three'));
  await test.daemon.stop();
  expect(test.claude.started.flatMap(({ prompts }) => prompts)).toHaveLength(1);
  expect((await (await openLowdbStore({ dataDir })).loadSession(id))?.inbox).toEqual([]);
});
