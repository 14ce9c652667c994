/** The live message of a turn, and "typing", through the emulated Bot API. */
import { describe, expect, it } from 'vitest';
import type { OutboxItem } from '../../machines/session-record.ts';
import type { ShownProgress } from '../../src/telegram/ports.ts';
import { ME, startBot, type TestBot } from '../helpers/bot.ts';
import { aShownProgress, toolsUsed } from '../helpers/progress.ts';
import { aRecord, NOON } from '../helpers/records.ts';

const session = aRecord({ chatId: ME });
/** A turn's text so far. */
const frame = (text: string, over: Partial<ShownProgress> = {}) => aShownProgress({ text, ...over });
/** As it is seen in the chat. */
const seen = (text: string) => `${text}\n\nWriting…\n0 s`;

/** Time on the wall stands still, or is what the test says. */
async function startChat(options: Parameters<typeof startBot>[0] = {}): Promise<TestBot> {
  const bot = await startBot({ now: () => NOON, ...options });
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
  it('shows a tool at once, silently, and tells the session which message it is', async () => {
    const bot = await startChat({ speed: 1 });
    bot.telegram.show(session, frame('', { tools: toolsUsed('Bash: npm test') }));
    const message = await bot.emulator.waitForMessage(
      ME,
      ({ text }) => text === '▸ Bash: npm test\n0 s · 1 tool',
    );
    expect(bot.calls('sendMessage')[0]?.payload).toMatchObject({ disable_notification: true });
    await expect.poll(() => liveMessages(bot)).toEqual([message.message_id]);
  });

  it('shows nothing of an answer that comes at once', async () => {
    const bot = await startChat({ speed: 1 });
    bot.telegram.show(session, frame('Hel'));
    bot.telegram.show(session, frame('Hello'));
    bot.telegram.conclude(session, 0.01);
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'Hello.')] });
    await expect.poll(() => bot.texts()).toEqual(['Hello.']);
    expect(bot.calls('sendMessage', 'editMessageText', 'deleteMessage')).toHaveLength(1);
  });

  it('comes after two seconds though Claude says nothing', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame(''));
    await expect.poll(() => bot.texts()).toEqual(['Working…\n0 s']);
  });

  it('edits one message; the newest frame wins and those between are never sent', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('word', { tools: toolsUsed('Read a') }));
    for (let words = 1; words <= 100; words += 1) bot.telegram.show(session, frame('word '.repeat(words)));
    await expect.poll(() => bot.texts()).toEqual([seen('word '.repeat(100).trim())]);
    expect(bot.calls('sendMessage')).toHaveLength(1);
    expect(bot.calls('editMessageText')).toHaveLength(1);
  });

  it('does not send a frame that shows the same', async () => {
    const bot = await startChat();
    for (const text of ['one', 'one', 'one ', 'one']) bot.telegram.show(session, frame(text));
    await expect.poll(() => bot.texts()).toEqual([seen('one')]);
    bot.telegram.show(session, frame('one'));
    bot.telegram.show(session, frame('two'));
    await expect.poll(() => bot.texts()).toEqual([seen('two')]);
    expect(bot.calls('editMessageText')).toHaveLength(1);
  });

  it('shows the time that goes by though nothing else changes, and not while a person is asked', async () => {
    let now = NOON;
    const bot = await startChat({ speed: 200, now: () => now });
    bot.telegram.show(session, frame('', { tools: toolsUsed('Bash: npm test') }));
    await expect.poll(() => bot.texts()).toEqual(['▸ Bash: npm test\n0 s · 1 tool']);
    now += 65_000;
    await expect.poll(() => bot.texts()).toEqual(['▸ Bash: npm test\n1 min 5 s · 1 tool']);
    bot.telegram.show(session, frame('', { phase: 'waiting', tools: toolsUsed('Bash: npm test') }));
    await expect.poll(() => bot.texts()[0]).toBe('Waiting for your answer\n1 min 5 s · 1 tool');
    const edits = bot.calls('editMessageText').length;
    now += 65_000;
    await longerThanAPause(bot);
    expect(bot.calls('editMessageText')).toHaveLength(edits);
  });

  it('keeps the pace: quick at first, then about 20 calls a minute', async () => {
    const bot = await startChat({ speed: 20 });
    let words = 0;
    bot.telegram.show(session, frame('', { tools: toolsUsed('Bash: x') }));
    const streaming = setInterval(() => bot.telegram.show(session, frame(`${++words}`)), 5);
    await expect.poll(() => bot.calls('editMessageText').length, { timeout: 30_000 }).toBeGreaterThan(7);
    clearInterval(streaming);
    const frames = bot.calls('sendMessage', 'editMessageText');
    const gaps = frames.slice(1).map(({ at }, index) => at - (frames[index]?.at ?? 0));
    // 1.1 s and 3.7 s at twenty times the speed, less the millisecond that timers may be early.
    expect(Math.min(...gaps.slice(0, 5))).toBeGreaterThanOrEqual(54);
    expect(Math.min(...gaps.slice(5))).toBeGreaterThanOrEqual(184);
  });

  it('shrinks to a line behind the answer, which is a new message and rings', async () => {
    let now = NOON;
    const bot = await startChat({ now: () => now });
    const tools = toolsUsed('Read a', 'Read b', 'Bash: npm test');
    bot.telegram.show(session, frame('The ans', { tools }));
    await expect.poll(() => bot.texts()).toHaveLength(1);
    now += 72_000;
    bot.telegram.conclude(session, 0.0412);
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'The answer')] });
    await expect.poll(() => bot.texts()).toEqual(['3 tools · 1 min 12 s · $0.04', 'The answer']);
    await expect.poll(() => liveMessages(bot)).toEqual([expect.any(Number), null]);
    const order = bot.calls('sendMessage', 'editMessageText', 'deleteMessage').map(({ method }) => method);
    expect(order).toEqual(['sendMessage', 'sendMessage', 'editMessageText']);
    expect(bot.calls('sendMessage')[1]?.payload).not.toHaveProperty('disable_notification');
  });

  it('goes when the turn was short and used no tool', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('The ans'));
    await expect.poll(() => bot.texts()).toHaveLength(1);
    bot.telegram.conclude(session, 0.04);
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'The answer')] });
    await expect.poll(() => bot.texts()).toEqual(['The answer']);
    await expect.poll(() => liveMessages(bot).at(-1)).toBeNull();
  });

  it('has a Stop button as long as the turn runs', async () => {
    const bot = await startChat();
    const buttons = () =>
      bot.emulator.messages(ME).flatMap(({ reply_markup: markup }) => markup?.inline_keyboard ?? []);
    bot.telegram.show(session, frame('', { tools: toolsUsed('Bash: x') }));
    await expect.poll(buttons).toEqual([[{ text: 'Stop', callback_data: 'xturn1:s1' }]]);
    bot.telegram.show(session, frame('so far', { tools: toolsUsed('Bash: x') }));
    await expect.poll(() => bot.texts()[0]).toContain('so far');
    expect(buttons()).toHaveLength(1);
    bot.telegram.show(session, frame('so far', { phase: 'stopping', tools: toolsUsed('Bash: x') }));
    await expect.poll(() => bot.texts()[0]).toContain('Stopping…');
    expect(buttons()).toEqual([]);
    bot.telegram.show(session, frame('so far', { tools: toolsUsed('Bash: x') }));
    await expect.poll(buttons).toHaveLength(1);
    bot.telegram.conclude(session, 0);
    await expect.poll(() => bot.texts()).toEqual(['1 tool · 0 s']);
    expect(buttons()).toEqual([]);
  });

  it('shows no frame after the answer, though one was waiting', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('one'));
    await expect.poll(() => bot.texts()).toEqual([seen('one')]);
    bot.telegram.show(session, frame('one two'));
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'one two three')] });
    bot.telegram.conclude(session, 0);
    await expect.poll(() => bot.texts()).toEqual(['one two three']);
    await expect.poll(() => liveMessages(bot).at(-1)).toBeNull();
    expect(bot.calls('sendMessage')).toHaveLength(2);
  });

  it('begins anew below an answer when the turn goes on, never above', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('first', { tools: toolsUsed('Agent: look') }));
    await expect.poll(() => bot.texts()).toHaveLength(1);
    bot.telegram.conclude(session, 0);
    // The answer is not on disk yet.
    bot.telegram.show(session, frame('', { agents: [{ task: 'Look around', doing: null }] }));
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'first answer')] });
    const second = 'Working…\n1 sub-agent at work\n• Look around\n0 s';
    await expect.poll(() => bot.texts()).toEqual(['1 tool · 0 s', 'first answer', second]);
  });

  it('shrinks when the turn ends without an answer', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('never mind', { tools: toolsUsed('Read a') }));
    await expect.poll(() => bot.texts()).toHaveLength(1);
    bot.telegram.conclude(session, 0.002);
    await expect.poll(() => bot.texts()).toEqual(['1 tool · 0 s · under $0.01']);
    await expect.poll(() => liveMessages(bot).at(-1)).toBeNull();
  });

  it('of the next turn is another one, and the session keeps that', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('one'));
    await expect.poll(() => bot.texts()).toEqual([seen('one')]);
    bot.telegram.conclude(session, 0);
    bot.telegram.show(session, frame('two', { turn: 'turn2' }));
    await expect.poll(() => bot.texts()).toEqual([seen('two')]);
    await expect.poll(() => bot.calls('deleteMessage')).toHaveLength(1);
    const live = bot.emulator.messages(ME).at(-1)?.message_id;
    await expect.poll(() => liveMessages(bot).at(-1)).toBe(live);
  });

  it('is replaced by a word where it can not be deleted any more', async () => {
    const bot = await startChat();
    const error = { code: 400, description: "Bad Request: message can't be deleted for everyone" };
    bot.emulator.fault({ method: 'deleteMessage', times: 1, error });
    bot.telegram.show(session, frame('working'));
    await expect.poll(() => bot.texts()).toEqual([seen('working')]);
    bot.telegram.conclude(session, 0);
    await expect.poll(() => bot.texts()).toEqual(['This turn is over.']);
  });

  it('is closed after a crash: the message of a daemon before', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('working'));
    const { message_id: messageId } = await bot.emulator.waitForMessage(
      ME,
      ({ text }) => text === seen('working'),
    );
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
    const { message_id: messageId } = await bot.emulator.waitForMessage(
      ME,
      ({ text }) => text === seen('one'),
    );
    bot.emulator.removeMessage(ME, messageId);
    bot.telegram.show(session, frame('two'));
    await expect.poll(() => bot.calls('editMessageText')).toHaveLength(1);
    bot.telegram.show(session, frame('three'));
    await expect.poll(() => bot.texts()).toEqual([seen('three')]);
    expect(liveMessages(bot)).toHaveLength(2);
  });

  it('is tried again after a pause when Telegram fails at its first frame', async () => {
    const bot = await startChat({ speed: 10 });
    const error = { code: 502, description: 'Bad Gateway' };
    bot.emulator.fault({ method: 'sendMessage', times: 2, error });
    bot.telegram.show(session, frame('one'));
    await expect.poll(() => bot.texts(), { timeout: 30_000 }).toEqual([seen('one')]);
    const [first, second, third] = bot.calls('sendMessage').map(({ at }) => at);
    // 5 s at ten times the speed, less the millisecond that timers may be early.
    expect(Math.min((second ?? 0) - (first ?? 0), (third ?? 0) - (second ?? 0))).toBeGreaterThanOrEqual(499);
  });

  it('takes "not modified" for success', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('one'));
    await expect.poll(() => bot.texts()).toEqual([seen('one')]);
    const error = { code: 400, description: 'Bad Request: message is not modified: specified new message …' };
    bot.emulator.fault({ method: 'editMessageText', times: 1, error });
    bot.telegram.show(session, frame('two'));
    await expect.poll(() => bot.calls('editMessageText')).toHaveLength(1);
    bot.telegram.show(session, frame('three'));
    await expect.poll(() => bot.texts()).toEqual([seen('three')]);
  });

  it('does not stand there twice when its first frame may have got lost', async () => {
    const bot = await startChat();
    bot.emulator.fault({ method: 'sendMessage', times: 1, drop: 'after' });
    bot.telegram.show(session, frame('one'));
    await expect.poll(() => bot.calls('sendMessage')[0]?.status).toBe('dropped');
    bot.telegram.show(session, frame('two'));
    await longerThanAPause(bot);
    expect(bot.texts()).toEqual([seen('one')]);
    bot.telegram.conclude(session, 0);
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'the answer')] });
    await expect.poll(() => bot.texts()).toEqual([seen('one'), 'the answer']);
  });

  it('stops for as long as Telegram says, then shows the newest frame only', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('one'));
    await expect.poll(() => bot.texts()).toEqual([seen('one')]);
    const error = { code: 429, description: 'Too Many Requests: retry after 20', retryAfter: 20 };
    bot.emulator.fault({ method: 'editMessageText', times: 1, error });
    bot.telegram.show(session, frame('two'));
    await expect.poll(() => bot.calls('editMessageText')).toHaveLength(1);
    for (const text of ['three', 'four', 'five']) bot.telegram.show(session, frame(text));
    await expect.poll(() => bot.texts()).toEqual([seen('five')]);
    expect(bot.calls('editMessageText')).toHaveLength(2);
  });

  it('keeps to the end of a long answer', async () => {
    const bot = await startChat();
    const text = Array.from({ length: 4_000 }, (_, line) => `Line ${line}`).join('\n\n');
    bot.telegram.show(session, frame(text, { tools: toolsUsed('Bash: npm test') }));
    await expect.poll(() => bot.texts()).toHaveLength(1);
    expect(bot.texts()[0]).toMatch(/Line 3999\n\n▸ Bash: npm test\n0 s · 1 tool$/);
    expect(bot.texts()[0]?.length).toBeLessThan(4_096);
  });
});

