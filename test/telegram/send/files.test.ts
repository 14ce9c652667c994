/** Files among the parts of a message, through the emulated Bot API into the chat. */
import { GrammyError } from 'grammy';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../../src/sandbox/bot-api/emulator.ts';
import { createApis } from '../../../src/telegram/api.ts';
import { plain, rich, bold } from '../../../src/telegram/render/rich-text.ts';
import { messageDelivery, type PartsOptions } from '../../../src/telegram/send/delivery.ts';
import type { MessagePart } from '../../../src/telegram/send/outgoing.ts';

const ME = 7;
const FORBIDDEN = { code: 400, description: 'Bad Request: not enough rights to send documents to the chat' };

const file = (fileName = 'answer.md', caption = plain('')): MessagePart => ({
  ...caption,
  document: { fileName, bytes: Buffer.from('# All of it\n') },
});

async function startSending() {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  const question = emulator.sendText({ chatId: ME, text: 'question' });
  const { send: api } = createApis({ token: emulator.token, apiRoot: emulator.url });
  const reported: (string | number | null)[] = [];
  const delivery = (parts: MessagePart[], over: Partial<PartsOptions> = {}) =>
    messageDelivery(api, {
      address: { chatId: ME, threadId: null },
      parts: () => parts,
      partsSent: 0,
      doubts: 0,
      replyTo: null,
      keyboard: null,
      onPart: (partsSent) => reported.push(partsSent),
      onDone: (messageId) => reported.push('done', messageId),
      onOutcomeUnknown: () => reported.push('doubt'),
      onChatRefused: (reason) => reported.push(reason),
      ...over,
    });
  /** To the end, as a chat's line would. */
  const deliver = async (parts: MessagePart[], over: Partial<PartsOptions> = {}) => {
    const underWay = delivery(parts, over);
    while (!(await underWay.step(new AbortController().signal)));
  };
  /** What the bot has said: words as they are, files by name and caption. */
  const said = () =>
    emulator
      .messages(ME)
      .slice(1)
      .map(({ text, caption, document }) => text ?? [document?.file_name, caption].join(': '));
  return { emulator, question, api, reported, delivery, deliver, said };
}

const keyboard = { inline_keyboard: [[{ text: 'Allow', callback_data: 'x' }]] };

describe('a file', () => {
  it('is sent with its name, bytes, caption, buttons, and as a reply', async () => {
    const { emulator, question, api, deliver } = await startSending();
    const name = 'Übersicht; "neu" (1).md';
    const replyTo = question.message_id;
    await deliver([file(name, rich`the ${bold('whole')}`)], { replyTo, keyboard });
    const message = emulator.messages(ME).at(-1);
    expect(message).toMatchObject({
      document: { file_name: name, file_size: 12 },
      caption: 'the whole',
      caption_entities: [{ type: 'bold', offset: 4, length: 5 }],
      reply_to_message: { message_id: replyTo },
      reply_markup: keyboard,
    });
    const { file_path } = await api.getFile(message?.document?.file_id ?? '');
    const response = await fetch(`${emulator.url}/file/bot${emulator.token}/${String(file_path)}`);
    expect(await response.text()).toBe('# All of it\n');
  });

  it('goes to its topic, or to the chat if the topic is gone, and says so', async () => {
    const { emulator, said, deliver } = await startSending();
    await deliver([file('a.md', plain('all'))], { address: { chatId: ME, threadId: 99 } });
    expect(said()).toEqual(['a.md: The topic of this session is gone, so this comes here.\n\nall']);
    expect(emulator.calls.at(-1)?.payload).not.toHaveProperty('message_thread_id');
  });

  it('is one of several parts: reported each, the first one rings, the last one has the buttons', async () => {
    const { emulator, deliver, reported, said } = await startSending();
    await deliver([plain('one'), file(), plain('two')], { keyboard });
    expect(said()).toEqual(['one', 'answer.md: ', 'two']);
    expect(reported).toEqual([1, 2, 'done', emulator.messages(ME).at(-1)?.message_id]);
    expect(
      emulator.calls.map(({ payload }) => [payload['disable_notification'], 'reply_markup' in payload]),
    ).toEqual([
      [undefined, false],
      ['true', false],
      [true, true],
    ]);
  });

  it('is not sent again after a restart, if Telegram had it', async () => {
    const { deliver, said } = await startSending();
    await deliver([file(), plain('two')], { partsSent: 1 });
    expect(said()).toEqual(['two']);
  });

  it('is sent once more if nobody knows whether Telegram took it, and not a third time', async () => {
    const { emulator, delivery, reported } = await startSending();
    emulator.fault({ method: 'sendDocument', times: 2, drop: 'after' });
    const unsure = delivery([file()]);
    const { signal } = new AbortController();
    await expect(unsure.step(signal)).rejects.toThrow('sendDocument');
    expect(unsure.outcomeUnknown?.()).toBe(true);
    await expect(unsure.step(signal)).rejects.toThrow('sendDocument');
    expect(unsure.outcomeUnknown?.()).toBe(false);
    expect(reported).toEqual(['doubt', 'doubt']);
  });
});

