/** Whether a message is meant for the bot, and what it says to it: in groups when mentioned, replied to or commanded. */
import type { BotIdentity } from '../api.ts';
import type { UpdateMessage } from './update.ts';

type Bot = Pick<BotIdentity, 'id' | 'username'>;

/** `/status@our_bot 10m`. Telegram's names: 1-32 of a-z, 0-9 and _ (Bot API, BotCommand). */
const COMMAND = /^\/([a-z0-9_]{1,32})(?:@(\w+))?(?:\s+([\s\S]*))?$/i;

export interface Command {
  /** Lower case, without the slash. */
  name: string;
  /** Trimmed; empty without one. */
  argument: string;
}

/** What was said to the bot. `text` is empty for a message without words (a photo without a caption …). */
export interface Address {
  text: string;
  command: Command | null;
}

/** @returns null if it is not for us */
export function addressedBy(message: UpdateMessage, bot: Bot): Address | null {
  const words = message.text ?? message.caption ?? '';
  const command = message.text === undefined ? null : commandIn(message, bot);
  const isOurs =
    message.chat.type === 'private' ||
    // A topic is a session: whoever writes there writes to it. Telegram's privacy mode hides the rest from us if wanted.
    message.is_topic_message === true ||
    command?.isByName === true ||
    isReplyTo(message, bot) ||
    mentions(message, bot).length > 0;
  if (!isOurs) return null;
  return { text: message.chat.type === 'private' ? words : withoutMentions(message, bot), command };
}

/** A forwarded command is somebody else's: it is text. So is one for another bot, and a path (`/home/me`). */
function commandIn(message: UpdateMessage, bot: Bot): (Command & { isByName: boolean }) | null {
  const match = message.forward_origin === undefined ? COMMAND.exec(message.text?.trim() ?? '') : null;
  if (!match) return null;
  const [, name = '', of, argument = ''] = match;
  const isByName = of?.toLowerCase() === bot.username.toLowerCase();
  if (of !== undefined && !isByName) return null;
  return { name: name.toLowerCase(), argument: argument.trim(), isByName };
}

function isReplyTo({ reply_to_message: original }: UpdateMessage, bot: Bot): boolean {
  return original?.from?.id === bot.id;
}

/** Where our name stands, last first, so that cutting one out leaves the others in place. */
function mentions(message: UpdateMessage, bot: Bot): { offset: number; length: number }[] {
  const words = message.text ?? message.caption ?? '';
  const name = `@${bot.username}`.toLowerCase();
  return (message.entities ?? message.caption_entities ?? [])
    .filter(({ type }) => type === 'mention')
    .filter(({ offset, length }) => words.slice(offset, offset + length).toLowerCase() === name)
    .sort((a, b) => b.offset - a.offset);
}

function withoutMentions(message: UpdateMessage, bot: Bot): string {
  const words = message.text ?? message.caption ?? '';
  return mentions(message, bot)
    .reduce((rest, { offset, length }) => {
      const after = rest.slice(offset + length);
      // "hello @bot, do" reads on as "hello, do", and "@bot: do" as "do".
      return offset === 0
        ? after.replace(/^[\s,:]+/, '')
        : rest.slice(0, offset).trimEnd() + after.replace(/^\s+(?=\S)/, ' ');
    }, words)
    .trim();
}
