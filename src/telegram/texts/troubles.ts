/** What /status says about messages that did not arrive, or may not have. */
import type { Unconfirmed } from '../../../machines/session-record.ts';
import { formatDuration } from '../../words/duration.ts';
import type { TelegramHealth, Undelivered } from '../ports.ts';
import { code, rich, type RichText } from '../render/rich-text.ts';

export interface Troubles {
  conflict: TelegramHealth['conflict'];
  /** Of all chats. */
  undelivered: readonly Undelivered[];
  /** Of the chat that asks. */
  unconfirmed: readonly (Unconfirmed | null)[];
}

/**
 * No line if all is well.
 * @param now wall clock, ms since the epoch
 */
export function troubleLines(
  chatId: number,
  { conflict, undelivered, unconfirmed }: Troubles,
  now: number,
): RichText[] {
  return [
    ...(conflict ? [conflictLine(conflict, now)] : []),
    ...unconfirmedLines(
      unconfirmed.filter((doubt) => doubt !== null),
      now,
    ),
    ...undelivered.map((mail) => undeliveredLine(mail, mail.chatId === chatId, now)),
  ];
}

function conflictLine({ lastAt, count }: NonNullable<TelegramHealth['conflict']>, now: number): RichText {
  const ago = formatDuration(Math.max(0, now - lastAt));
  return rich`Another program fetches messages with the same token: ${String(count)} times so far, the last one ${ago} ago. Stop it.`;
}

function unconfirmedLines(doubts: readonly Unconfirmed[], now: number): RichText[] {
  const count = doubts.reduce((sum, doubt) => sum + doubt.count, 0);
  if (count === 0) return [];
  const ago = formatDuration(Math.max(0, now - Math.max(...doubts.map(({ at }) => at))));
  return [
    count === 1
      ? rich`May not have arrived: 1 message, ${ago} ago`
      : rich`May not have arrived: ${String(count)} messages, the last one ${ago} ago`,
  ];
}

function undeliveredLine(
  { chatId, since, reason, items }: Undelivered,
  isHere: boolean,
  now: number,
): RichText {
  const where = isHere ? rich`this chat` : rich`chat ${code(String(chatId))}`;
  const waiting = items === 1 ? '1 message' : `${items} messages`;
  return rich`Not delivered to ${where}: ${waiting}, for ${formatDuration(Math.max(0, now - since))} (${code(reason)})`;
}
