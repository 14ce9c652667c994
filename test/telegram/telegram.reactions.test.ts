/** Reactions to people's messages through the emulated Bot API, on a clock that the test drives. */
import { SimulatedClock } from 'xstate';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { OutboxItem } from '../../machines/session-record.ts';
import type { Standing } from '../../src/telegram/ports.ts';
import type { Fault } from '../../src/sandbox/ports.ts';
import { ME, startBot, type TestBot } from '../helpers/bot.ts';
import { aShownProgress, toolsUsed } from '../helpers/progress.ts';
import { aRecord, NOON } from '../helpers/records.ts';

const session = aRecord({ chatId: ME });

async function startChat(): Promise<{
  bot: TestBot;
  message: number;
  mark: (standing: Standing, messageId?: number, chatId?: number) => void;
  /** Lets so much of Telegram's time go by. */
  pass: (ms: number) => void;
  /** Of the calls so far, in order; an empty one takes the reaction away. */
  calls: () => string[];
  /** Each of the bot's reactions that a person sees. */
  seen: (messageId?: number) => string | null;
}> {
  const clock = new SimulatedClock();
  const bot = await startBot({ timers: clock, now: () => NOON });
  onTestFinished(async () => {
    const stopped = bot.telegram.stop(0);
    clock.increment(1);
    await stopped;
  });
  const message = bot.emulator.sendText({ chatId: ME, text: 'question' }).message_id;
  return {
    bot,
    message,
    mark: (standing, messageId = message, chatId = ME) => bot.telegram.react({ chatId, messageId }, standing),
    pass: (ms) => clock.increment(ms),
    calls: () => bot.calls('setMessageReaction').map(({ payload }) => emojiOf(payload['reaction'])),
    seen: (messageId = message) => bot.emulator.reaction(ME, messageId),
  };
}

function emojiOf(reaction: unknown): string {
  return JSON.stringify(reaction).match(/"emoji\\*":\\*"([^"\\]*)/)?.[1] ?? '';
}

function answerOf(id: number): OutboxItem {
  return { id, at: NOON, replyTo: null, partsSent: 0, doubts: 0, body: { kind: 'answer', markdown: 'Yes.' } };
}

const tooMany = (seconds: number): NonNullable<Fault['error']> => ({
  code: 429,
  description: `Too Many Requests: retry after ${seconds}`,
  retryAfter: seconds,
});

/** Until a call of its own would have come through, had there been one. */
async function nothingMore({ bot }: { bot: TestBot }): Promise<void> {
  const before = bot.calls('sendChatAction').length;
  bot.telegram.typing({ chatId: ME, threadId: null }, 'probe', true);
  await expect.poll(() => bot.calls('sendChatAction').length).toBeGreaterThan(before);
  bot.telegram.typing({ chatId: ME, threadId: null }, 'probe', false);
}

describe('the reaction to a message', () => {
  it.each([
    ['waiting', '👀'],
    ['taken', '✍'],
    ['answered', '👌'],
  ] as const)('shows that it is %s', async (standing, emoji) => {
    const { mark, pass, seen } = await startChat();
    mark(standing);
    pass(700);
    await expect.poll(() => seen()).toBe(emoji);
  });

  it('follows the message, with a call for each change that lasts', async () => {
    const { mark, pass, seen, calls } = await startChat();
    for (const [standing, emoji] of [
      ['waiting', '👀'],
      ['taken', '✍'],
      ['answered', '👌'],
    ] as const) {
      mark(standing);
      mark(standing);
      pass(2_000);
      await expect.poll(() => seen()).toBe(emoji);
    }
    expect(calls()).toEqual(['👀', '✍', '👌']);
  });

  it('costs a turn that is answered at once a single call', async () => {
    const chat = await startChat();
    for (const standing of ['waiting', 'taken', 'answered'] as const) {
      chat.mark(standing);
      chat.pass(600);
    }
    await nothingMore(chat);
    expect(chat.calls()).toEqual([]);
    chat.pass(100);
    await expect.poll(() => chat.seen()).toBe('👌');
    expect(chat.calls()).toEqual(['👌']);
  });

  it('goes when the message is dropped', async () => {
    const { mark, pass, seen, calls } = await startChat();
    mark('waiting');
    pass(700);
    await expect.poll(() => seen()).toBe('👀');
    mark('dropped');
    pass(2_000);
    await expect.poll(() => seen()).toBeNull();
    expect(calls()).toEqual(['👀', '']);
  });

  it('is sent again neither for the same state nor for one that passes at once', async () => {
    const chat = await startChat();
    chat.mark('taken');
    chat.pass(700);
    await expect.poll(() => chat.seen()).toBe('✍');
    chat.mark('taken');
    chat.mark('waiting');
    chat.pass(300);
    chat.mark('taken');
    chat.pass(5_000);
    await nothingMore(chat);
    expect(chat.calls()).toEqual(['✍']);
  });

  it('of several messages is set one after the other', async () => {
    const { bot, mark, pass, seen, calls, message } = await startChat();
    const other = bot.emulator.sendText({ chatId: ME, text: 'and this' }).message_id;
    mark('waiting');
    mark('waiting', other);
    pass(700);
    await expect.poll(() => seen(message)).toBe('👀');
    expect(calls()).toHaveLength(1);
    pass(1_100);
    await expect.poll(() => seen(other)).toBe('👀');
  });

  it('is set at once when the daemon stops', async () => {
    const { bot, mark, seen } = await startChat();
    mark('answered');
    await bot.telegram.stop(1_000);
    expect(seen()).toBe('👌');
  });

  it('is set by the next daemon as the message goes on', async () => {
    const { bot, mark, pass, seen, message } = await startChat();
    mark('taken');
    pass(700);
    await expect.poll(() => seen()).toBe('✍');
    const next = await bot.restart();
    next.telegram.react({ chatId: ME, messageId: message }, 'taken');
    next.telegram.react({ chatId: ME, messageId: message }, 'dropped');
    pass(700);
    await expect.poll(() => seen()).toBeNull();
  });
});

