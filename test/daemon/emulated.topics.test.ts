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

const ADOPTED = '00000000-0000-4000-8000-00000000000a';

async function adoptIn(test: EmulatedDaemon) {
  // A bot may not write first, and knows of no group before somebody has written there.
  test.emulator.sendText({ chatId: FORUM, userId: ME, text: '/help@hiber_bot' });
  await expect.poll(() => test.texts(FORUM).length).toBeGreaterThan(0);
  const { folder } = test;
  test.claude.known.push({ claudeSessionId: ADOPTED, title: 'the door', folder, lastUsedAt: Date.now() });
  return test.daemon.adopting.adopt({ claudeSessionId: ADOPTED, chatId: FORUM, name: null, host: 'den' });
}

it('a conversation that is adopted gets a topic of its own, and is told of there', async () => {
  const test = await startForum();
  const adopted = await adoptIn(test);
  const [topic] = topicsIn(test);
  expect(topic?.name).toBe('💤 the door');
  expect(adopted).toMatchObject({
    session: { chatId: FORUM, threadId: topic?.threadId, name: 'the door' },
    noTopic: null,
  });
  await test.emulator.waitForMessage(FORUM, ({ text, message_thread_id: thread }) =>
    Boolean(thread === topic?.threadId && text?.includes('from a terminal on')),
  );
});

it.each(['refused', 'broken'])('one whose topic is %s is the chat’s own, and says why', async (how) => {
  const test = await startForum();
  if (how === 'refused') test.emulator.setBotManagesTopics(FORUM, false);
  else test.emulator.fault({ method: 'createForumTopic', times: 1, drop: 'before' });
  expect(await adoptIn(test)).toMatchObject({
    session: { chatId: FORUM, threadId: null },
    noTopic: expect.stringMatching(/createForumTopic/) as string,
  });
  expect(topicsIn(test)).toEqual([]);
  test.emulator.sendText({ chatId: FORUM, userId: ME, text: '/sessions@hiber_bot' });
  await expect.poll(() => test.texts(FORUM).join()).toContain('the door');
});
