/** /sessions and /rename: the list, the cards, and what their buttons do, from a person's tap to the sessions and back. */
import { describe, expect, it } from 'vitest';
import type { SessionView } from '../../machines/session-view.ts';
import { ME, startBot, type TestBot } from '../helpers/bot.ts';
import { NOON } from '../helpers/records.ts';
import { aView } from '../helpers/steerable-sessions.ts';

const WORK = aView({ id: 'a', name: 'work', state: 'active', suspendsInMs: null });
const FAR = aView({
  id: 'b',
  name: 'a name that is much longer than what a button has room for, really',
  state: 'suspended',
  phase: 'suspended.resting',
  suspendsInMs: null,
  inbox: 2,
});

async function startWithList(views: SessionView[] = [WORK, FAR], chatId = ME) {
  const bot = await startBot({ now: () => NOON + 3_600_000 });
  bot.sessions.views = views;
  bot.sessions.view = views[0] ?? null;
  bot.emulator.sendText({ chatId, userId: ME, text: '/sessions@hiber_bot' });
  const { message_id: messageId } = await bot.emulator.waitForMessage(
    chatId,
    ({ reply_markup }) => reply_markup !== undefined,
  );
  const message = () => bot.emulator.messages(chatId).find(({ message_id }) => message_id === messageId);
  const labels = () => message()?.reply_markup?.inline_keyboard.map((row) => row.map(({ text }) => text));
  const press = (button: string) => bot.emulator.press({ chatId, userId: ME, messageId, button });
  return { ...bot, messageId, text: () => message()?.text, message, labels, press };
}

async function answerTo(bot: TestBot, text: string, replyTo?: number): Promise<string> {
  const { message_id: messageId } = bot.emulator.sendText({ chatId: ME, text, replyTo });
  const answer = await bot.emulator.waitForMessage(
    ME,
    ({ reply_to_message: original }) => original?.message_id === messageId,
  );
  return answer.text ?? '';
}

describe('/sessions', () => {
  it('lists them with state, age, what is left until they sleep, folder, and what waits', async () => {
    const idle = aView({ id: 'c', name: 'idle one' });
    const { text, labels } = await startWithList([WORK, FAR, idle]);
    expect(text()).toMatchInlineSnapshot(`
      "3 sessions here. Tap one for more.

      ✓ work – active
      /home/me/work

      a name that is much longer than what a button has room for, really – suspended for 1 min 30 s
      /home/me/work
      2 messages wait.

      idle one – idle for 1 min 30 s, suspends in 8 min 30 s
      /home/me/work"
    `);
    expect(labels()).toMatchInlineSnapshot(`
      [
        [
          "✓ work – active",
        ],
        [
          "a name that is much longer th… – suspended",
        ],
        [
          "idle one – idle",
        ],
      ]
    `);
  });

  it('says so when there are none', async () => {
    const bot = await startBot();
    bot.sessions.views = [];
    bot.sessions.view = null;
    expect(await answerTo(bot, '/sessions')).toBe('There is no session here. Your next message starts one.');
  });

  it('shows eight at a time, and turns the page in place', async () => {
    const many = Array.from({ length: 10 }, (_, index) =>
      aView({ id: `n${String(index)}`, name: `number ${String(index)}` }),
    );
    const { text, labels, press } = await startWithList(many);
    expect(labels()?.at(-1)).toEqual(['›']);
    expect(labels()).toHaveLength(9);
    await press('›');
    await expect.poll(labels).toEqual([['number 8 – idle'], ['number 9 – idle'], ['‹']]);
    expect(text()).toContain('Page 2 of 2');
  });

  it('leads to the topic where a session is in one, and does not offer to switch to it', async () => {
    const chatId = -1_000_000_000_777;
    const inTopic = aView({ id: 'b', name: 'apart', chatId, threadId: 5 });
    const { message, press, labels, text } = await startWithList([{ ...WORK, chatId }, inTopic], chatId);
    expect(message()?.entities).toContainEqual(
      expect.objectContaining({ type: 'text_link', url: 'https://t.me/c/777/5' }),
    );
    await press('apart – idle');
    await expect.poll(() => labels()?.[0]).toEqual(['Suspend']);
    expect(text()).toContain('It is in a topic of its own');
  });
});