describe('nothing waits for a reaction', () => {
  it('neither an answer nor a frame, while Telegram takes its time with it', async () => {
    const { bot, mark, pass, seen } = await startChat();
    bot.emulator.fault({ method: 'setMessageReaction', times: 1, delayMs: 3_000 });
    mark('taken');
    pass(700);
    await expect.poll(() => bot.calls('setMessageReaction')).toHaveLength(1);
    bot.telegram.show(session, aShownProgress({ tools: toolsUsed('Bash: ls') }));
    await expect.poll(() => bot.texts()).toHaveLength(1);
    bot.telegram.conclude(session, 0);
    bot.telegram.offer({ ...session, outbox: [answerOf(1)] });
    await expect.poll(() => bot.texts()).toContain('Yes.');
    expect(seen()).toBeNull();
  });

  it('nor does an answer, though Telegram wants a pause of reactions', async () => {
    const chat = await startChat();
    const { bot, mark, pass, calls, seen } = chat;
    bot.emulator.fault({ method: 'setMessageReaction', times: 1, error: tooMany(90) });
    mark('taken');
    pass(700);
    await expect.poll(calls).toEqual(['✍']);
    bot.telegram.offer({ ...session, outbox: [answerOf(1)] });
    await expect.poll(() => bot.texts()).toEqual(['Yes.']);
    mark('answered');
    pass(89_000);
    await nothingMore(chat);
    expect(calls()).toHaveLength(1);
    pass(2_000);
    await expect.poll(() => seen()).toBe('👌');
    expect(calls()).toEqual(['✍', '👌']);
  });
});

describe('while Telegram takes nothing', () => {
  it('in a chat (429) no reaction is sent; the newest comes behind what waits', async () => {
    const { bot, mark, pass, calls, seen } = await startChat();
    bot.emulator.fault({ method: 'sendMessage', times: 1, error: tooMany(30) });
    bot.telegram.offer({ ...session, outbox: [answerOf(1)] });
    await expect.poll(() => bot.calls('sendMessage')).toHaveLength(1);
    mark('taken');
    pass(1_000);
    mark('answered');
    pass(28_000);
    expect(bot.texts()).toEqual([]);
    // Its pause began when the refusal had come in, which may be a little later.
    const textsAfter = (ms: number) => {
      pass(ms);
      return bot.texts();
    };
    await expect.poll(() => textsAfter(1_000)).toEqual(['Yes.']);
    await expect.poll(() => seen()).toBe('👌');
    expect(calls()).toEqual(['👌']);
    const order = bot.calls('sendMessage', 'setMessageReaction').map(({ method }) => method);
    expect(order).toEqual(['sendMessage', 'sendMessage', 'setMessageReaction']);
  });

  it('a reaction that fails is tried once more, a minute later', async () => {
    const chat = await startChat();
    const { bot, mark, pass, calls } = chat;
    bot.emulator.fault({
      method: 'setMessageReaction',
      times: 9,
      error: { code: 500, description: 'Internal Server Error' },
    });
    mark('taken');
    pass(700);
    await expect.poll(calls).toHaveLength(1);
    pass(59_000);
    await nothingMore(chat);
    expect(calls()).toHaveLength(1);
    pass(1_000);
    await expect.poll(calls).toHaveLength(2);
    pass(600_000);
    await nothingMore(chat);
    expect(calls()).toHaveLength(2);
  });
});

describe('a refused reaction', () => {
  it.each(['Bad Request: REACTION_INVALID', 'Bad Request: not enough rights to set reactions'])(
    'is the last one there (%s), but not in other chats',
    async (description) => {
      const chat = await startChat();
      const { bot, mark, pass, calls } = chat;
      const group = -5;
      bot.emulator.createGroup({ chatId: group, title: 'Team' });
      const there = bot.emulator.sendText({ chatId: group, userId: ME, text: 'hi' }).message_id;
      bot.emulator.fault({ method: 'setMessageReaction', times: 1, error: { code: 400, description } });
      mark('waiting');
      pass(700);
      await expect.poll(calls).toHaveLength(1);
      mark('taken');
      pass(5_000);
      mark('waiting', there, group);
      pass(700);
      await expect.poll(() => bot.emulator.reaction(group, there)).toBe('👀');
      expect(calls()).toEqual(['👀', '👀']);
    },
  );

  it('of a message that is gone keeps no other from its own', async () => {
    const { bot, mark, pass, seen, message } = await startChat();
    mark('waiting', 999);
    pass(700);
    await expect.poll(() => bot.calls('setMessageReaction')[0]?.status).toBe(400);
    mark('waiting', message);
    pass(5_000);
    await expect.poll(() => seen()).toBe('👀');
  });
});

it('a person who is not allowed gets no reaction', async () => {
  const chat = await startChat();
  chat.bot.emulator.sendText({ chatId: 66, text: 'hi' });
  chat.mark('waiting', 1, 66);
  chat.pass(5_000);
  await nothingMore(chat);
  expect(chat.calls()).toEqual([]);
});
