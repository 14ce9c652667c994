/** What Telegram finds in a text by itself: commands, mentions, hashtags, links and addresses, the everyday forms of them. */
import { type MessageEntity } from 'grammy/types';

type FoundType = 'bot_command' | 'mention' | 'hashtag' | 'url' | 'email';

/** Endings that make `word.ending` a link without a scheme. Telegram knows all there are; these are the usual ones. */
const TOP_LEVEL = 'com|org|net|io|dev|me|app|ai|co|ru|de|uk|fr|eu|edu|gov|info|xyz|md|py|rs|sh';
const HOST = String.raw`(?:[\p{L}\d_-]+\.)+[\p{L}\d]{2,}|\d+\.\d+\.\d+\.\d+`;
const BARE_HOST = String.raw`(?:[a-z0-9-]+\.)+(?:${TOP_LEVEL})\b`;
/** Up to what would rather be the sentence around it (`\x60` is a backtick). */
const PATH = String.raw`(?:[/?#](?:[^\s<>"'«»“”…]*[^\s<>"'«»“”….,:;!?()[\]{}\x60])?)?`;

/** In this order: what an earlier one found is not looked at again. */
const PATTERNS: [FoundType, RegExp][] = [
  [
    'url',
    new RegExp(
      String.raw`(?<![\w@.])(?:(?:https?|ftp):\/\/(?:[^\s/@]*@)?(?:${HOST})|${BARE_HOST})(?::\d+)?${PATH}`,
      'giu',
    ),
  ],
  ['email', /(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b/giu],
  ['bot_command', /(?<![\w/<>])\/\w{1,64}(?:@\w{3,32})?(?![\w/<>])/gu],
  ['mention', /(?<![\w@])@[a-z0-9_]{3,32}(?!\w)/giu],
  ['hashtag', /(?<![\p{L}\d_])#(?=[\p{L}\d_]*\p{L})[\p{L}\d_]{1,256}(?![\p{L}\d_]*#)/gu],
];

/** Sorted, without overlaps. Offsets and lengths in UTF-16 units. */
export function findEntities(text: string): MessageEntity[] {
  const found: MessageEntity[] = [];
  for (const [type, pattern] of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const entity: MessageEntity = { type, offset: match.index, length: match[0].length };
      const end = entity.offset + entity.length;
      const isTaken = found.some(
        (other) => entity.offset < other.offset + other.length && other.offset < end,
      );
      if (!isTaken) found.push(entity);
    }
  }
  return found.toSorted((a, b) => a.offset - b.offset);
}
