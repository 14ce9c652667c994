import { describe, expect, it } from 'vitest';
import { readUpdate, threadOf, updateIdOf } from '../../../src/telegram/receive/update.ts';

const message = {
  message_id: 3,
  date: 1,
  chat: { id: 7, type: 'private', first_name: 'A' },
  from: { id: 7 },
};

describe('reading an update', () => {
  it('keeps what we use of a message, with the names of its other fields', () => {
    const read = readUpdate({ update_id: 1, message: { ...message, photo: [], caption: 'look' } });
    expect(read).toMatchObject({ kind: 'message', chatId: 7, message: { message_id: 3, caption: 'look' } });
    expect(read?.kind === 'message' && read.message.kinds).toContain('photo');
  });

  it('keeps what we use of a tap on a button', () => {
    const callback_query = { id: '5', from: { id: 7 }, chat_instance: 'c', data: 'ay:1', message };
    expect(readUpdate({ update_id: 1, callback_query })).toMatchObject({
      kind: 'callback',
      chatId: 7,
      callback: { id: '5', data: 'ay:1', message: { message_id: 3 } },
    });
  });

  it('knows a tap without its message by who tapped', () => {
    const callback_query = { id: '5', from: { id: 8 }, inline_message_id: 'x', data: 'ay:1' };
    expect(readUpdate({ update_id: 1, callback_query })).toMatchObject({ kind: 'callback', chatId: 8 });
  });

  it.each([
    null,
    7,
    {},
    { message: null },
    { message: { ...message, message_id: '3' } },
    { message: { ...message, chat: 7 } },
    { message: { ...message, text: 5 } },
    { message: { ...message, text: 'x'.repeat(70_000) } },
    { message: { ...message, entities: [{ type: 'bold', offset: -1, length: 1 }] } },
    { callback_query: { id: '', from: { id: 7 } } },
    { callback_query: { id: '5', from: { id: 7 }, data: 'x'.repeat(65) } },
  ])('passes over %j', (update) => {
    expect(readUpdate(update)).toBeNull();
  });

  it('takes only whole numbers for ids', () => {
    expect([{ update_id: 5 }, { update_id: 5.5 }, { update_id: '5' }, null].map(updateIdOf)).toEqual([
      5,
      null,
      null,
      null,
    ]);
  });

  it('finds the topic only where Telegram says that there is one', () => {
    expect(threadOf({ message_thread_id: 4, is_topic_message: true })).toBe(4);
    expect(threadOf({ message_thread_id: 4 })).toBeNull();
    expect(threadOf({})).toBeNull();
  });
});
