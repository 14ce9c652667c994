/** The people on the other side of the bot: what they write, tap and change becomes updates. */
import { randomBytes } from 'node:crypto';
import {
  type CallbackQuery,
  type Chat,
  type InlineKeyboardButton,
  type Message,
  type User,
} from 'grammy/types';
import { type CallbackAnswer } from './callback-queries.ts';
import { type ChatData } from './chats.ts';
import { MAX_TEXT_LENGTH } from './message-text.ts';
import { type PersonMessage } from '../ports.ts';
import { lengthInCodePoints } from './text/clean.ts';
import { findEntities } from './text/find-entities.ts';
import { fixFormattedText, type FormattedText } from './text/formatted-text.ts';
import { checkTopicName, type Topic } from './topics.ts';
import { pushIfAllowed, type World } from './world.ts';

type Place = Pick<PersonMessage, 'chatId' | 'userId' | 'threadId' | 'replyTo' | 'quote'>;

export function sendText(world: World, { text, ...place }: PersonMessage): Message {
  const fixed = typed(text, MAX_TEXT_LENGTH);
  if (fixed.text === '') throw new Error('A person sends no empty message: Telegram has no button for it.');
  const { entities } = fixed;
  return post(world, place, { text: fixed.text, ...(entities.length > 0 && { entities }) });
}

/** Changes what a person wrote before. */
export function editText(world: World, edit: { chatId: number; messageId: number; text: string }): Message {
  const chat = world.chats.open(edit.chatId);
  const message = existing(world, chat, edit.messageId);
  if (message.from?.is_bot) throw new Error(`Message ${edit.messageId} is the bot's: people edit their own.`);
  const { entities: _, ...rest } = message;
  const fixed = typed(edit.text, MAX_TEXT_LENGTH);
  const changed = world.chats.replace(chat, {
    ...rest,
    text: fixed.text,
    ...(fixed.entities.length > 0 && { entities: fixed.entities }),
    edit_date: world.chats.seconds(),
  });
  pushIfAllowed(world, 'edited_message', changed);
  return changed;
}

export function press(
  world: World,
  tap: { chatId: number; userId?: number; messageId: number; button: string },
): Promise<CallbackAnswer | null> {
  const chat = world.chats.open(tap.chatId);
  const message = existing(world, chat, tap.messageId);
  const button = buttonOf(message, tap.button);
  if (!('callback_data' in button)) throw new Error(`The button "${button.text}" tells the bot nothing.`);
  const { id, answered } = world.callbacks.open();
  const query = callbackQuery(id, userOf(world, tap), message, button.callback_data);
  pushIfAllowed(world, 'callback_query', query);
  return answered;
}

/** Forged: with any data, on any message, even one that is not there. */
export function pushCallback(
  world: World,
  forged: { chatId: number; userId: number; messageId: number; data?: string | undefined },
): number {
  const chat = world.chats.open(forged.chatId);
  const message = world.chats.find(chat, forged.messageId) ?? {
    chat: world.chats.describe(chat),
    message_id: forged.messageId,
    // Bot API, InaccessibleMessage: a date of 0 says that it is gone.
    date: 0,
  };
  const { id } = world.callbacks.open();
  const query = callbackQuery(id, world.chats.person(forged.userId), message, forged.data ?? '');
  return pushUpdate(world, { callback_query: query });
}

/** Any update, of any kind and shape, whether the bot asked for the kind or not. */
export function pushUpdate(world: World, update: Record<string, unknown>): number {
  const id = world.queue.push(update);
  world.polls.wake();
  return id;
}

export function changeTopic(
  world: World,
  { chatId, userId, threadId }: { chatId: number; userId?: number; threadId: number },
  change: { name: string } | 'close' | 'reopen',
): void {
  const chat = world.chats.open(chatId);
  const topic = existingTopic(chat, threadId);
  const content: Partial<Message> =
    typeof change === 'object'
      ? { forum_topic_edited: { name: change.name } }
      : change === 'close'
        ? { forum_topic_closed: {} }
        : { forum_topic_reopened: {} };
  if (typeof change === 'object') topic.name = checkTopicName(change.name);
  else topic.isClosed = change === 'close';
  post(world, { chatId, userId, threadId }, content);
}

export function deleteTopic(world: World, chatId: number, threadId: number): void {
  const chat = world.chats.open(chatId);
  existingTopic(chat, threadId);
  chat.topics = chat.topics.filter((topic) => topic.threadId !== threadId);
  chat.messages = chat.messages.filter((message) => message.message_thread_id !== threadId);
  world.chats.changed(chat);
}

function existingTopic(chat: ChatData, threadId: number): Topic {
  const topic = chat.topics.find((each) => each.threadId === threadId);
  if (!topic) throw new Error(`There is no topic ${threadId} in chat ${chat.id}.`);
  return topic;
}

/** Puts the message into the chat, and tells the bot of it. */
export function post(world: World, place: Place, content: Partial<Message>): Message {
  const from = userOf(world, place);
  const chat = world.chats.open(place.chatId);
  const threadId = place.threadId ?? null;
  if (threadId !== null) world.chats.openTopic(chat, threadId, from);
  const replyTo = place.replyTo === undefined ? null : existing(world, chat, place.replyTo);
  const quote = place.quote === undefined ? {} : { quote: quoteOf(replyTo, place.quote) };
  const message = world.chats.add(chat, { from, threadId, replyTo, content: { ...quote, ...content } });
  pushIfAllowed(world, 'message', message);
  return message;
}

function quoteOf(original: Message | null, text: string): NonNullable<Message['quote']> {
  const position = (original?.text ?? original?.caption ?? '').indexOf(text);
  if (position === -1) throw new Error('A person quotes a part of the message that is replied to.');
  return { text, position, is_manual: true };
}

function userOf(world: World, { chatId, userId }: { chatId: number; userId?: number | undefined }): User {
  const id = userId ?? chatId;
  if (id <= 0) throw new Error(`Say who writes: chat ${chatId} is a group, so it needs a userId above 0.`);
  return world.chats.person(id);
}

function existing(world: World, chat: ChatData, messageId: number): Message {
  const message = world.chats.find(chat, messageId);
  if (!message) throw new Error(`There is no message ${messageId} in chat ${chat.id}.`);
  return message;
}

/** What Telegram's apps make of what a person typed. */
export function typed(text: string, maxLength: number): FormattedText {
  const fixed = fixFormattedText({ text, entities: [] });
  if (lengthInCodePoints(fixed.text) > maxLength) {
    throw new Error(`A message holds ${maxLength} characters; Telegram's apps send the rest as another one.`);
  }
  return { text: fixed.text, entities: findEntities(fixed.text) };
}

function buttonOf(message: Message, wanted: string): InlineKeyboardButton {
  const buttons = message.reply_markup?.inline_keyboard.flat() ?? [];
  const button =
    buttons.find(({ text }) => text === wanted) ??
    buttons.find((candidate) => 'callback_data' in candidate && candidate.callback_data === wanted);
  if (button) return button;
  const there = buttons.map(({ text }) => `"${text}"`).join(', ') || 'none';
  throw new Error(`Message ${message.message_id} has no button "${wanted}". Its buttons: ${there}.`);
}

function callbackQuery(
  id: string,
  from: User,
  message: Message | { chat: Chat; message_id: number; date: 0 },
  data: string,
): CallbackQuery {
  const chatInstance = randomBytes(8).readBigInt64BE().toString();
  return { id, from, message, chat_instance: chatInstance, data };
}