describe('where Telegram takes no files', () => {
  it('says so in its place, and goes on', async () => {
    const { emulator, deliver, said } = await startSending();
    emulator.fault({ method: 'sendDocument', times: 1, error: FORBIDDEN });
    await deliver([plain('one'), file(), plain('two')]);
    expect(said()).toEqual([
      'one',
      'Telegram does not take the file answer.md here (Bad Request: not enough rights to send documents to the chat).',
      'two',
    ]);
  });

  it.each([
    { code: 413, description: 'Request Entity Too Large' },
    { code: 400, description: 'Bad Request: CHAT_SEND_DOCS_FORBIDDEN' },
  ])('so too if it says $description', async (error) => {
    const { emulator, deliver, said } = await startSending();
    emulator.fault({ method: 'sendDocument', times: 1, error });
    await deliver([file()]);
    expect(said()).toEqual([expect.stringContaining(error.description)]);
  });

  it('goes on with what there is for that, which then rings and has the buttons', async () => {
    const { emulator, deliver, said, reported } = await startSending();
    emulator.fault({ method: 'sendDocument', times: 1, error: FORBIDDEN });
    const partsWithoutFile = () => [plain('all of it, 1'), plain('all of it, 2')];
    await deliver([file(), plain('see the file')], { partsWithoutFile, keyboard });
    expect(said()).toEqual(['all of it, 1', 'all of it, 2']);
    expect(reported).toEqual([2, 3, 'done', expect.any(Number)]);
    const sent = emulator.calls.filter(({ method }) => method === 'sendMessage');
    expect(sent.map(({ payload }) => payload['disable_notification'])).toEqual([undefined, true]);
    expect(emulator.messages(ME).map(({ reply_markup }) => reply_markup)).toEqual([
      undefined,
      undefined,
      keyboard,
    ]);
  });

  it('goes on there after a restart too', async () => {
    const { deliver, said } = await startSending();
    const partsWithoutFile = () => [plain('all of it, 1'), plain('all of it, 2')];
    await deliver([file(), plain('see the file')], { partsWithoutFile, partsSent: 3 });
    expect(said()).toEqual(['all of it, 2']);
  });

  it('is done if there is nothing more to say', async () => {
    const { emulator, deliver, said, reported } = await startSending();
    emulator.fault({ method: 'sendDocument', times: 1, error: FORBIDDEN });
    await deliver([plain('one'), file()], { partsWithoutFile: () => [] });
    expect(said()).toEqual(['one']);
    expect(reported).toEqual([1, 'done', null]);
  });

  it('does not count as a chat that takes nothing; a blocked bot does', async () => {
    const { emulator, delivery } = await startSending();
    const error = { code: 403, description: 'Forbidden: bot was blocked by the user' };
    emulator.fault({ method: 'sendDocument', times: 1, error });
    await expect(delivery([file()]).step(new AbortController().signal)).rejects.toThrow(GrammyError);
  });
});
