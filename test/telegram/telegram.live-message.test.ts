/** The live message of a turn, and "typing", through the emulated Bot API. */
import { describe, expect, it } from 'vitest';
import type { OutboxItem } from '../../machines/session-record.ts';
import { ME, startBot, type TestBot } from '../helpers/bot.ts';
import { aRecord, NOON } from '../helpers/records.ts';

const session = aRecord({ chatId: ME });
const frame = (text: string, activity: string | null = null) => ({ text, activity });

async function startChat(options: Parameters<typeof startBot>[0] = {}): Promise<TestBot> {
  const bot = await startBot(options);
  bot.emulator.sendText({ chatId: ME, text: 'question' });
  return bot;
}

function answerOf(id: number, markdown: string): OutboxItem {
  return { id, at: NOON, replyTo: null, partsSent: 0, doubts: 0, body: { kind: 'answer', markdown } };
}

/** The messages that the session was told to remember as its live one, null when there is none. */
function liveMessages({ reports }: TestBot): (number | null)[] {
  return reports.flatMap(({ event }) =>
    event.type === 'telegram.liveMessageChanged' ? [event.messageId] : [],
  );
}

/** Lets more time go by than any pause of frames: as long as "typing" takes to be repeated twice, in another chat. */
async function longerThanAPause({ emulator, telegram, calls }: TestBot): Promise<void> {
  const elsewhere = -8;
  emulator.openChat(elsewhere);
  telegram.typing({ chatId: elsewhere, threadId: null }, 'other', true);
  const repeats = () => calls('sendChatAction').filter(({ payload }) => payload['chat_id'] === elsewhere);
  await expect.poll(() => repeats().length).toBeGreaterThan(2);
}

