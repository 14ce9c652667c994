/** Text with its formatting as Telegram's message entities: what every message of the bot is built from. Pure. */
import type { MessageEntity } from 'grammy/types';

/** Offsets and lengths of entities are UTF-16 units (Bot API, MessageEntity): those of JavaScript's strings. */
export interface RichText {
  text: string;
  /** Each lies within the text; an outer one comes before what it holds. */
  entities: MessageEntity[];
}

/** What the functions here take as a piece of text. A string is literal text: nothing in it is formatting. */
export type RichPart = RichText | string;

/** A kind of formatting with its facts, without its place. */
type Style = MessageEntity extends infer Entity
  ? Entity extends MessageEntity
    ? Omit<Entity, 'offset' | 'length'>
    : never
  : never;

export function plain(text: string): RichText {
  return { text, entities: [] };
}

export function concat(...parts: readonly RichPart[]): RichText {
  return join(parts, '');
}

/**
 * Any number of parts: a list may have more items than a call can have arguments.
 * @param separator literal text between two parts
 */
export function join(parts: readonly RichPart[], separator: string): RichText {
  let text = '';
  const entities: MessageEntity[] = [];
  for (const [index, part] of parts.entries()) {
    if (index > 0) text += separator;
    if (typeof part !== 'string') {
      for (const entity of part.entities) entities.push({ ...entity, offset: entity.offset + text.length });
    }
    text += typeof part === 'string' ? part : part.text;
  }
  return { text, entities };
}

/** The tag of a template: rich`Suspended ${bold(name)} after ${'10 min'}`. */
export function rich(strings: TemplateStringsArray, ...values: readonly RichPart[]): RichText {
  return concat(...strings.flatMap((string, index) => [string, values[index] ?? '']));
}

export const bold = (content: RichPart): RichText => styled({ type: 'bold' }, content);
export const italic = (content: RichPart): RichText => styled({ type: 'italic' }, content);
export const strikethrough = (content: RichPart): RichText => styled({ type: 'strikethrough' }, content);
export const quote = (content: RichPart): RichText => styled({ type: 'blockquote' }, content);

/** A tap on it copies it. Telegram shows no other formatting inside. */
export const code = (text: string): RichText => styled({ type: 'code' }, text);

/** @param language what Telegram highlights it as, such as `bash` or `diff`; empty for none */
export const pre = (text: string, language = ''): RichText =>
  styled(language === '' ? { type: 'pre' } : { type: 'pre', language }, text);

/** @param url one that `linkTarget` made: Telegram refuses the whole message for a wrong one */
export const link = (content: RichPart, url: string): RichText => styled({ type: 'text_link', url }, content);

function styled(style: Style, content: RichPart): RichText {
  const { text, entities } = concat(content);
  if (text === '') return { text, entities };
  return { text, entities: [{ ...style, offset: 0, length: text.length }, ...entities] };
}

/**
 * The text between two offsets, with the formatting that is left of it. An offset inside of a surrogate pair counts as
 * the one before the pair, so that slices that meet at an offset lose nothing and share nothing.
 */
export function slice(rich: RichText, begin: number, end = rich.text.length): RichText {
  const from = beforePair(rich.text, begin);
  const to = beforePair(rich.text, end);
  const entities = rich.entities.flatMap((entity) => {
    const offset = Math.max(entity.offset, from);
    const length = Math.min(entity.offset + entity.length, to) - offset;
    return length > 0 ? [{ ...entity, offset: offset - from, length }] : [];
  });
  return { text: rich.text.slice(from, to), entities };
}

function beforePair(text: string, offset: number): number {
  const inRange = Math.min(Math.max(offset, 0), text.length);
  // Of a code point's two units the second one can't begin one.
  return (text.codePointAt(inRange - 1) ?? 0) > 0xffff ? inRange - 1 : inRange;
}
