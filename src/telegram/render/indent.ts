/** Moves the lines of a text to the right, and its formatting with them. */
import type { MessageEntity } from 'grammy/types';
import { countBelow } from './count-below.ts';
import type { RichText } from './rich-text.ts';

/**
 * Indents all lines but the first and the empty ones. Code and quotes stay where they are: Telegram gives them a block
 * of their own.
 */
export function indent({ text, entities }: RichText, by: string): RichText {
  const begins = lineBegins(text, entities);
  let indented = '';
  let last = 0;
  for (const begin of begins) {
    indented += text.slice(last, begin) + by;
    last = begin;
  }
  return { text: indented + text.slice(last), entities: moved(entities, begins, by.length) };
}

function lineBegins(text: string, entities: readonly MessageEntity[]): number[] {
  const isFixed = new Uint8Array(text.length);
  for (const { type, offset, length } of entities) {
    if (type === 'pre' || type === 'blockquote') isFixed.fill(1, offset, offset + length);
  }
  return [...text.matchAll(/\n(?=[^\n])/g)].map(({ index }) => index + 1).filter((begin) => !isFixed[begin]);
}

/** What begins with a line begins after its indentation; what ends before a line ends before its indentation. */
function moved(entities: readonly MessageEntity[], begins: readonly number[], width: number) {
  return entities.map((entity) => {
    const oldEnd = entity.offset + entity.length;
    const offset = entity.offset + width * countBelow(begins, entity.offset + 1);
    const length = oldEnd + width * countBelow(begins, oldEnd) - offset;
    return { ...entity, offset, length };
  });
}