describe('the live message', () => {
  it('shows the first frame at once, silently, and tells the session which message it is', async () => {
    const bot = await startChat({ speed: 1 });
    bot.telegram.show(session, frame('', 'Bash: npm test'));
    const message = await bot.emulator.waitForMessage(ME, ({ text }) => text === '▸ Bash: npm test');
    expect(bot.calls('sendMessage')[0]?.payload).toMatchObject({ disable_notification: true });
    await expect.poll(() => liveMessages(bot)).toEqual([message.message_id]);
  });

  it('shows nothing while there is nothing to show', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame(' \n'));
    bot.telegram.show(session, frame('I'));
    await expect.poll(() => bot.texts()).toEqual(['I']);
    expect(bot.calls('sendMessage')).toHaveLength(1);
  });

  it('edits one message; the newest frame wins and those between are never sent', async () => {
    const bot = await startChat();
    for (let words = 1; words <= 100; words += 1) bot.telegram.show(session, frame('word '.repeat(words)));
    await expect.poll(() => bot.texts()).toEqual(['word '.repeat(100).trim()]);
    expect(bot.calls('sendMessage')).toHaveLength(1);
    expect(bot.calls('editMessageText')).toHaveLength(1);
  });

  it('does not send a frame that shows the same', async () => {
    const bot = await startChat();
    for (const text of ['one', 'one', 'one ', 'one']) bot.telegram.show(session, frame(text));
    await expect.poll(() => bot.texts()).toEqual(['one']);
    bot.telegram.show(session, frame('two'));
    await expect.poll(() => bot.texts()).toEqual(['two']);
    expect(bot.calls('editMessageText')).toHaveLength(1);
  });

  it('keeps the pace between frames: about one a second', async () => {
    const bot = await startChat({ speed: 10 });
    let words = 0;
    const streaming = setInterval(() => bot.telegram.show(session, frame(`${++words}`)), 5);
    await expect.poll(() => bot.calls('editMessageText').length, { timeout: 5_000 }).toBeGreaterThan(4);
    clearInterval(streaming);
    const frames = bot.calls('sendMessage', 'editMessageText');
    const gaps = frames.slice(1).map(({ at }, index) => at - (frames[index]?.at ?? 0));
    // 1.1 s at ten times the speed, less the millisecond that timers may be early.
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(109);
  });

  it('gives way to the answer: a new message, behind which it is deleted', async () => {
    const bot = await startChat({ speed: 1 });
    bot.telegram.show(session, frame('The ans'));
    await expect.poll(() => bot.texts()).toEqual(['The ans']);
    bot.telegram.show(session, null);
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'The answer')] });
    await expect.poll(() => bot.texts()).toEqual(['The answer']);
    await expect.poll(() => liveMessages(bot)).toEqual([expect.any(Number), null]);
    const order = bot.calls('sendMessage', 'deleteMessage').map(({ method }) => method);
    expect(order).toEqual(['sendMessage', 'sendMessage', 'deleteMessage']);
    expect(bot.calls('sendMessage')[1]?.payload).not.toHaveProperty('disable_notification');
  });

  it('shows no frame after the answer, though one was waiting', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('one'));
    await expect.poll(() => bot.texts()).toEqual(['one']);
    bot.telegram.show(session, frame('one two'));
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'one two three')] });
    bot.telegram.show(session, null);
    await expect.poll(() => bot.texts()).toEqual(['one two three']);
    await expect.poll(() => liveMessages(bot).at(-1)).toBeNull();
    expect(bot.calls('sendMessage')).toHaveLength(2);
  });

  it('begins anew below an answer when the turn goes on', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('first'));
    await expect.poll(() => bot.texts()).toEqual(['first']);
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'first answer')] });
    await expect.poll(() => bot.texts()).toEqual(['first answer']);
    bot.telegram.show(session, frame('second'));
    await expect.poll(() => bot.texts()).toEqual(['first answer', 'second']);
  });

  it('goes when the turn ends without an answer', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('never mind'));
    await expect.poll(() => bot.texts()).toEqual(['never mind']);
    bot.telegram.show(session, null);
    await expect.poll(() => bot.texts()).toEqual([]);
    expect(liveMessages(bot).at(-1)).toBeNull();
  });

  it('of the next turn is another one, and the session keeps that', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('one'));
    await expect.poll(() => bot.texts()).toEqual(['one']);
    bot.telegram.show(session, null);
    bot.telegram.show(session, frame('two'));
    await expect.poll(() => bot.texts()).toEqual(['two']);
    await expect.poll(() => bot.calls('deleteMessage')).toHaveLength(1);
    const live = bot.emulator.messages(ME).at(-1)?.message_id;
    expect(liveMessages(bot).at(-1)).toBe(live);
  });

  it('is replaced by a word where it can not be deleted any more', async () => {
    const bot = await startChat();
    const error = { code: 400, description: "Bad Request: message can't be deleted for everyone" };
    bot.emulator.fault({ method: 'deleteMessage', times: 1, error });
    bot.telegram.show(session, frame('working'));
    await expect.poll(() => bot.texts()).toEqual(['working']);
    bot.telegram.show(session, null);
    await expect.poll(() => bot.texts()).toEqual(['This turn is over.']);
  });

  it('is closed after a crash: the message of a daemon before', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('working'));
    const { message_id: messageId } = await bot.emulator.waitForMessage(ME, ({ text }) => text === 'working');
    const next = await bot.restart();
    const outbox: OutboxItem[] = [
      {
        id: 5,
        at: NOON,
        replyTo: null,
        partsSent: 0,
        doubts: 0,
        body: { kind: 'liveMessageClosed', messageId },
      },
    ];
    next.telegram.offer({ ...session, outbox });
    await expect.poll(() => next.texts()).toEqual([]);
    await expect
      .poll(() => next.reports.map(({ event }) => event))
      .toEqual([{ type: 'telegram.delivered', outboxId: 5, messageId, at: expect.any(Number) as number }]);
  });

  it('makes a new message when somebody deleted it', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('one'));
    const { message_id: messageId } = await bot.emulator.waitForMessage(ME, ({ text }) => text === 'one');
    bot.emulator.removeMessage(ME, messageId);
    bot.telegram.show(session, frame('two'));
    await expect.poll(() => bot.calls('editMessageText')).toHaveLength(1);
    bot.telegram.show(session, frame('three'));
    await expect.poll(() => bot.texts()).toEqual(['three']);
    expect(liveMessages(bot)).toHaveLength(2);
  });

  it('takes "not modified" for success', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('one'));
    await expect.poll(() => bot.texts()).toEqual(['one']);
    const error = { code: 400, description: 'Bad Request: message is not modified: specified new message …' };
    bot.emulator.fault({ method: 'editMessageText', times: 1, error });
    bot.telegram.show(session, frame('two'));
    await expect.poll(() => bot.calls('editMessageText')).toHaveLength(1);
    bot.telegram.show(session, frame('three'));
    await expect.poll(() => bot.texts()).toEqual(['three']);
  });

  it('does not stand there twice when its first frame may have got lost', async () => {
    const bot = await startChat();
    bot.emulator.fault({ method: 'sendMessage', times: 1, drop: 'after' });
    bot.telegram.show(session, frame('one'));
    await expect.poll(() => bot.calls('sendMessage')[0]?.status).toBe('dropped');
    bot.telegram.show(session, frame('two'));
    await longerThanAPause(bot);
    expect(bot.texts()).toEqual(['one']);
    bot.telegram.show(session, null);
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'the answer')] });
    await expect.poll(() => bot.texts()).toEqual(['one', 'the answer']);
  });

  it('never keeps an answer waiting, in a storm of "too many requests" on its frames neither', async () => {
    const bot = await startChat({ speed: 100 });
    const error = { code: 429, description: 'Too Many Requests: retry after 3', retryAfter: 3 };
    bot.emulator.fault({ method: 'editMessageText', times: 100, error });
    const outbox: OutboxItem[] = [];
    for (let turn = 1; turn <= 4; turn += 1) {
      for (let words = 1; words <= 30; words += 1)
        bot.telegram.show(session, frame(`${turn} `.repeat(words)));
      await expect.poll(() => bot.calls('editMessageText').length).toBeGreaterThanOrEqual(turn);
      outbox.push(answerOf(turn, `answer ${turn}`));
      bot.telegram.offer({ ...session, outbox });
      bot.telegram.show(session, null);
      await expect.poll(() => bot.texts()).toContain(`answer ${turn}`);
    }
    await expect.poll(() => bot.texts()).toEqual(['answer 1', 'answer 2', 'answer 3', 'answer 4']);
    expect(bot.calls('editMessageText').every(({ status }) => status === 429)).toBe(true);
  });

  it('stops for as long as Telegram says, then shows the newest frame only', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('one'));
    await expect.poll(() => bot.texts()).toEqual(['one']);
    const error = { code: 429, description: 'Too Many Requests: retry after 20', retryAfter: 20 };
    bot.emulator.fault({ method: 'editMessageText', times: 1, error });
    bot.telegram.show(session, frame('two'));
    await expect.poll(() => bot.calls('editMessageText')).toHaveLength(1);
    for (const text of ['three', 'four', 'five']) bot.telegram.show(session, frame(text));
    await expect.poll(() => bot.texts()).toEqual(['five']);
    expect(bot.calls('editMessageText')).toHaveLength(2);
  });

  it('keeps to the end of a long answer', async () => {
    const bot = await startChat();
    const text = Array.from({ length: 4_000 }, (_, line) => `Line ${line}`).join('\n\n');
    bot.telegram.show(session, frame(text, 'Bash: npm test'));
    await expect.poll(() => bot.texts()).toHaveLength(1);
    expect(bot.texts()[0]).toMatch(/Line 3999\n\n▸ Bash: npm test$/);
    expect(bot.texts()[0]?.length).toBeLessThan(4_096);
  });
});

