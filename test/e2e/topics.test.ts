/** A forum with the real Claude Code: each session in a topic of its own, the topic's title and name both ways. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';

const FORUM = -1_001_000_000_042;

let program: Program;
beforeAll(async () => {
  program = await startProgram();
  program.telegram.createGroup({ chatId: FORUM, title: 'Workshop', isForum: true });
});
afterAll(() => program.close());

const topics = () => program.telegram.chats().find(({ id }) => id === FORUM)?.topics ?? [];
const titleOf = (threadId: number) => topics().find((topic) => topic.threadId === threadId)?.name;
const sessionIn = async (threadId: number | null) =>
  (await program.status()).sessions.find(
    (session) => session.chatId === FORUM && session.threadId === threadId,
  );

it('/new makes a topic for the session, whose title follows its name and its state', async () => {
  await program.ask(`/new@${program.telegram.bot.username ?? ''} . shop`, /has a topic of its own/, {
    chatId: FORUM,
  });
  const [topic] = topics();
  if (!topic) throw new Error('There is no topic.');
  const { threadId } = topic;
  const here = { chatId: FORUM, threadId };
  expect(topic.name).toBe('💤 shop');
  await program.telegram.waitForMessage(FORUM, ({ text, message_thread_id: thread }) =>
    Boolean(thread === threadId && text?.startsWith('This topic is a session in')),
  );
  await program.ask('remember the red door', /I will remember/, here);
  await expect.poll(() => titleOf(threadId), { timeout: 30_000 }).toBe('🟢 shop');
  expect(await sessionIn(threadId)).toMatchObject({ state: 'idle', name: 'shop' });
  // The chat itself has no part in it.
  expect(await sessionIn(null)).toBeUndefined();

  program.telegram.changeTopic({ chatId: FORUM, userId: ANNA, threadId }, { name: 'the door' });
  await expect.poll(async () => (await sessionIn(threadId))?.name).toBe('the door');
  program.telegram.changeTopic({ chatId: FORUM, userId: ANNA, threadId }, 'close');
  await expect.poll(async () => (await sessionIn(threadId))?.state, { timeout: 30_000 }).toBe('suspended');
  program.telegram.changeTopic({ chatId: FORUM, userId: ANNA, threadId }, 'reopen');
  await expect.poll(() => titleOf(threadId), { timeout: 30_000 }).toBe('💤 the door');
  await program.ask('what did I say?', /red door/, here);
});

it('/fork in a topic makes another one for the copy', async () => {
  const [original] = topics();
  const threadId = original?.threadId ?? 0;
  await expect.poll(async () => (await sessionIn(threadId))?.state, { timeout: 30_000 }).toBe('idle');
  await program.ask('/fork aside', /has a topic of its own/, { chatId: FORUM, threadId });
  const copy = topics().at(-1);
  expect(copy?.name).toBe('💤 aside');
  await program.ask('what did I say?', /red door/, { chatId: FORUM, threadId: copy?.threadId ?? 0 });
  expect((await sessionIn(threadId))?.name).toBe('the door');
});

it("a person's topic is a session of its own, named after it; deleted, its session is found in the chat itself", async () => {
  const threadId = program.telegram.createTopic({ chatId: FORUM, userId: ANNA, name: 'the oak' });
  await program.ask('remember the oak', /I will remember/, { chatId: FORUM, threadId });
  const session = await sessionIn(threadId);
  expect(session?.name).toBe('the oak');
  program.telegram.deleteTopic(FORUM, threadId);
  await expect.poll(() => sessionIn(threadId), { timeout: 30_000 }).toBeUndefined();
  expect((await sessionIn(null))?.id).toBe(session?.id);
});
