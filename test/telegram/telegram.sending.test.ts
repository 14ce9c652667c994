/** What sessions owe, through the emulated Bot API into the chat: in order, in time, and never silently lost. */
import { describe, expect, it } from 'vitest';
import type { OutboxItem, SessionRecord } from '../../machines/session-record.ts';
import { ME, startBot, type TestBot } from '../helpers/bot.ts';
import { anApproval, aRecord, NOON } from '../helpers/records.ts';

let nextId = 1;

function owed(body: OutboxItem['body'], over: Partial<OutboxItem> = {}): OutboxItem {
  return { id: nextId++, at: NOON, replyTo: null, partsSent: 0, doubts: 0, body, ...over };
}

const answer = (markdown: string, over: Partial<OutboxItem> = {}) => owed({ kind: 'answer', markdown }, over);

function record(outbox: OutboxItem[], over: Partial<SessionRecord> = {}): SessionRecord {
  return aRecord({ chatId: ME, outbox, ...over });
}

/** What a session was told, without times. */
function told({ reports }: TestBot, sessionId = 's1') {
  return reports
    .filter((report) => report.sessionId === sessionId)
    .map(({ event: { at: _, ...event } }) => event);
}

/** Blank lines that make an answer of several messages, each recognisable. */
function longAnswer(paragraphs: number): string {
  return Array.from({ length: paragraphs }, (_, index) => `Part ${index + 1}. ${'word '.repeat(390)}`).join(
    '\n\n',
  );
}

const openChat = ({ emulator }: TestBot) => emulator.sendText({ chatId: ME, text: 'question' }).message_id;

