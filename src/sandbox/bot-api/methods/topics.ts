/** Forum topics, in supergroups and, where the bot has them switched on, in private chats. */
import { type ForumTopic, type Message } from 'grammy/types';
import { badRequest } from '../api-error.ts';
import { type ChatData } from '../chats.ts';
import { type Method, type MethodCall, type Methods } from '../method.ts';
import { botUser } from '../sending.ts';
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
      if (chat.botManagesTopics === false) throw badRequest('Not enough rights to create a topic');
      const topic = { ...newTopic(chat.nextMessageId, name, color), isBots: true };
      chat.topics.push(topic);
      world.chats.announceTopic(chat, topic, botUser(world.bot));
      return { message_thread_id: topic.threadId, name, icon_color: topic.iconColor };
    },
  },
  editForumTopic: {
    takes: [...TOPIC_PARAMETERS, 'name', 'icon_custom_emoji_id'],
    run: (call) => {
      const { chat, topic } = topicOf(call);
      mustManage(chat, topic, 'edit the topic');
      if (!call.parameters.has('name')) return true;
      const name = checkTopicName(call.parameters.text('name'));
      if (name === topic.name) throw badRequest('TOPIC_NOT_MODIFIED');
      topic.name = name;
      announce(call, topic, { forum_topic_edited: { name } });
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
      mustManage(chat, topic, 'close or open the topic');
      if (topic.isClosed === isClosed) throw badRequest('TOPIC_NOT_MODIFIED');
      topic.isClosed = isClosed;
      announce(call, topic, isClosed ? { forum_topic_closed: {} } : { forum_topic_reopened: {} });
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

/** A bot without the right may still change what it made itself (td: `ForumTopicManager`). */
function mustManage(chat: ChatData, topic: Topic, what: string): void {
  if (chat.botManagesTopics === false && topic.isBots !== true) {
    throw badRequest(`Not enough rights to ${what}`);
  }
}

/** The service message that everyone in the topic sees; the bot itself gets no update of it. */
function announce({ world, parameters }: MethodCall, topic: Topic, content: Partial<Message>): void {
  const chat = chatOf(world, parameters);
  world.chats.add(chat, { from: botUser(world.bot), threadId: topic.threadId, replyTo: null, content });
}

function changed({ world, parameters }: MethodCall): true {
  world.chats.changed(chatOf(world, parameters));
  return true;
}