describe('a turn that is watched closely', () => {
  it('is shown with every tool call, from the moment that somebody wants it', async () => {
    const bot = await startChat();
    bot.telegram.show(session, frame('', { tools: toolsUsed('Read a', 'Bash: npm test') }));
    await expect.poll(() => bot.texts()).toEqual(['▸ Bash: npm test\n0 s · 2 tools']);
    bot.emulator.sendText({ chatId: ME, text: '/verbose' });
    await expect.poll(() => bot.texts()).toHaveLength(2);
    expect(bot.texts()[1]).toContain('every tool call');
    await expect.poll(() => bot.texts()[0]).toBe('✓ Read a\n▸ Bash: npm test\n0 s · 2 tools');
    bot.emulator.sendText({ chatId: ME, text: '/verbose off' });
    await expect.poll(() => bot.texts()[0]).toBe('▸ Bash: npm test\n0 s · 2 tools');
  });
});

describe('a draft', () => {
  const drafts = (bot: TestBot) => bot.calls('sendMessageDraft').map(({ payload }) => payload);

  async function startDraft(options: Parameters<typeof startBot>[0] = {}): Promise<TestBot> {
    const bot = await startChat(options);
    bot.emulator.sendText({ chatId: ME, text: '/drafts on' });
    await expect.poll(() => bot.texts()).toHaveLength(1);
    bot.telegram.show(session, frame('one', { tools: toolsUsed('Bash: x') }));
    await expect
      .poll(() => bot.emulator.activity(ME).map(({ draft }) => draft?.text))
      .toEqual(['one\n\n▸ Bash: x\n0 s · 1 tool']);
    return bot;
  }

  it('shows the turn where somebody wants that, under one id, with Telegram’s Stop button', async () => {
    const bot = await startDraft();
    bot.telegram.show(session, frame('one two', { tools: toolsUsed('Bash: x') }));
    await expect.poll(() => drafts(bot)).toHaveLength(2);
    expect(new Set(drafts(bot).map((draft) => draft['draft_id'])).size).toBe(1);
    expect(drafts(bot)[0]).toMatchObject({ can_stop: true });
  });

  it('leaves nothing but the answer', async () => {
    const bot = await startDraft();
    bot.telegram.conclude(session, 0.05);
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'one two')] });
    await expect.poll(() => bot.texts().slice(1)).toEqual(['one two']);
    expect(bot.emulator.activity(ME)).toEqual([]);
    expect(liveMessages(bot)).toEqual([]);
  });

  it('is shown again before it vanishes, though nothing changes', async () => {
    let now = NOON;
    const bot = await startDraft({ speed: 200, now: () => now });
    now += 12_000;
    await expect.poll(() => drafts(bot).length).toBeGreaterThan(1);
  });

  it('that is stopped stops its turn; a forged stop does nothing', async () => {
    const bot = await startDraft();
    bot.sessions.turn = 'turn1';
    const stop = (draftId: number) =>
      bot.emulator.pushUpdate({
        stopped_message_generation: { chat: { id: ME, type: 'private', first_name: 'A' }, draft_id: draftId },
      });
    stop(Number(drafts(bot)[0]?.['draft_id']) + 1);
    stop(Number(drafts(bot)[0]?.['draft_id']));
    await expect.poll(() => bot.sessions.calls).toEqual([`stopTurn(${ME}, s1, turn1)`]);
  });

  it('gives way to a message where Telegram refuses it', async () => {
    const bot = await startChat();
    bot.sessions.turnView = { isVerbose: false, usesDrafts: true };
    const error = { code: 400, description: 'Bad Request: PEER_ID_INVALID' };
    bot.emulator.fault({ method: 'sendMessageDraft', times: 100, error });
    bot.telegram.show(session, frame('one', { tools: toolsUsed('Bash: x') }));
    await expect.poll(() => bot.texts()).toEqual(['one\n\n▸ Bash: x\n0 s · 1 tool']);
    expect(drafts(bot)).toHaveLength(1);
  });

  it('is nothing for a group', async () => {
    const bot = await startBot({ now: () => NOON });
    bot.sessions.turnView = { isVerbose: false, usesDrafts: true };
    bot.emulator.createGroup({ chatId: -100, title: 'Team', isForum: false });
    bot.telegram.show({ ...session, chatId: -100 }, frame('one', { tools: toolsUsed('Bash: x') }));
    await expect.poll(() => bot.texts(-100)).toHaveLength(1);
    expect(drafts(bot)).toEqual([]);
  });

  it('waits as long as Telegram says, and never turns into messages for that', async () => {
    const bot = await startDraft();
    const error = { code: 429, description: 'Too Many Requests: retry after 3', retryAfter: 3 };
    bot.emulator.fault({ method: 'sendMessageDraft', times: 3, error });
    bot.telegram.show(session, frame('one two', { tools: toolsUsed('Bash: x') }));
    await expect.poll(() => drafts(bot)).toHaveLength(5);
    expect(bot.texts()).toHaveLength(1);
  });
});