describe('an answer', () => {
  it('is a message of its own that answers the question, without a link preview, and is reported', async () => {
    const bot = await startBot();
    const messageId = openChat(bot);
    const item = answer('The **answer**: https://example.com', { replyTo: messageId });
    bot.telegram.offer(record([item]));
    const message = await bot.emulator.waitForMessage(ME, ({ text }) => text?.includes('answer') === true);
    expect(message.reply_to_message?.message_id).toBe(messageId);
    const sent = bot.calls('sendMessage')[0]?.payload;
    expect(sent).toMatchObject({ link_preview_options: { is_disabled: true } });
    expect(sent).not.toHaveProperty('disable_notification');
    await expect
      .poll(() => told(bot))
      .toEqual([{ type: 'telegram.delivered', outboxId: item.id, messageId: message.message_id }]);
  });

  it('is sent at once when the chat is free', async () => {
    const bot = await startBot({ speed: 1 });
    openChat(bot);
    bot.telegram.offer(record([answer('one'), answer('two'), answer('three')]));
    await expect.poll(() => bot.texts()).toEqual(['one', 'two', 'three']);
  });

  it('is sent once, however often it is offered', async () => {
    const bot = await startBot();
    openChat(bot);
    const items = [answer('one'), answer('two')];
    bot.telegram.offer(record(items));
    bot.telegram.offer(record(items));
    await expect.poll(() => bot.texts()).toEqual(['one', 'two']);
    bot.telegram.offer(record([...items, answer('three')]));
    await expect.poll(() => bot.texts()).toEqual(['one', 'two', 'three']);
  });

  it('is reported again, not sent again, to a session that has not heard that it was delivered', async () => {
    const bot = await startBot();
    openChat(bot);
    const item = answer('one');
    bot.telegram.offer(record([item]));
    await expect.poll(() => told(bot)).toHaveLength(1);
    bot.telegram.offer(record([item]));
    await expect.poll(() => told(bot)).toHaveLength(2);
    expect(told(bot)[1]).toEqual(told(bot)[0]);
    expect(bot.texts()).toEqual(['one']);
  });

  it('goes out in parts, in order, each reported, and only the first rings and replies', async () => {
    const bot = await startBot();
    const replyTo = openChat(bot);
    const item = answer(longAnswer(5), { replyTo });
    bot.telegram.offer(record([item, answer('next')]));
    await expect.poll(() => bot.texts().at(-1)).toBe('next');
    const parts = bot.texts().slice(0, -1);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.join('\n').match(/Part \d/g)).toEqual(['Part 1', 'Part 2', 'Part 3', 'Part 4', 'Part 5']);
    expect(told(bot).slice(0, parts.length)).toEqual([
      ...parts.slice(1).map((_, index) => ({
        type: 'telegram.partSent',
        outboxId: item.id,
        partsSent: index + 1,
      })),
      { type: 'telegram.delivered', outboxId: item.id, messageId: expect.any(Number) as number },
    ]);
    const payloads = bot.calls('sendMessage').map(({ payload }) => payload);
    expect(payloads.slice(0, parts.length).map(({ disable_notification }) => disable_notification)).toEqual([
      undefined,
      ...parts.slice(1).map(() => true),
    ]);
    expect(payloads.filter(({ reply_parameters }) => reply_parameters !== undefined)).toHaveLength(1);
  });

  it('goes on after the part that was sent last, when the daemon died between two', async () => {
    const first = await startBot();
    openChat(first);
    const item = answer(longAnswer(5));
    first.telegram.offer(record([item]));
    await expect.poll(() => told(first).at(-1)?.type).toBe('telegram.delivered');
    const whole = first.texts();
    await first.telegram.stop(0);

    const second = await first.restart();
    second.telegram.offer(record([{ ...item, partsSent: 1 }]));
    await expect.poll(() => told(second).at(-1)?.type).toBe('telegram.delivered');
    expect(second.texts()).toEqual([...whole, ...whole.slice(1)]);
  });

  it('of more than three messages comes as a file too, named after its heading', async () => {
    const bot = await startBot();
    openChat(bot);
    const markdown = `# How it *works*: a tour\n\n${longAnswer(8)}`;
    bot.telegram.offer(record([answer(markdown), answer('next')]));
    await expect.poll(() => bot.texts().at(-1)).toBe('next');
    const sent = bot.emulator.messages(ME).slice(1, -1);
    const [file] = sent.slice(-1);
    expect(file).toMatchObject({
      document: { file_name: 'How-it-works-a-tour.md', file_size: markdown.length },
      caption: 'The whole answer in one file.',
    });
    expect(sent.length).toBeGreaterThan(4);
    const words = sent.map(({ text }) => text ?? '').join('\n');
    expect(words.match(/Part \d/g)).toHaveLength(8);
  });

  it('that would bury the chat goes on in the file after three messages', async () => {
    const bot = await startBot();
    openChat(bot);
    bot.telegram.offer(record([answer(longAnswer(30)), answer('next')]));
    await expect.poll(() => bot.texts().at(-1)).toBe('next');
    const sent = bot.emulator.messages(ME).slice(1, -1);
    expect(sent.map(({ text, document }) => text?.slice(0, 6) ?? document?.file_name)).toEqual([
      'Part 1',
      'Part 3',
      'Part 5',
      'answer.md',
    ]);
    expect(sent.at(-1)?.caption).toBe('The answer goes on in this file, which holds all of it.');
  });

  it('goes on in messages after all where files are not taken', async () => {
    const bot = await startBot();
    openChat(bot);
    const description = 'Bad Request: not enough rights to send documents to the chat';
    bot.emulator.fault({ method: 'sendDocument', times: 1, error: { code: 400, description } });
    bot.telegram.offer(record([answer(longAnswer(30)), answer('next')]));
    await expect.poll(() => bot.texts().at(-1)).toBe('next');
    expect(
      bot
        .texts()
        .join('\n')
        .match(/Part \d+/g),
    ).toHaveLength(30);
  });

  it('is done without a message when all parts were sent before the daemon died', async () => {
    const bot = await startBot();
    openChat(bot);
    const item = answer('short', { partsSent: 1 });
    bot.telegram.offer(record([item]));
    await expect
      .poll(() => told(bot))
      .toEqual([{ type: 'telegram.delivered', outboxId: item.id, messageId: null }]);
    expect(bot.texts()).toEqual([]);
  });

  it('says so when Claude wrote nothing', async () => {
    const bot = await startBot();
    openChat(bot);
    bot.telegram.offer(record([answer('  \n')]));
    await expect.poll(() => bot.texts()).toEqual(['Claude finished without writing anything.']);
  });

  it('of one session does not wait for those of another chat', async () => {
    const bot = await startBot({ speed: 1, allowedUsers: [ME, 8] });
    openChat(bot);
    bot.emulator.sendText({ chatId: 8, text: 'hi' });
    bot.emulator.fault({ method: 'sendMessage', times: 1, delayMs: 3_000 });
    bot.telegram.offer(record([answer('slow')]));
    await expect.poll(() => bot.calls('sendMessage')).toHaveLength(1);
    bot.telegram.offer(record([answer('quick')], { id: 's2', chatId: 8 }));
    await expect.poll(() => bot.texts(8)).toEqual(['quick']);
    expect(bot.texts()).toEqual([]);
  });
});

