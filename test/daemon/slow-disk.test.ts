/** A disk that takes its time: what depends on it waits for it, in order, and nothing else does. */
import { expect, it } from 'vitest';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { startTestDaemon } from '../helpers/test-daemon.ts';
import { watchedFileSystem } from '../store/watched-file-system.ts';

const OTHER = { chatId: 8, threadId: null };

/** A daemon whose disk makes the saves of one session wait. */
async function startOnSlowDisk() {
  let slow: { file: string; until: Promise<void> } | null = null;
  const fs = watchedFileSystem(async (call, path) => {
    // Each save looks first at what it is about to replace.
    if (call === 'stat' && slow && path.endsWith(slow.file)) await slow.until;
  });
  const test = await startTestDaemon({ store: await openLowdbStore({ dataDir: temporaryFolder(), fs }) });
  const slowDown = (id: string): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    slow = { file: `/${id}.json`, until: promise };
    return resolve;
  };
  return { test, slowDown };
}

it('neither confirms a message nor hands it to Claude before it is durable, and keeps the order', async () => {
  const { test, slowDown } = await startOnSlowDisk();
  await test.talks('hi', 'Hello.');
  const speedUp = slowDown((await test.current()).id);
  let accepted = 0;
  const writing = ['one', 'two', 'three'].map((text) => test.writes(text).then(() => (accepted += 1)));
  await test.talks('meanwhile', 'Somebody else.', OTHER);
  expect(accepted).toBe(0);
  const [first] = test.claude.started;
  expect(first?.prompts.map(({ text }) => text)).toEqual(['hi']);

  speedUp();
  await Promise.all(writing);
  await expect.poll(() => first?.prompts.map(({ text }) => text)).toEqual(['hi', 'one', 'two', 'three']);
  for (const text of ['one', 'two', 'three']) first?.answers(`On ${text}.`);
  await expect.poll(() => test.telegram.told()).toEqual(['Hello.', 'On one.', 'On two.', 'On three.']);
});

it('sends no answer before it is durable', async () => {
  const { test, slowDown } = await startOnSlowDisk();
  await test.writes('hi');
  await test.prompted();
  const speedUp = slowDown((await test.current()).id);
  test.claude.latest.answers('Hello.');
  await test.talks('meanwhile', 'Somebody else.', OTHER);
  expect(test.telegram.told()).toEqual([]);
  speedUp();
  await expect.poll(() => test.telegram.told()).toEqual(['Hello.']);
});
