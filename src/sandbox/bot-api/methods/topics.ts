/** Forum topics, in supergroups and, where the bot has them switched on, in private chats. */
import { type ForumTopic } from 'grammy/types';
import { badRequest } from '../api-error.ts';
import { type ChatData } from '../chats.ts';
import { type Method, type MethodCall, type Methods } from '../method.ts';
import { chatOf } from '../targets.ts';
import { checkIconColor, checkTopicName, newTopic, type Topic } from '../topics.ts';

const TOPIC_PARAMETERS = ['chat_id', 'message_thread_id'] as const;

export const topicMethods: Methods = {
  createForumTopic: {
    takes: ['chat_id', 'name', 'icon_color'],
    run: ({ world, parameters }): ForumTopic => {
      const name = checkTopicName(parameters.text('name'));
      const color = parameters.has('icon_color')
        ? checkIconColor(parameters.integer('icon_color', 0))
        : undefined;
      const chat = chatOf(world, parameters);
      mustHaveTopics(chat, world.bot.has_topics_enabled);
      const topic = newTopic(chat.nextMessageId, name, color);
      chat.topics.push(topic);
      const { id, first_name, username } = world.bot;
      world.chats.announceTopic(chat, topic, { id, is_bot: true, first_name, username });
      return { message_thread_id: topic.threadId, name, icon_color: topic.iconColor };
    },
  },
  editForumTopic: {
    takes: [...TOPIC_PARAMETERS, 'name', 'icon_custom_emoji_id'],
    run: (call) => {
      const { topic } = topicOf(call);
      if (!call.parameters.has('name')) return true;
      const name = checkTopicName(call.parameters.text('name'));
      if (name === topic.name) throw badRequest('TOPIC_NOT_MODIFIED');
      topic.name = name;
      return changed(call);
    },
  },
  closeForumTopic: setClosed(true),
  reopenForumTopic: setClosed(false),
  deleteForumTopic: {
    takes: TOPIC_PARAMETERS,
    run: (call) => {
      const { chat, topic } = topicOf(call);
      chat.topics = chat.topics.filter(({ threadId }) => threadId !== topic.threadId);
      chat.messages = chat.messages.filter(({ message_thread_id }) => message_thread_id !== topic.threadId);
      return changed(call);
    },
  },
  unpinAllForumTopicMessages: {
    takes: TOPIC_PARAMETERS,
    run: (call) => {
      const { chat, topic } = topicOf(call);
      const ids = chat.messages
        .filter(({ message_thread_id }) => message_thread_id === topic.threadId)
        .map(({ message_id }) => message_id);
      chat.pinned = chat.pinned.filter((id) => !ids.includes(id));
      return changed(call);
    },
  },
  /** None: custom emoji are no part of this. */
  getForumTopicIconStickers: { takes: [], run: () => [] },
};

function setClosed(isClosed: boolean): Method {
  return {
    takes: TOPIC_PARAMETERS,
    run: (call) => {
      const { chat, topic } = topicOf(call);
      if (chat.type !== 'supergroup') throw badRequest('the chat is not a supergroup');
      if (topic.isClosed === isClosed) throw badRequest('TOPIC_NOT_MODIFIED');
      topic.isClosed = isClosed;
      return changed(call);
    },
  };
}

function topicOf({ world, parameters }: MethodCall): { chat: ChatData; topic: Topic } {
  const chat = chatOf(world, parameters);
  mustHaveTopics(chat, world.bot.has_topics_enabled);
  const wanted = parameters.integer('message_thread_id', 0);
  const topic = chat.topics.find(({ threadId }) => threadId === wanted);
  if (!topic) throw badRequest('message thread not found');
  return { chat, topic };
}

function mustHaveTopics(chat: ChatData, isOnInPrivateChats: boolean): void {
  if (chat.hasTopics || (chat.type === 'private' && isOnInPrivateChats)) return;
  throw badRequest('the chat is not a forum');
}

function changed({ world, parameters }: MethodCall): true {
  world.chats.changed(chatOf(world, parameters));
  return true;
}