describe('when Telegram does not take it', () => {
  it('waits as long as it is told, and drops nothing', async () => {
    const bot = await startBot();
    openChat(bot);
    const error = { code: 429, description: 'Too Many Requests: retry after 5', retryAfter: 5 };
    bot.emulator.fault({ method: 'sendMessage', times: 4, error });
    bot.telegram.offer(record([answer('one'), answer('two')]));
    await expect.poll(() => bot.telegram.health.lastError).toContain('429');
    await expect.poll(() => bot.texts()).toEqual(['one', 'two']);
    expect(bot.calls('sendMessage').map(({ status }) => status)).toEqual([429, 429, 429, 429, 200, 200]);
    expect(bot.telegram.health.lastError).toBeNull();
  });

  it('tries again while its servers fail or nothing connects', async () => {
    const bot = await startBot();
    openChat(bot);
    const error = { code: 502, description: 'Bad Gateway' };
    bot.emulator.fault({ method: 'sendMessage', times: 5, error });
    bot.telegram.offer(record([answer('one')]));
    await expect.poll(() => bot.texts()).toEqual(['one']);
  });

  it('sends once more what may have got lost, so that there is one double at most', async () => {
    const bot = await startBot();
    openChat(bot);
    bot.emulator.fault({ method: 'sendMessage', times: 1, drop: 'after' });
    bot.telegram.offer(record([answer('one'), answer('two')]));
    await expect.poll(() => bot.texts()).toEqual(['one', 'one', 'two']);
    await expect
      .poll(() => told(bot).map(({ type }) => type))
      .toEqual(['telegram.outcomeUnknown', 'telegram.delivered', 'telegram.delivered']);
  });

  it('gives up what may have got lost twice, says so to its session, and goes on', async () => {
    const bot = await startBot();
    openChat(bot);
    bot.emulator.fault({ method: 'sendMessage', times: 2, drop: 'before' });
    const item = answer('one');
    bot.telegram.offer(record([item, answer('two')]));
    await expect.poll(() => bot.texts()).toEqual(['two']);
    await expect
      .poll(() => told(bot))
      .toMatchObject([
        { type: 'telegram.outcomeUnknown', outboxId: item.id },
        { type: 'telegram.outcomeUnknown', outboxId: item.id },
        { type: 'telegram.delivered' },
      ]);
  });

  it('sends only once what an earlier daemon had sent with unknown outcome', async () => {
    const bot = await startBot();
    openChat(bot);
    bot.emulator.fault({ method: 'sendMessage', times: 1, drop: 'after' });
    bot.telegram.offer(record([answer('one', { doubts: 1 }), answer('two')]));
    await expect.poll(() => bot.texts()).toEqual(['one', 'two']);
  });

  it('waits, and sends once, however long nothing connects', async () => {
    const bot = await startBot({ speed: 500, apiRoot: 'http://127.0.0.1:1' });
    openChat(bot);
    bot.telegram.offer(record([answer('one')]));
    await expect.poll(() => bot.telegram.health.lastError).toContain('ECONNREFUSED');
    expect(told(bot)).toEqual([]);
    expect(bot.telegram.health.lastError).not.toContain(bot.emulator.token);
  });

  it('follows a group that became a supergroup', async () => {
    const bot = await startBot();
    bot.emulator.createGroup({ chatId: -7, title: 'Team' });
    bot.emulator.createGroup({ chatId: -1007, title: 'Team', isForum: true });
    const description = 'Bad Request: group chat was upgraded to a supergroup chat';
    const error = { code: 400, description, migrateTo: -1007 };
    bot.emulator.fault({ method: 'sendMessage', times: 1, error });
    bot.telegram.offer(record([answer('one')], { chatId: -7 }));
    await expect.poll(() => bot.texts(-1007)).toEqual(['one']);
    expect(bot.texts(-7)).toEqual([]);
    await expect.poll(() => told(bot).map(({ type }) => type)).toEqual(['telegram.delivered']);
  });

  it('sends the same words without formatting when that is what is refused', async () => {
    const bot = await startBot();
    openChat(bot);
    const description = "Bad Request: entity URL 'http://x' is invalid: Wrong HTTP URL";
    bot.emulator.fault({ method: 'sendMessage', times: 1, error: { code: 400, description } });
    bot.telegram.offer(record([answer('The **answer**')]));
    await expect.poll(() => bot.texts()).toEqual(['The answer']);
    expect(bot.calls('sendMessage')[1]?.payload['entities']).toEqual([]);
  });

  it('says what it refuses in every shape, and goes on', async () => {
    const bot = await startBot();
    openChat(bot);
    const error = { code: 400, description: 'Bad Request: SOMETHING_INVALID' };
    bot.emulator.fault({ method: 'sendMessage', times: 2, error });
    bot.telegram.offer(record([answer('The **answer**'), answer('next')]));
    await expect
      .poll(() => bot.texts())
      .toEqual([
        'Telegram refused this part of the answer (Bad Request: SOMETHING_INVALID). Ask for it in another form.',
        'next',
      ]);
  });

  it('sends to the chat, and says so, when the topic is gone', async () => {
    const bot = await startBot();
    bot.emulator.createGroup({ chatId: -100, title: 'Team', isForum: true });
    bot.telegram.offer(record([answer('The answer')], { chatId: -100, threadId: 77 }));
    await expect
      .poll(() => bot.texts(-100))
      .toEqual(['The topic of this session is gone, so this comes here.\n\nThe answer']);
  });

  it('sends into a topic that is there', async () => {
    const bot = await startBot();
    bot.emulator.createGroup({ chatId: -100, title: 'Team', isForum: true });
    const threadId = bot.emulator.createTopic({ chatId: -100, userId: ME, name: 'Bugs' });
    bot.telegram.offer(record([answer('The answer')], { chatId: -100, threadId }));
    const message = await bot.emulator.waitForMessage(-100, ({ text }) => text === 'The answer');
    expect(message.message_thread_id).toBe(threadId);
  });

  it('answers without the question when that was deleted', async () => {
    const bot = await startBot();
    openChat(bot);
    const error = { code: 400, description: 'Bad Request: message to be replied not found' };
    bot.emulator.fault({ method: 'sendMessage', times: 1, error });
    bot.telegram.offer(record([answer('one', { replyTo: 1 })]));
    await expect.poll(() => bot.texts()).toEqual(['one']);
    expect(bot.calls('sendMessage')[1]?.payload).not.toHaveProperty('reply_parameters');
  });

  it('keeps it while the person has the bot blocked, shows that, and sends it when they write again', async () => {
    const bot = await startBot({ speed: 1 });
    openChat(bot);
    await expect.poll(() => bot.sessions.accepted).toHaveLength(1);
    const error = { code: 403, description: 'Forbidden: bot was blocked by the user' };
    bot.emulator.fault({ method: 'sendMessage', times: 1, error });
    const item = answer('one');
    bot.telegram.offer(record([item]));
    await expect
      .poll(() => bot.telegram.health.lastError)
      .toContain('403 Forbidden: bot was blocked by the user');
    bot.telegram.offer(record([item]));
    const reason = 'sendMessage: 403 Forbidden: bot was blocked by the user';
    await expect.poll(() => told(bot)).toEqual([{ type: 'telegram.chatRefused', reason }]);
    expect(bot.calls('sendMessage')).toHaveLength(1);
    bot.emulator.sendText({ chatId: ME, text: 'here I am' });
    await expect.poll(() => bot.texts()).toEqual(['one']);
    await expect.poll(() => bot.telegram.health.lastError).toBeNull();
  });

  it('does not even try once Telegram has told that the person blocked the bot, and does when they let it in', async () => {
    const bot = await startBot({ speed: 1 });
    openChat(bot);
    await expect.poll(() => bot.sessions.accepted).toHaveLength(1);
    bot.emulator.setBotAllowed(ME, false);
    await expect.poll(() => bot.emulator.pendingUpdates()).toBe(0);
    bot.telegram.offer(record([answer('one')]));
    const reason = 'Forbidden: bot was blocked by the user';
    await expect.poll(() => told(bot)).toEqual([{ type: 'telegram.chatRefused', reason }]);
    expect(bot.calls('sendMessage')).toHaveLength(0);
    bot.emulator.setBotAllowed(ME, true);
    await expect.poll(() => bot.texts()).toEqual(['one']);
  });
});

