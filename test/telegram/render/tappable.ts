/** What a finger could hit in a message: what Telegram finds by itself, where no formatting forbids it. */
import type { RichText } from '../../../src/telegram/render/rich-text.ts';
import { entitiesFoundByTdlib } from '../../helpers/tdlib.ts';

/** Commands and mentions, by their words. */
export function tappableIn({ text, entities }: RichText): string[] {
  const inert = entities.filter(({ type }) => ['code', 'pre', 'text_link'].includes(type));
  return entitiesFoundByTdlib(text)
    .filter(({ type }) => type === 'bot_command' || type === 'mention')
    .filter(({ offset, length }) =>
      inert.every((other) => other.offset + other.length <= offset || offset + length <= other.offset),
    )
    .map(({ offset, length }) => text.slice(offset, offset + length));
}
