/** Forum topics in supergroups and in private chats. */
import { describe, expect, it } from 'vitest';
import { CHAT, startChat, startTelegram, type Emulated } from '../emulated.ts';

const FORUM = -1_001_000_000_001;

async function startForum(): Promise<Emulated> {
  const emulated = await startTelegram();
  emulated.telegram.createGroup({ chatId: FORUM, title: 'Workshop', isForum: true });
  return emulated;
}

describe('topics', () => {
  it('are created by the bot, and say so in the chat', async () => {
    const { telegram, api } = await startForum();
    const topic = await api.createForumTopic(FORUM, 'Server', { icon_color: 9367192 });
    expect(topic).toMatchObject({ name: 'Server', icon_color: 9367192 });
    expect(telegram.messages(FORUM)).toMatchObject([
      {
        message_id: topic.message_thread_id,
        forum_topic_created: { name: 'Server' },
        is_topic_message: true,
      },
    ]);
    const sent = await api.sendMessage(FORUM, 'x', { message_thread_id: topic.message_thread_id });
    expect(sent).toMatchObject({
      message_thread_id: topic.message_thread_id,
      is_topic_message: true,
      chat: { is_forum: true, type: 'supergroup' },
      // Telegram shows such a message as a reply to the one that began the topic.
      reply_to_message: { message_id: topic.message_thread_id },
    });
  });

  it('come into being when a person writes into one, and make a group a forum', async () => {
    const { telegram, api } = await startTelegram();
    telegram.sendText({ chatId: -5, userId: CHAT, threadId: 3, text: 'x' });
    expect(telegram.chats()).toEqual([
      {
        id: -5,
        type: 'supergroup',
        title: 'Group 5',
        topics: [{ threadId: 3, name: 'Topic 3', isClosed: false }],
      },
    ]);
    expect((await api.getUpdates()).at(-1)).toMatchObject({
      message: { message_thread_id: 3, is_topic_message: true },
    });
  });

  it('are renamed, closed, opened and deleted', async () => {
    const { telegram, api, refusal } = await startForum();
    const threadId = telegram.createTopic({ chatId: FORUM, userId: CHAT, name: 'A' });
    telegram.sendText({ chatId: FORUM, userId: CHAT, threadId, text: 'x' });
    await api.editForumTopic(FORUM, threadId, { name: 'B' });
    await api.closeForumTopic(FORUM, threadId);
    expect(telegram.chats()[0]?.topics).toEqual([{ threadId, name: 'B', isClosed: true }]);
    expect(await refusal('closeForumTopic', { chat_id: FORUM, message_thread_id: threadId })).toBe(
      '400 Bad Request: TOPIC_NOT_MODIFIED',
    );
    await api.reopenForumTopic(FORUM, threadId);
    await api.deleteForumTopic(FORUM, threadId);
    expect(telegram.messages(FORUM)).toEqual([]);
    expect(await refusal('sendMessage', { chat_id: FORUM, message_thread_id: threadId, text: 'x' })).toBe(
      '400 Bad Request: message thread not found',
    );
  });

  it('have no number for messages in the general one, but one for "typing"', async () => {
    const { telegram, api, refusal } = await startForum();
    telegram.createTopic({ chatId: FORUM, userId: CHAT, name: 'A' });
    expect(await refusal('sendMessage', { chat_id: FORUM, message_thread_id: 1, text: 'x' })).toContain(
      'message thread not found',
    );
    await api.sendChatAction(FORUM, 'typing', { message_thread_id: 1 });
    expect(telegram.activity(FORUM)).toMatchObject([{ threadId: null }]);
  });

  it('tell the bot what people do with them, but not what it did itself, nor that one was deleted', async () => {
    const { telegram, api, refusal } = await startForum();
    const threadId = telegram.createTopic({ chatId: FORUM, userId: CHAT, name: 'A' });
    const topic = { chatId: FORUM, userId: CHAT, threadId };
    telegram.changeTopic(topic, { name: 'B' });
    await api.editForumTopic(FORUM, threadId, { name: 'C' });
    telegram.changeTopic(topic, 'close');
    telegram.changeTopic(topic, 'reopen');
    telegram.deleteTopic(FORUM, threadId);
    const from = { id: CHAT };
    const place = { message_thread_id: threadId, is_topic_message: true };
    expect((await api.getUpdates()).map(({ message }) => message)).toMatchObject([
      { from, ...place, forum_topic_created: { name: 'A' } },
      { from, ...place, forum_topic_edited: { name: 'B' } },
      { from, ...place, forum_topic_closed: {} },
      { from, ...place, forum_topic_reopened: {} },
    ]);
    expect(await refusal('editForumTopic', { chat_id: FORUM, message_thread_id: threadId, name: 'D' })).toBe(
      '400 Bad Request: message thread not found',
    );
  });

  it("can't be made, changed or written to when closed, by a bot without the right; its own it may change", async () => {
    const { telegram, api, refusal } = await startForum();
    const own = await api.createForumTopic(FORUM, 'Own');
    const threadId = telegram.createTopic({ chatId: FORUM, userId: CHAT, name: 'A' });
    telegram.setBotManagesTopics(FORUM, false);
    expect(await refusal('createForumTopic', { chat_id: FORUM, name: 'B' })).toBe(
      '400 Bad Request: not enough rights to create a topic',
    );
    expect(await refusal('editForumTopic', { chat_id: FORUM, message_thread_id: threadId, name: 'B' })).toBe(
      '400 Bad Request: not enough rights to edit the topic',
    );
    await api.editForumTopic(FORUM, own.message_thread_id, { name: 'Mine' });
    expect(telegram.messages(FORUM).at(-1)).toMatchObject({ forum_topic_edited: { name: 'Mine' } });
    telegram.changeTopic({ chatId: FORUM, userId: CHAT, threadId }, 'close');
    expect(await refusal('sendMessage', { chat_id: FORUM, message_thread_id: threadId, text: 'x' })).toBe(
      '400 Bad Request: TOPIC_CLOSED',
    );
  });

  it('are in private chats only where the bot has them switched on', async () => {
    const off = await startChat();
    expect(await off.refusal('createForumTopic', { chat_id: CHAT, name: 'A' })).toBe(
      '400 Bad Request: the chat is not a forum',
    );
    const on = await startChat({ hasTopicsInPrivateChats: true });
    const { message_thread_id } = await on.api.createForumTopic(CHAT, 'A');
    expect(await on.api.sendMessage(CHAT, 'x', { message_thread_id })).toMatchObject({
      is_topic_message: true,
    });
    expect(await on.refusal('closeForumTopic', { chat_id: CHAT, message_thread_id })).toBe(
      '400 Bad Request: the chat is not a supergroup',
    );
  });

  it('are not meant by the thread id of a reply outside of them', async () => {
    const { telegram, api } = await startForum();
    const { message_id } = telegram.sendText({ chatId: FORUM, userId: CHAT, text: 'a' });
    const reply = telegram.sendText({ chatId: FORUM, userId: CHAT, text: 'b', replyTo: message_id });
    expect(reply.message_thread_id).toBe(message_id);
    expect(reply).not.toHaveProperty('is_topic_message');
    expect(await api.getUpdates()).toHaveLength(2);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no name', { name: ' ' }, 'title must be non-empty'],
    ['a foreign color', { name: 'A', icon_color: 5 }, 'invalid forum topic icon color specified'],
  ])('are refused %s', async (_what, parameters, description) => {
    const { refusal } = await startForum();
    expect(await refusal('createForumTopic', { chat_id: FORUM, ...parameters })).toBe(
      `400 Bad Request: ${description}`,
    );
  });
});
