/** Topics: made for new sessions, titled with their state, and what people do with them, over the emulated Bot API. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import type { ShownTopic } from '../../src/telegram/ports.ts';
import { makeBot, ME, startBot, type BotOptions, type TestBot } from '../helpers/bot.ts';
import { aRecord, NOON } from '../helpers/records.ts';
import { aView } from '../helpers/steerable-sessions.ts';

const FORUM = -1_001_000_000_777;

async function startForum(options: BotOptions = {}): Promise<TestBot> {
  const bot = await startBot(options);
  bot.emulator.createGroup({ chatId: FORUM, title: 'Workshop', isForum: true });
  bot.sessions.view = aView({ id: 'new', name: 'shop', chatId: FORUM });
  return bot;
}

function write(bot: TestBot, text: string, threadId?: number): number {
  return bot.emulator.sendText({ chatId: FORUM, userId: ME, text, threadId }).message_id;
}

async function answerTo(bot: TestBot, text: string, threadId?: number) {
  const asked = write(
    bot,
    `${text.replace(' ', '@hiber_bot ').replace(/^(\/\w+)$/, '$1@hiber_bot')}`,
    threadId,
  );
  return bot.emulator.waitForMessage(
    FORUM,
    ({ reply_to_message: original, text: said }) => original?.message_id === asked && said !== undefined,
  );
}

const topics = (bot: TestBot, chatId = FORUM) =>
  bot.emulator.chats().find(({ id }) => id === chatId)?.topics ?? [];

describe('a new session in a chat with topics', () => {
  it.each([
    ['/new shop', 'create('],
    ['/fork', 'fork(null, null)'],
    ['/resume 00000000-0000-4000-8000-000000000001', 'resume('],
  ])('gets a topic of its own by %s', async (command, call) => {
    const bot = await startForum();
    const answer = await answerTo(bot, command);
    const [topic] = topics(bot);
    expect(topic?.name).toBe('💤 shop');
    expect(bot.sessions.calls.map((each) => each.slice(0, call.length))).toContain(call);
    expect(bot.sessions.calls).toContain(`place(${String(FORUM)}, new, ${String(topic?.threadId)})`);
    expect(answer.text).toContain('It has a topic of its own: shop.');
    expect(answer.entities).toContainEqual(
      expect.objectContaining({ url: `https://t.me/c/1000000777/${String(topic?.threadId)}` }),
    );
  });

  it('gets none where the bot has not the right, and is then where it was asked for', async () => {
    const bot = await startForum();
    bot.emulator.setBotManagesTopics(FORUM, false);
    expect((await answerTo(bot, '/new')).text).toMatchInlineSnapshot(`
      "New session shop in /home/me/work. Your next message goes to it.

      It could not get a topic of its own: make me an administrator of this group who may manage topics, and each new session gets one."
    `);
    expect(bot.sessions.calls).toContain(`place(${String(FORUM)}, new, null)`);
    const threadId = bot.emulator.createTopic({ chatId: FORUM, userId: ME, name: 'A' });
    await answerTo(bot, '/new', threadId);
    expect(bot.sessions.calls).toContain(`place(${String(FORUM)}, new, ${String(threadId)})`);
  });

  it('gets no second topic when the update comes again after the first was noted', async () => {
    const bot = await startForum();
    bot.sessions.view = aView({ id: 'new', name: 'shop', chatId: FORUM, threadId: 42 });
    await answerTo(bot, '/new');
    expect(bot.calls('createForumTopic')).toEqual([]);
    expect(bot.sessions.calls).toContain(`place(${String(FORUM)}, new, 42)`);
  });

  it('waits for Telegram, and is made once, when Telegram fails meanwhile', async () => {
    const bot = await startForum();
    bot.emulator.fault({
      method: 'createForumTopic',
      times: 1,
      error: { code: 502, description: 'Bad Gateway' },
    });
    await answerTo(bot, '/new');
    expect(topics(bot)).toHaveLength(1);
    expect(bot.sessions.calls.filter((call) => call.startsWith('place'))).toHaveLength(1);
  });

  it('gets one in a private chat, too, where the bot has topics there', async () => {
    const emulator = await startEmulator({ botUsername: 'hiber_bot', hasTopicsInPrivateChats: true });
    onTestFinished(() => emulator.close());
    const bot = makeBot(emulator);
    await bot.telegram.start();
    bot.sessions.view = aView({ id: 'new', name: 'shop' });
    emulator.sendText({ chatId: ME, text: '/new' });
    await expect.poll(() => topics(bot, ME).map(({ name }) => name)).toEqual(['💤 shop']);
    await expect.poll(() => bot.texts(ME).join()).toContain('It has a topic of its own: shop.');
  });

  it('gets none in a chat without topics', async () => {
    const bot = await startBot();
    bot.emulator.sendText({ chatId: ME, text: '/new' });
    await expect.poll(() => bot.texts()).toHaveLength(1);
    expect(bot.calls('createForumTopic')).toEqual([]);
    expect(bot.sessions.calls.filter((call) => call.startsWith('place'))).toEqual([]);
  });
});

describe("a topic's title", () => {
  async function startWithTopic(options: BotOptions = {}) {
    const bot = await startForum(options);
    const threadId = bot.emulator.createTopic({ chatId: FORUM, userId: ME, name: 'shop' });
    const show = (state: ShownTopic['state'], name = 'shop') =>
      bot.telegram.showTopic('s1', { chatId: FORUM, threadId, name, state });
    const title = () => topics(bot).find((topic) => topic.threadId === threadId)?.name;
    const edits = () => bot.calls('editForumTopic').map(({ payload }) => payload['name']);
    return { ...bot, bot, threadId, show, title, edits };
  }

  it.each([
    ['working', '⏳ shop'],
    ['asking', '🔔 shop'],
    ['idle', '🟢 shop'],
    ['suspended', '💤 shop'],
    ['ended', '🏁 shop'],
  ] as const)('shows that the session is %s', async (state, shown) => {
    const { show, title } = await startWithTopic();
    show(state);
    await expect.poll(title).toBe(shown);
  });

  it('shows only what stays, and does not repeat itself', async () => {
    const { show, title, edits } = await startWithTopic();
    show('working');
    show('idle');
    show('working');
    show('idle');
    await expect.poll(title).toBe('🟢 shop');
    show('working');
    show('idle');
    show('idle', 'the red door');
    await expect.poll(title).toBe('🟢 the red door');
    expect(edits()).toEqual(['🟢 shop', '🟢 the red door']);
  });

  it('does not wait longer because it is told the same again and again', async () => {
    const { show, title } = await startWithTopic();
    const again = setInterval(() => show('idle'), 20);
    onTestFinished(() => clearInterval(again));
    await expect.poll(title, { timeout: 30_000 }).toBe('🟢 shop');
  });

  it('of many topics changes one after the other', async () => {
    const { bot, title, show } = await startWithTopic({ speed: 20 });
    const threadId = bot.emulator.createTopic({ chatId: FORUM, userId: ME, name: 'other' });
    show('idle');
    bot.telegram.showTopic('s2', { chatId: FORUM, threadId, name: 'other', state: 'idle' });
    await expect.poll(title).toBe('🟢 shop');
    await expect.poll(() => topics(bot).at(-1)?.name).toBe('🟢 other');
    const [first, second] = bot.calls('editForumTopic');
    // 4 s of Telegram's time are 200 ms here; the first call may have been under way for a while when it was noted.
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(100);
  });

  it('waits when Telegram wants a pause, and then shows what is right by then', async () => {
    const { bot, show, title, edits } = await startWithTopic();
    const error = { code: 429, description: 'Too Many Requests: retry after 1', retryAfter: 1 };
    bot.emulator.fault({ method: 'editForumTopic', times: 1, error });
    show('working');
    await expect.poll(edits).toHaveLength(1);
    show('idle');
    await expect.poll(title).toBe('🟢 shop');
    expect(edits()).toEqual(['⏳ shop', '🟢 shop']);
  });

  it('is let be where the bot has not the right, and where it is so already', async () => {
    const { bot, show, title, edits } = await startWithTopic();
    bot.emulator.setBotManagesTopics(FORUM, false);
    show('idle');
    await expect.poll(edits).toHaveLength(1);
    show('idle');
    await bot.telegram.stop(1_000);
    expect(edits()).toHaveLength(1);
    expect(title()).toBe('shop');
  });

  it('shows the last state when the daemon stops', async () => {
    const { bot, show, title } = await startWithTopic({ speed: 1 });
    show('suspended');
    await bot.telegram.stop(5_000);
    expect(title()).toBe('💤 shop');
  });

  it('of a topic that was deleted tells its session so', async () => {
    const { bot, show, threadId, reports } = await startWithTopic();
    bot.emulator.deleteTopic(FORUM, threadId);
    show('idle');
    await expect
      .poll(() => reports)
      .toMatchObject([{ sessionId: 's1', event: { type: 'telegram.topicGone', threadId } }]);
  });
});

describe('what people do with topics', () => {
  it('names the session: when it is made, and when it is renamed, with or without our sign', async () => {
    const bot = await startForum();
    const threadId = bot.emulator.createTopic({ chatId: FORUM, userId: ME, name: 'Fix it' });
    const topic = { chatId: FORUM, userId: ME, threadId };
    bot.emulator.changeTopic(topic, { name: '💤 The login' });
    bot.emulator.changeTopic(topic, { name: 'The logout' });
    await expect
      .poll(() => bot.sessions.calls)
      .toEqual(
        ['Fix it', 'The login', 'The logout'].map((name) => `nameTopic(${String(threadId)}, ${name})`),
      );
    expect(bot.texts(FORUM)).toEqual([]);
  });

  it("is of no concern when a stranger does it, or when the app made the topic's name up", async () => {
    const bot = await startForum();
    const threadId = bot.emulator.createTopic({ chatId: FORUM, userId: 666, name: 'Strange' });
    bot.emulator.pushUpdate({
      message: {
        message_id: 900,
        date: 1,
        from: { id: ME, is_bot: false, first_name: 'Me' },
        chat: { id: FORUM, type: 'supergroup', title: 'Workshop', is_forum: true },
        message_thread_id: 900,
        is_topic_message: true,
        forum_topic_created: { name: 'New Chat', icon_color: 7322096, is_name_implicit: true },
      },
    });
    write(bot, 'hello', threadId);
    await expect.poll(() => bot.sessions.accepted).toHaveLength(1);
    expect(bot.sessions.calls).toEqual([]);
  });

  it('suspends the session when it is closed, and does not wake it when it is opened again', async () => {
    const bot = await startForum();
    const threadId = bot.emulator.createTopic({ chatId: FORUM, userId: ME, name: 'A' });
    const topic = { chatId: FORUM, userId: ME, threadId };
    bot.emulator.changeTopic(topic, 'close');
    bot.emulator.changeTopic(topic, 'reopen');
    write(bot, 'hello', threadId);
    await expect.poll(() => bot.sessions.accepted).toHaveLength(1);
    expect(bot.sessions.calls).toEqual([`nameTopic(${String(threadId)}, A)`, 'suspend()']);
  });

  it('deletes one: what is owed there comes to the chat, and the session is told', async () => {
    const bot = await startForum();
    const threadId = bot.emulator.createTopic({ chatId: FORUM, userId: ME, name: 'A' });
    bot.emulator.deleteTopic(FORUM, threadId);
    const body = { kind: 'answer' as const, markdown: 'Done.' };
    const outbox = [{ id: 1, at: NOON, replyTo: null, partsSent: 0, doubts: 0, body }];
    bot.telegram.offer(aRecord({ chatId: FORUM, threadId, outbox }));
    await expect
      .poll(() => bot.texts(FORUM))
      .toEqual(['The topic of this session is gone, so this comes here.\n\nDone.']);
    await expect
      .poll(() => bot.reports.map(({ event }) => event.type))
      .toEqual(['telegram.topicGone', 'telegram.delivered']);
  });

  it('closes one to the bot: what is owed there comes to the chat, and the session stays', async () => {
    const bot = await startForum();
    const threadId = bot.emulator.createTopic({ chatId: FORUM, userId: ME, name: 'A' });
    bot.emulator.setBotManagesTopics(FORUM, false);
    bot.emulator.changeTopic({ chatId: FORUM, userId: ME, threadId }, 'close');
    const body = { kind: 'answer' as const, markdown: 'Done.' };
    const outbox = [{ id: 1, at: NOON, replyTo: null, partsSent: 0, doubts: 0, body }];
    bot.telegram.offer(aRecord({ chatId: FORUM, threadId, outbox }));
    await expect.poll(() => bot.texts(FORUM).join()).toContain('is closed, so this comes here.');
    await expect.poll(() => bot.reports.map(({ event }) => event.type)).toEqual(['telegram.delivered']);
  });
});
