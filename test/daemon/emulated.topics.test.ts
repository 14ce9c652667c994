/** Topics over HTTP to the emulated Bot API, with the daemon dying at the worst moments: one session for one request. */
import { expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import { ME } from '../helpers/bot.ts';
import { startEmulatedDaemon, type EmulatedDaemon } from '../helpers/emulated-daemon.ts';

const FORUM = -1_001_000_000_777;

async function startForum(): Promise<EmulatedDaemon> {
  const emulator = await startEmulator({ botUsername: 'hiber_bot' });
  onTestFinished(() => emulator.close());
  emulator.createGroup({ chatId: FORUM, title: 'Workshop', isForum: true });
  return startEmulatedDaemon({ emulator });
}

const sessionsIn = async ({ daemon }: EmulatedDaemon) => (await daemon.status()).sessions;
const topicsIn = ({ emulator }: EmulatedDaemon) =>
  emulator.chats().find(({ id }) => id === FORUM)?.topics ?? [];

it('a connection that breaks while the topic is made leaves an empty topic at worst, and one session', async () => {
  const test = await startForum();
  test.emulator.fault({ method: 'createForumTopic', times: 1, drop: 'after' });
  test.emulator.sendText({ chatId: FORUM, userId: ME, text: '/new@hiber_bot' });
  await expect.poll(() => test.texts(FORUM).join(), { timeout: 30_000 }).toContain('has a topic of its own');
  expect(topicsIn(test)).toHaveLength(2);
  const [session, ...others] = await sessionsIn(test);
  expect(others).toEqual([]);
  expect(session?.threadId).toBe(topicsIn(test).at(-1)?.threadId);
});

it('a daemon that dies after it has made the topic makes no second session', async () => {
  const test = await startForum();
  // The request is on disk, the topic is there, and the disk takes no word of that.
  const refusal = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  test.emulator.onChange(() => {
    if (topicsIn(test).length > 0) test.store.refusal = refusal;
  });
  test.emulator.sendText({ chatId: FORUM, userId: ME, text: '/new@hiber_bot' });
  await expect.poll(() => topicsIn(test)).toHaveLength(1);
  const next = await test.killAndRestart();
  await expect.poll(() => next.texts(FORUM).join(), { timeout: 30_000 }).toContain('has a topic of its own');
  const sessions = await sessionsIn(next);
  expect(sessions).toHaveLength(1);
  expect(topicsIn(next).map(({ threadId }) => threadId)).toContain(sessions[0]?.threadId);
});
