import { describe, expect, it } from 'vitest';
import { addressedBy } from '../../../src/telegram/receive/addressed.ts';
import type { UpdateMessage } from '../../../src/telegram/receive/update.ts';

const BOT = { id: 99, username: 'Hiber_bot' };

function message(text: string, over: Partial<UpdateMessage> = {}): UpdateMessage {
  return { message_id: 1, chat: { id: 7, type: 'private' }, from: { id: 7 }, text, kinds: ['text'], ...over };
}

const inGroup = (text: string, over: Partial<UpdateMessage> = {}) =>
  message(text, { chat: { id: -7, type: 'supergroup' }, ...over });

function mention(text: string, name = '@Hiber_bot') {
  return { entities: [{ type: 'mention', offset: text.indexOf(name), length: name.length }] };
}

describe('what is said to the bot', () => {
  it('is every text in a private chat, as it is', () => {
    expect(addressedBy(message('  hello\n'), BOT)).toEqual({ text: '  hello\n', command: null });
  });

  it('is a command with its argument', () => {
    expect(addressedBy(message('/timeout  10m '), BOT)?.command).toMatchObject({
      name: 'timeout',
      argument: '10m',
    });
    expect(addressedBy(message('/STATUS@hiber_BOT'), BOT)?.command).toMatchObject({
      name: 'status',
      argument: '',
    });
    expect(addressedBy(message('/new a folder\nof two lines'), BOT)?.command?.argument).toBe(
      'a folder\nof two lines',
    );
  });

  it.each(['/home/me/x is broken', '/ hello', '/status@other_bot', 'say /status', '/über'])(
    'takes %s for text',
    (text) => {
      expect(addressedBy(message(text), BOT)).toEqual({ text, command: null });
    },
  );

  it('takes a forwarded command for text, because somebody else wrote it', () => {
    expect(addressedBy(message('/end', { forward_origin: { type: 'user' } }), BOT)?.command).toBeNull();
  });

  it('is the caption of a photo, which is never a command', () => {
    const { text: _, ...photo } = message('');
    const captioned = { ...photo, caption: '/end', kinds: ['photo'] };
    expect(addressedBy(captioned, BOT)).toEqual({ text: '/end', command: null });
    expect(addressedBy({ ...photo, kinds: ['photo'] }, BOT)).toEqual({ text: '', command: null });
  });

  it('is a caption without our name in a group', () => {
    const { text: _, ...photo } = inGroup('');
    const caption = '@Hiber_bot look';
    const entities = [{ type: 'mention', offset: 0, length: 10 }];
    const captioned = { ...photo, caption, caption_entities: entities, kinds: ['photo'] };
    expect(addressedBy(captioned, BOT)?.text).toBe('look');
    expect(addressedBy({ ...photo, kinds: ['photo'] }, BOT)).toBeNull();
  });

  it('is nothing of what people say to each other in a group', () => {
    expect(addressedBy(inGroup('hello'), BOT)).toBeNull();
    expect(addressedBy(inGroup('/status'), BOT)).toBeNull();
    expect(addressedBy(inGroup('/status@other_bot'), BOT)).toBeNull();
    expect(addressedBy(inGroup('@Hiber_bot without an entity'), BOT)).toBeNull();
    const other = '@Hiber_bot_two hi';
    expect(addressedBy(inGroup(other, mention(other, '@Hiber_bot_two')), BOT)).toBeNull();
  });

  it('is a command with our name in a group', () => {
    expect(addressedBy(inGroup('/status@Hiber_bot'), BOT)?.command).toMatchObject({ name: 'status' });
  });

  it.each([
    ['@Hiber_bot run the tests', 'run the tests'],
    ['@hiber_bot, run the tests', 'run the tests'],
    ['hello @Hiber_bot run', 'hello run'],
    ['run the tests @Hiber_bot', 'run the tests'],
    ['@Hiber_bot', ''],
    ['👩‍💻 @Hiber_bot: go', '👩‍💻: go'],
  ])('is a mention in a group, without our name: %s', (text, said) => {
    const name = /@hiber_bot/i.exec(text)?.[0] ?? '';
    expect(addressedBy(inGroup(text, mention(text, name)), BOT)?.text).toBe(said);
  });

  it('leaves names of others in the text', () => {
    const text = '@Hiber_bot ask @anna';
    const entities = [
      { type: 'mention', offset: 0, length: 10 },
      { type: 'mention', offset: 15, length: 5 },
    ];
    expect(addressedBy(inGroup(text, { entities }), BOT)?.text).toBe('ask @anna');
  });

  it('is a reply to us in a group, a command too', () => {
    const reply = { reply_to_message: { from: { id: BOT.id } } };
    expect(addressedBy(inGroup('yes', reply), BOT)?.text).toBe('yes');
    expect(addressedBy(inGroup('/stop', reply), BOT)?.command?.name).toBe('stop');
    expect(addressedBy(inGroup('yes', { reply_to_message: { from: { id: 5 } } }), BOT)).toBeNull();
  });

  it('is everything in a topic: the topic is the session', () => {
    const inTopic = { is_topic_message: true, message_thread_id: 11 };
    expect(addressedBy(inGroup('run the tests', inTopic), BOT)?.text).toBe('run the tests');
    expect(addressedBy(inGroup('/status', inTopic), BOT)?.command).toMatchObject({ name: 'status' });
    expect(addressedBy(inGroup('/status@other_bot', inTopic), BOT)?.command).toBeNull();
  });

  it('is nothing in a thread of replies, which is no topic', () => {
    expect(addressedBy(inGroup('yes', { message_thread_id: 11 }), BOT)).toBeNull();
  });
});
