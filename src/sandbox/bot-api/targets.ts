/** Finds the chat, the message and the topic that a call is about, or refuses it as Telegram does. */
import { type Message } from 'grammy/types';
import { ApiError, badRequest, forbidden } from './api-error.ts';
import { type ChatData } from './chats.ts';
import { isObject, type JsonObject } from './json-fields.ts';
import { type Parameters } from './parameters.ts';
import { GENERAL_THREAD_ID } from './topics.ts';
import { type World } from './world.ts';

/** @param access what the bot wants: a person who blocked it can't be written to, but read */
export function chatOf(world: World, parameters: Parameters, access: 'read' | 'write' = 'write'): ChatData {
  return findChat(world, parameters.text('chat_id').trim(), access);
}

function findChat(world: World, chatId: string, access: 'read' | 'write'): ChatData {
  if (chatId === '') throw badRequest('chat_id is empty');
  // A name (`@…`) is no number, and nothing here has a name: not found, as with Telegram.
  const chat = world.chats.get(Number(chatId));
  if (!chat) throw badRequest('chat not found');
  checkAccess(chat, access);
  return chat;
}

function checkAccess(chat: ChatData, access: 'read' | 'write'): void {
  if (chat.migratedTo !== undefined) {
    const moved = { migrate_to_chat_id: chat.migratedTo };
    throw new ApiError(400, 'Bad Request: group chat was upgraded to a supergroup chat', moved);
  }
  if (chat.botStatus === 'present') return;
  if (chat.type === 'private') {
    if (access === 'write') throw forbidden('bot was blocked by the user');
    return;
  }
  const how = chat.botStatus === 'kicked' ? 'was kicked from' : 'is not a member of';
  throw forbidden(`bot ${how} the ${chat.type} chat`);
}

/** @param what names it in the error: `message to edit` */
export function messageOf(world: World, chat: ChatData, parameters: Parameters, what: string): Message {
  const message = world.chats.find(chat, parameters.integer('message_id', 0));
  if (!message) throw badRequest(`${what} not found`);
  return message;
}

/** The topic of a message that is to be sent; null outside of topics. */
export function threadOf(chat: ChatData, parameters: Parameters): number | null {
  const threadId = parameters.integer('message_thread_id', 0);
  if (threadId <= 0) return null;
  if (chat.topics.some((topic) => topic.threadId === threadId)) return threadId;
  throw badRequest('message thread not found');
}

/** As `threadOf`; for chat actions the general topic has a number, too. */
export function threadOfAction(chat: ChatData, parameters: Parameters): number | null {
  const isGeneral =
    chat.type === 'supergroup' &&
    chat.hasTopics &&
    parameters.integer('message_thread_id', 0) === GENERAL_THREAD_ID;
  return isGeneral ? null : threadOf(chat, parameters);
}

/** The message to reply to; null for none, and for a missing one if the call says that it may be missing. */
export function repliedOf(world: World, chat: ChatData, parameters: Parameters): Message | null {
  const reply = readReply(parameters);
  if (reply.messageId <= 0) return null;
  const source = reply.chatId === '' ? chat : findChat(world, reply.chatId, 'read');
  const message = world.chats.find(source, reply.messageId);
  if (message) return message;
  if (reply.mayBeMissing) return null;
  throw badRequest('message to be replied not found');
}

interface ReplyRequest {
  messageId: number;
  /** Empty for the same chat. */
  chatId: string;
  mayBeMissing: boolean;
}

function readReply(parameters: Parameters): ReplyRequest {
  const given = parameters.json('reply_parameters', 'reply parameters');
  if (given !== undefined && !isObject(given)) throw badRequest('Object expected as reply parameters');
  const fields: JsonObject = given ?? {
    message_id: parameters.integer('reply_to_message_id', 0),
    allow_sending_without_reply: parameters.flag('allow_sending_without_reply'),
  };
  const { message_id, chat_id, allow_sending_without_reply } = fields;
  return {
    messageId: typeof message_id === 'number' ? message_id : 0,
    chatId: typeof chat_id === 'number' || typeof chat_id === 'string' ? String(chat_id) : '',
    mayBeMissing: allow_sending_without_reply === true,
  };
}
