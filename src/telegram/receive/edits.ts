/** A message that its sender changed: its new words take the place of the earlier ones, if Claude has not begun with it. */
import { uuidOf } from '../../uuid.ts';
import { addressedBy } from './addressed.ts';
import type { MessageOptions } from './messages.ts';
import { composedText } from '../texts/while-working.ts';
import { readArrival } from './read-arrival.ts';
import { threadOf, type UpdateMessage } from './update.ts';

/** Resolves when the change is durable. What is not for Claude (a command, our name alone) changes nothing. */
export async function handleEdit(
  message: UpdateMessage,
  { bot, sessions, now, say }: Pick<MessageOptions, 'bot' | 'sessions' | 'now' | 'say'>,
): Promise<void> {
  const said = addressedBy(message, bot);
  if (!said || said.command) return;
  const arrival = readArrival(message, said.text, bot, now());
  if (!arrival) return;
  const { uuid, messageId, text, at, context, files } = arrival;
  const isOnlyWords = context.length === 0 && files.length === 0 && text.trim() !== '';
  const { id: chatId } = message.chat;
  const outcome = await sessions.edit(chatId, {
    messageId,
    uuid,
    newUuid: uuidOf(uuid, 'edit', message.edit_date ?? 0, text),
    text: isOnlyWords ? text : null,
    at,
  });
  if (outcome !== 'composed' || (await sessions.replies.wasAnswered(chatId, messageId))) return;
  await say({ chatId, threadId: threadOf(message) }, messageId, { text: composedText() });
}