describe('an approval', () => {
  const approval = anApproval('secret-id', { input: { command: 'npm test' } });
  const asking = (item: OutboxItem) => record([item], { approvals: [approval] });

  it('is asked with buttons that carry nothing but its id, and its message is reported', async () => {
    const bot = await startBot();
    openChat(bot);
    const item = owed({ kind: 'approval', approvalId: approval.id });
    bot.telegram.offer(asking(item));
    const message = await bot.emulator.waitForMessage(ME, ({ text }) => text?.includes('npm test') === true);
    const buttons = message.reply_markup?.inline_keyboard.flat();
    expect(buttons?.map((button) => ('callback_data' in button ? button.callback_data : null))).toEqual([
      'ay:secret-id',
      'an:secret-id',
      'as:secret-id',
      'ap:secret-id',
      'aw:secret-id',
    ]);
    await expect
      .poll(() => told(bot))
      .toEqual([{ type: 'telegram.delivered', outboxId: item.id, messageId: message.message_id }]);
  });

  it('of a long command has all of it in a file, and the buttons below its beginning', async () => {
    const bot = await startBot();
    openChat(bot);
    const command = Array.from({ length: 999 }, (_, line) => `echo ${String(line)}`).join('\n');
    const long = anApproval('long-id', { input: { command } });
    bot.telegram.offer(record([owed({ kind: 'approval', approvalId: long.id })], { approvals: [long] }));
    const { message_id, text } = await bot.emulator.waitForMessage(ME, (message) => !!message.reply_markup);
    expect(text).toMatch(/^Claude wants to run a command:\necho 0\n[^]*only the beginning/);
    const file = bot.emulator.messages(ME).find((message) => message.document);
    expect(file).toMatchObject({
      message_id: message_id - 1,
      document: {
        file_name: 'command.txt',
        file_size: 'Claude wants to run a command:\n'.length + command.length,
      },
    });
    await expect
      .poll(() => told(bot).at(-1))
      .toMatchObject({ type: 'telegram.delivered', messageId: message_id });
  });

  it('is not asked any more when it was withdrawn before Telegram took it', async () => {
    const bot = await startBot();
    openChat(bot);
    bot.emulator.fault({
      method: 'sendMessage',
      times: 1,
      error: { code: 429, description: 'x', retryAfter: 20 },
    });
    const first = answer('first');
    bot.telegram.offer(
      record([first, owed({ kind: 'approval', approvalId: approval.id })], { approvals: [approval] }),
    );
    bot.telegram.offer(record([first, answer('last')]));
    await expect.poll(() => bot.texts()).toEqual(['first', 'last']);
  });

  it('loses its buttons, and nothing else, when it was answered in words', async () => {
    const bot = await startBot();
    openChat(bot);
    bot.telegram.offer(asking(owed({ kind: 'approval', approvalId: approval.id })));
    const { message_id: messageId, text } = await bot.emulator.waitForMessage(
      ME,
      ({ reply_markup }) => reply_markup !== undefined,
    );
    const closed = owed({ kind: 'approvalClosed', messageId, toolName: 'Bash', why: 'answered' });
    bot.telegram.offer(record([closed]));
    const shown = () => bot.emulator.messages(ME).find(({ message_id }) => message_id === messageId);
    await expect.poll(() => shown()?.reply_markup).toBeUndefined();
    expect(shown()?.text).toBe(text);
  });

  it('loses its buttons when nobody needs the answer any more', async () => {
    const bot = await startBot();
    openChat(bot);
    bot.telegram.offer(asking(owed({ kind: 'approval', approvalId: approval.id })));
    const { message_id: messageId } = await bot.emulator.waitForMessage(
      ME,
      ({ reply_markup }) => !!reply_markup,
    );
    const closed = owed({ kind: 'approvalClosed', messageId, toolName: 'Bash', why: 'interrupted' });
    bot.telegram.offer(record([closed]));
    await expect
      .poll(() => told(bot).map(({ type }) => type))
      .toEqual(['telegram.delivered', 'telegram.delivered']);
    const [message] = bot.emulator.messages(ME).filter(({ message_id }) => message_id === messageId);
    expect(message?.reply_markup).toBeUndefined();
    expect(message?.text).not.toContain('npm test');
  });

  it('is closed without a fuss when its message was deleted', async () => {
    const bot = await startBot();
    openChat(bot);
    const closed = owed({ kind: 'approvalClosed', messageId: 999, toolName: 'Bash', why: 'ended' });
    bot.telegram.offer(record([closed]));
    await expect.poll(() => told(bot).map(({ type }) => type)).toEqual(['telegram.delivered']);
    expect(bot.telegram.health.lastError).toBeNull();
  });
});

