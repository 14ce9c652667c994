/**
 * Telegram turns `/word` into a button that sends it and `@word` into a mention, in any text. What Claude writes must be
 * neither: a file it read could make it say "tap /end". In code they stay what they are, words.
 */
import type { MessageEntity } from 'grammy/types';
import type { RichText } from './rich-text.ts';

/**
 * Beside one of these stands no command. Only letters that every version of Unicode knows: for Telegram's, which is older
 * than ours, the newest ones are none.
 */
const LETTER = String.raw`[\w[[\p{L}\p{N}]&&[\u0080-\u07ff\u3040-\u9fff\uac00-\ud7a3]]]`;
/** A command or a mention (td: `match_bot_commands`, `match_mentions`). */
const TAPPABLE = new RegExp(
  String.raw`(?<!${LETTER}|[\/<>])\/\w{1,64}(?:@\w{3,32})?(?!${LETTER}|[\/<>])|(?<!${LETTER})@\w{3,32}(?!${LETTER})`,
  'gv',
);
/** Around it, the rest of the path or of the package's name that it may be: `./a.sh`, `~/b`, `@types/node`. */
const BEFORE = /[.~]{0,2}$/;
const AFTER = /^(?:[./-][\w./-]*\w)?/;
/** A path that is longer is not set in code to its end. */
const LONGEST_AFTER = 200;

/** What Telegram would make something to tap of, if nothing in the text were formatted. In UTF-16 units. */
export function tappablePlaces(text: string): { begin: number; end: number }[] {
  return [...text.matchAll(TAPPABLE)].map(({ 0: words, index }) => ({
    begin: index,
    end: index + words.length,
  }));
}

export function untappable({ text, entities }: RichText): RichText {
  const isInertAt = new Uint8Array(text.length);
  for (const { type, offset, length } of entities) {
    if (isInert(type)) isInertAt.fill(1, offset, offset + length);
  }
  const isFree = (begin: number, end: number) => !isInertAt.subarray(begin, end).includes(1);

  const codes: MessageEntity[] = [];
  for (const { begin, end } of tappablePlaces(text)) {
    if (!isFree(begin, end)) continue;
    const from = begin - lengthOf(BEFORE, text.slice(Math.max(0, begin - 2), begin));
    const to = end + lengthOf(AFTER, text.slice(end, end + LONGEST_AFTER));
    const [offset, length] = isFree(from, to) ? [from, to - from] : [begin, end - begin];
    codes.push({ type: 'code', offset, length });
    isInertAt.fill(1, offset, offset + length);
  }
  return codes.length === 0 ? { text, entities } : { text, entities: outerFirst([...entities, ...codes]) };
}

function lengthOf(pattern: RegExp, text: string): number {
  return pattern.exec(text)?.[0].length ?? 0;
}

/** In these Telegram looks for nothing. */
function isInert(type: MessageEntity['type']): boolean {
  return type === 'code' || type === 'pre' || type === 'text_link';
}

function outerFirst(entities: readonly MessageEntity[]): MessageEntity[] {
  return entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length);
}