describe("a session's card", () => {
  it('shows its state and what can be done with it', async () => {
    const { text, labels, press, sessions } = await startWithList();
    await press('✓ work – active');
    await expect.poll(labels).toEqual([['Interrupt and suspend'], ['Rename', 'End'], ['‹ All sessions']]);
    expect(text()).toContain('Your messages here go to it.');
    await press('‹ All sessions');
    await expect.poll(text).toContain('2 sessions here.');
    expect(sessions.calls.filter((call) => call.startsWith('order'))).toEqual([]);
  });

  it('switches to it, and says so', async () => {
    const { labels, press, sessions } = await startWithList();
    await press('sc:b');
    await expect.poll(() => labels()?.[0]).toEqual(['Switch to it', 'Wake']);
    expect((await press('Switch to it'))?.text).toContain('Your messages now go to a name that');
    expect(sessions.calls).toContain('select(b)');
    await expect.poll(() => labels()?.[0]).toEqual(['Wake']);
  });

  it.each([
    ['Wake', 'b', 'order(7, b, wake)'],
    ['Interrupt and suspend', 'a', 'order(7, a, suspend)'],
  ])('%s is for the session that the card shows, not for the current one', async (button, id, call) => {
    const { press, labels, sessions } = await startWithList();
    sessions.view = aView({ id: 'other' });
    await press(`sc:${id}`);
    await expect.poll(() => labels()?.flat()).toContain(button);
    await press(button);
    expect(sessions.calls).toContain(call);
  });

  it('ends it only after it was asked whether that is meant', async () => {
    const { press, text, labels, sessions } = await startWithList();
    await press('sc:b');
    await expect.poll(() => labels()?.flat()).toContain('End');
    await press('End');
    await expect.poll(text).toContain('2 messages that wait will not be answered');
    expect(sessions.calls.filter((call) => call.startsWith('order'))).toEqual([]);
    await press('End it');
    expect(sessions.calls).toContain('order(7, b, end)');
    await expect.poll(text).toContain('2 sessions here.');
  });

  it('of a session that has ended since says so, and shows those that there are', async () => {
    const { press, text, sessions } = await startWithList();
    sessions.views = [WORK];
    expect((await press('sc:b'))?.text).toBe('That session has ended. /sessions lists the others.');
    await expect.poll(text).toContain('1 session here.');
  });

  it('works after a restart of the daemon', async () => {
    const bot = await startWithList();
    const next = await bot.restart();
    next.sessions.views = [WORK, FAR];
    await bot.press('sc:b');
    await expect.poll(() => bot.labels()?.flat()).toContain('Wake');
    await bot.press('Wake');
    expect(next.sessions.calls).toContain('order(7, b, wake)');
  });
});

describe('renaming', () => {
  it('of the current session is /rename with the name', async () => {
    const bot = await startBot();
    bot.sessions.view = WORK;
    bot.sessions.views = [WORK];
    expect(await answerTo(bot, '/rename  the\nlogin   bug ')).toBe(
      'The session is now called the login bug.',
    );
    expect(bot.sessions.calls).toContain('rename(7, a, the login bug)');
    expect(await answerTo(bot, '/rename')).toBe(
      'This session is called work. /rename new name changes that.',
    );
  });

  it('of any session is a reply to the message that asks for the name', async () => {
    const bot = await startWithList();
    await bot.press('sc:b');
    await expect.poll(() => bot.labels()?.flat()).toContain('Rename');
    await bot.press('Rename');
    await expect.poll(bot.labels).toEqual([['Keep the name']]);
    expect(await answerTo(bot, 'far away', bot.messageId)).toBe('The session is now called far away.');
    expect(bot.sessions.calls).toContain('rename(7, b, far away)');
    expect(bot.sessions.accepted).toEqual([]);
  });

  it('leaves a reply to any other message what it is: a message for Claude', async () => {
    const bot = await startWithList();
    bot.emulator.sendText({ chatId: ME, text: 'go on', replyTo: bot.messageId });
    await expect.poll(() => bot.sessions.accepted).toMatchObject([{ text: 'go on' }]);
  });

  it('needs the question to be the bot’s own: what another bot asks with the same button is none', async () => {
    const bot = await startWithList();
    const from = { id: ME, is_bot: false, first_name: 'Me' };
    const chat = { id: ME, type: 'private', first_name: 'Me' };
    const reply_markup = { inline_keyboard: [[{ text: 'Keep the name', callback_data: 'sk:b' }]] };
    const asked = { message_id: 3, date: 1, chat, from: { ...from, id: 99, is_bot: true }, reply_markup };
    const message = { message_id: 900, date: 1, from, chat, text: 'go on', reply_to_message: asked };
    bot.emulator.pushUpdate({ message });
    await expect.poll(() => bot.sessions.arrived).toMatchObject([{ text: 'go on' }]);
    expect(bot.sessions.calls.filter((call) => call.startsWith('rename'))).toEqual([]);
  });

  it('of a session that has ended since says so', async () => {
    const bot = await startWithList();
    await bot.press('sc:b');
    await expect.poll(() => bot.labels()?.flat()).toContain('Rename');
    await bot.press('Rename');
    await expect.poll(bot.labels).toEqual([['Keep the name']]);
    bot.sessions.views = [WORK];
    expect(await answerTo(bot, 'far away', bot.messageId)).toContain('That session has ended.');
  });
});
