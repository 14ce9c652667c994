/** What all methods that send a message have in common. */
import { type Message } from 'grammy/types';
import { badRequest } from './api-error.ts';
import { type ChatData } from './chats.ts';
import { readReplyMarkup } from './reply-markup.ts';
import { chatOf, repliedOf, threadOf } from './targets.ts';
import { type MethodCall } from './method.ts';

/** Parameters of every `send…` method that are understood here. */
export const SEND_PARAMETERS = [
  'chat_id',
  'message_thread_id',
  'disable_notification',
  'protect_content',
  'reply_parameters',
  'reply_to_message_id',
  'allow_sending_without_reply',
  'reply_markup',
] as const;

/**
 * Sends one message of the bot.
 * @param content called once the chat, the reply and the topic were found, as Telegram checks the content last
 */
export function sendMessage(call: MethodCall, content: () => Partial<Message>): Message {
  const [message] = sendMessages(call, [content]);
  if (!message) throw new Error('One content makes one message.');
  return message;
}

/** Sends an album, or one message: all of them or, when one is refused, none. */
export function sendMessages(
  { world, parameters }: MethodCall,
  contents: readonly (() => Partial<Message>)[],
): Message[] {
  const markup = readReplyMarkup(parameters);
  const chat = chatOf(world, parameters);
  const replyTo = repliedOf(world, chat, parameters);
  const threadId = threadOf(chat, parameters);
  mustBeOpen(chat, threadId);
  const ready = contents.map((content) => content());
  world.activities.end(chat.id, threadId);
  const common: Partial<Message> = {
    ...(parameters.flag('protect_content') && { has_protected_content: true }),
    ...(markup && { reply_markup: markup }),
  };
  return ready.map((content) =>
    world.chats.add(chat, {
      from: botUser(world.bot),
      threadId,
      replyTo,
      content: { ...content, ...common },
    }),
  );
}

/** Into a closed topic only those write who may open it. */
function mustBeOpen(chat: ChatData, threadId: number | null): void {
  const topic = chat.topics.find((each) => each.threadId === threadId);
  if (topic?.isClosed && chat.botManagesTopics === false) throw badRequest('TOPIC_CLOSED');
}

export function botUser({ id, first_name, username }: MethodCall['world']['bot']): Message['from'] & object {
  return { id, is_bot: true, first_name, username };
}