describe('stopping', () => {
  it('waits for what is under way', async () => {
    const bot = await startBot({ speed: 1 });
    openChat(bot);
    bot.emulator.fault({ method: 'sendMessage', times: 1, delayMs: 300 });
    bot.telegram.offer(record([answer('one'), answer('two')]));
    await bot.telegram.stop(10_000);
    expect(bot.texts()).toEqual(['one', 'two']);
  });

  it('does not wait longer than it may, and sends nothing afterwards', async () => {
    const bot = await startBot({ speed: 1 });
    openChat(bot);
    const error = { code: 429, description: 'Too Many Requests', retryAfter: 60 };
    bot.emulator.fault({ method: 'sendMessage', times: 1, error });
    bot.telegram.offer(record([answer('one')]));
    await bot.telegram.stop(100);
    bot.telegram.offer(record([answer('two')]));
    expect(bot.calls('sendMessage')).toHaveLength(1);
    expect(told(bot)).toEqual([]);
  });

  it('does not wait for a chat that has the bot blocked', async () => {
    const bot = await startBot({ speed: 1 });
    openChat(bot);
    bot.emulator.setBotAllowed(ME, false);
    bot.telegram.offer(record([answer('one')]));
    await bot.telegram.stop(60_000);
    expect(told(bot).map(({ type }) => type)).toEqual(['telegram.chatRefused']);
  });
});