/** Telegram refuses whatever the bot does in the chat for `seconds`, always with the same pause. */
describe('a storm of "too many requests" in a streaming turn', () => {
  const RETRY_AFTER_S = 3;

  /** Every call is refused until the storm is over. Returns the calls that the chat made meanwhile. */
  function storm(bot: TestBot): { end: () => void; calls: () => { method: string; at: number }[] } {
    const description = `Too Many Requests: retry after ${RETRY_AFTER_S}`;
    bot.emulator.fault({
      method: '*',
      times: 100_000,
      error: { code: 429, description, retryAfter: RETRY_AFTER_S },
    });
    const inChat = bot.emulator.calls.length;
    return {
      end: () => bot.emulator.clearFaults(),
      calls: () => bot.emulator.calls.slice(inChat).filter(({ method }) => method !== 'getUpdates'),
    };
  }

  it('of a minute loses no answer, and makes one call per pause', async () => {
    const speed = 30;
    const bot = await startChat({ speed });
    const other = aRecord({ id: 's2', chatId: ME });
    let words = 0;
    const stream = (of: typeof session) =>
      bot.telegram.show(of, frame(`${++words} `, { tools: toolsUsed('Bash: x') }));
    const both = setInterval(() => [session, other].map(stream), 5);
    await expect.poll(() => bot.calls('editMessageText').length).toBeGreaterThan(1);
    bot.telegram.typing({ chatId: ME, threadId: null }, 's1', true);
    const { end, calls } = storm(bot);
    // Twenty pauses of three seconds are a minute; the answer comes in its midst, and another session's turn goes on.
    await expect.poll(() => calls().length, { timeout: 30_000 }).toBeGreaterThan(8);
    clearInterval(both);
    const one = setInterval(() => stream(other), 5);
    bot.telegram.conclude(session, 0.05);
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'the answer'), answerOf(2, 'another')] });
    await expect.poll(() => calls().length, { timeout: 30_000 }).toBeGreaterThan(20);
    const inStorm = calls();
    end();

    await expect.poll(() => bot.texts().slice(-2), { timeout: 30_000 }).toEqual(['the answer', 'another']);
    clearInterval(one);
    await expect.poll(() => bot.texts()[0]).toMatch(/^1 tool · .* · \$0\.05$/);
    // Those under way when the storm began may end together; after that each waits for the pause before it.
    const gaps = inStorm.slice(4).map(({ at }, index) => at - (inStorm[index + 3]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual((RETRY_AFTER_S * 1_000) / speed - 2);
    expect(bot.texts().filter((text) => text === 'the answer')).toHaveLength(1);
  });

  it('keeps no answer waiting behind frames', async () => {
    const bot = await startChat({ speed: 100 });
    bot.telegram.show(session, frame('one', { tools: toolsUsed('Bash: x') }));
    await expect.poll(() => bot.texts()).toHaveLength(1);
    const { end, calls } = storm(bot);
    bot.telegram.show(session, frame('two', { tools: toolsUsed('Bash: x') }));
    await expect.poll(() => calls().length).toBeGreaterThan(0);
    bot.telegram.show(session, frame('three', { tools: toolsUsed('Bash: x') }));
    bot.telegram.offer({ ...session, outbox: [answerOf(1, 'the answer')] });
    await expect
      .poll(() => calls().filter(({ method }) => method === 'sendMessage').length)
      .toBeGreaterThan(1);
    end();
    await expect.poll(() => bot.texts()).toContain('the answer');
    const behind = calls().slice(calls().findIndex(({ method }) => method === 'sendMessage'));
    expect(behind.map(({ method }) => method).lastIndexOf('sendMessage')).toBeLessThan(
      [...behind.map(({ method }) => method), 'editMessageText'].indexOf('editMessageText'),
    );
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
