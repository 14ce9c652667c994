/** From a message to what is handed on of it: the sender's words, files, words of others, and whether it is a piece. */
import { uuidOf } from '../../uuid.ts';
import type { BotIdentity } from '../api.ts';
import type { Arrival, ContextNote, SentFile } from '../arrival.ts';
import { forwarded } from '../texts/prompt.ts';
import { forwardedFrom, replyNote } from './context.ts';
import { sentFileOf } from './sent-file.ts';
import { sharedThingIn } from './shared-things.ts';
import type { UpdateMessage } from './update.ts';

/**
 * Telegram's programs cut a text of more than 4,096 characters where it reads well, but not in its first half (Telegram
 * Desktop, `TextUtilities::CutPart`); a shorter message is a whole one, or the last piece.
 */
const SHORTEST_CUT = 2_048;

/**
 * Null for a message that has neither words nor anything else that Claude could use.
 * @param words without our name: the sender's, or somebody else's if the message is forwarded
 */
export function readArrival(
  message: UpdateMessage,
  words: string,
  bot: BotIdentity,
  at: number,
): Arrival | null {
  const own = sentFileOf(message, message.forward_origin === undefined ? 'sender' : 'forwarded');
  const thing = sharedThingIn(message);
  if (message.text === undefined && !own && !thing) return null;
  const from = forwardedFrom(message);
  const context = [
    replyNote(message, bot.id),
    from === null ? null : { heading: forwarded(from, words !== ''), quoted: words === '' ? null : words },
    thing,
  ].filter((note): note is ContextNote => note !== null);
  const pieceOf = pieceKey(message, from !== null);
  return {
    uuid: uuidOf(bot.id, message.chat.id, message.message_id),
    messageId: message.message_id,
    text: from === null ? words : '',
    at,
    context,
    files: [own, fileRepliedTo(message, bot.id)].filter((file) => file !== null),
    pieceOf,
    mayGoOn: pieceOf !== null && (message.media_group_id !== undefined || words.length > SHORTEST_CUT),
  };
}

/** Of an album, or of a text of this person that may be the rest of a long one. Null for what is whole for sure. */
export function pieceKey(message: UpdateMessage, isForwarded: boolean): string | null {
  if (message.media_group_id !== undefined) return `album:${message.media_group_id}`;
  const isText = message.text !== undefined && !isForwarded;
  return isText && message.from ? `text:${message.from.id}` : null;
}

/** "What is this?" under somebody's photo is about the photo. What the bot sent itself came from Claude. */
function fileRepliedTo({ reply_to_message: original }: UpdateMessage, botId: number): SentFile | null {
  if (!original || original.from?.id === botId || typeof original['message_id'] !== 'number') return null;
  return sentFileOf({ ...original, message_id: original['message_id'] }, 'repliedTo');
}