describe('typing', () => {
  const here = { chatId: ME, threadId: null };

  it('is shown at once and again every few seconds, until it is switched off', async () => {
    const bot = await startChat({ speed: 100 });
    bot.telegram.typing(here, 's1', true);
    await expect.poll(() => bot.calls('sendChatAction').length).toBeGreaterThan(3);
    bot.telegram.typing(here, 's1', false);
    const calls = bot.calls('sendChatAction').length;
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'done')] });
    await expect.poll(() => bot.texts()).toEqual(['done']);
    expect(bot.calls('sendChatAction').length).toBeLessThanOrEqual(calls + 1);
    expect(bot.calls('sendChatAction')[0]?.payload).toMatchObject({ chat_id: ME, action: 'typing' });
  });

  it('goes on while any session of the chat works', async () => {
    const bot = await startChat({ speed: 100 });
    bot.telegram.typing(here, 's1', true);
    bot.telegram.typing(here, 's2', true);
    bot.telegram.typing(here, 's1', false);
    const calls = bot.calls('sendChatAction').length;
    await expect.poll(() => bot.calls('sendChatAction').length).toBeGreaterThan(calls + 2);
  });

  it('is shown in the topic that works', async () => {
    const bot = await startBot();
    bot.emulator.createGroup({ chatId: -100, title: 'Team', isForum: true });
    const threadId = bot.emulator.createTopic({ chatId: -100, userId: ME, name: 'Bugs' });
    bot.telegram.typing({ chatId: -100, threadId }, 's1', true);
    await expect.poll(() => bot.calls('sendChatAction')[0]?.payload['message_thread_id']).toBe(threadId);
  });

  it('is given up when Telegram refuses it, until the next turn', async () => {
    const bot = await startChat({ speed: 100 });
    const error = { code: 400, description: 'Bad Request: message thread not found' };
    bot.emulator.fault({ method: 'sendChatAction', times: 1, error });
    bot.telegram.typing(here, 's1', true);
    await expect.poll(() => bot.calls('sendChatAction')[0]?.status).toBe(400);
    await longerThanAPause(bot);
    const shownHere = () => bot.calls('sendChatAction').filter(({ payload }) => payload['chat_id'] === ME);
    expect(shownHere()).toHaveLength(1);
    bot.telegram.typing(here, 's1', false);
    bot.telegram.typing(here, 's1', true);
    await expect.poll(() => shownHere().length).toBeGreaterThan(2);
  });

  it('never keeps a message waiting', async () => {
    const bot = await startChat({ speed: 1 });
    bot.emulator.fault({ method: 'sendChatAction', times: 1, delayMs: 5_000 });
    bot.telegram.typing(here, 's1', true);
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'quick')] });
    await expect.poll(() => bot.texts()).toEqual(['quick']);
    expect(bot.calls('sendChatAction')[0]?.status).toBeNull();
  });
});
