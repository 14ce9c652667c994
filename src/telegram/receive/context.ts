/** Words of others that a message brings along: what it forwards, and what it replies to. */
import { z } from 'zod';
import { cut, oneLine } from '../../words/one-line.ts';
import type { ContextNote } from '../arrival.ts';
import * as texts from '../texts/prompt.ts';
import { sentFileOf } from './sent-file.ts';
import type { UpdateMessage } from './update.ts';

const name = z.string().max(1_000);
const user = z.object({
  id: z.int(),
  first_name: name,
  last_name: name.optional(),
  username: name.optional(),
});
const chat = z.object({ title: name.optional(), username: name.optional() });
const text = z.string().max(65_536).optional().catch(undefined);

const origin = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), sender_user: user }),
  z.object({ type: z.literal('hidden_user'), sender_user_name: name }),
  z.object({ type: z.literal('chat'), sender_chat: chat }),
  z.object({ type: z.literal('channel'), chat }),
]);

const original = z.looseObject({
  message_id: z.int(),
  from: user.optional().catch(undefined),
  sender_chat: chat.optional().catch(undefined),
  text,
  caption: text,
  forum_topic_created: z.unknown().optional(),
});

const quote = z.object({ text: z.string().min(1).max(65_536) });
const external = z.object({ origin });

/** Enough to know which message is meant; Claude has its own in the conversation. */
const OWN_EXCERPT = 400;
const EXCERPT = 4_000;

/** Null if the message is the sender's own. */
export function forwardedFrom(message: UpdateMessage): string | null {
  if (message.forward_origin === undefined) return null;
  const from = origin.safeParse(message.forward_origin).data;
  return from ? originName(from) : texts.SOMEBODY;
}

/**
 * What the message replies to. Null if it is no reply, or one to the answer right before it, which needs no telling.
 * @param botId whose messages are Claude's own
 */
export function replyNote(message: UpdateMessage, botId: number): ContextNote | null {
  const quoted = quote.safeParse(Reflect.get(message, 'quote')).data?.text;
  const elsewhere = external.safeParse(Reflect.get(message, 'external_reply')).data;
  if (elsewhere) {
    const heading = texts.replyElsewhere(originName(elsewhere.origin), quoted !== undefined);
    return { heading, quoted: quoted === undefined ? null : cut(quoted, EXCERPT) };
  }
  const read = original.safeParse(message.reply_to_message).data;
  if (!read || isTopicsFirst(read, message)) return null;
  const whose = authorOf(read, message, botId);
  if (quoted !== undefined) return { heading: texts.replyToPart(whose), quoted: cut(quoted, EXCERPT) };
  const isOwn = read.from?.id === botId;
  if (isOwn && read.message_id === message.message_id - 1) return null;
  const words = read.text ?? read.caption ?? '';
  if (words === '')
    return { heading: texts.replyToWordless(whose, sentFileOf(read, 'repliedTo')?.kind), quoted: null };
  return { heading: texts.replyTo(whose), quoted: cut(words, isOwn ? OWN_EXCERPT : EXCERPT) };
}

/** In a topic whatever replies to nothing replies to the message that made it, whose id is the topic's. */
function isTopicsFirst(
  { message_id: id, forum_topic_created: created }: z.infer<typeof original>,
  { is_topic_message: isInTopic, message_thread_id: threadId }: UpdateMessage,
): boolean {
  return created !== undefined || (isInTopic === true && id === threadId);
}

function authorOf(
  { from, sender_chat: group }: z.infer<typeof original>,
  message: UpdateMessage,
  botId: number,
): texts.Author {
  if (from?.id === botId) return { type: 'claude' };
  if (from && from.id === message.from?.id) return { type: 'sender' };
  if (group) return { type: 'other', name: chatName(group) };
  return { type: 'other', name: from ? userName(from) : texts.SOMEBODY };
}

function originName(from: z.infer<typeof origin>): string {
  switch (from.type) {
    case 'user':
      return userName(from.sender_user);
    case 'hidden_user':
      return oneLine(from.sender_user_name) || texts.SOMEBODY;
    case 'chat':
      return chatName(from.sender_chat);
    case 'channel':
      return chatName(from.chat);
  }
}

function userName({ first_name: first, last_name: last = '', username }: z.infer<typeof user>): string {
  const shown = oneLine(`${first} ${last}`) || texts.SOMEBODY;
  return username === undefined ? shown : `${shown} (@${oneLine(username)})`;
}

function chatName({ title = '', username }: z.infer<typeof chat>): string {
  const shown = oneLine(title) || texts.SOMEBODY;
  return username === undefined ? shown : `${shown} (@${oneLine(username)})`;
}
