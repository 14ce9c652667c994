/** Telegram's own parser as the judge of formatting: TDLib, offline, from npm (docs: `tdl`, `prebuilt-tdlib`). */
import { createRequire } from 'node:module';
import { type MessageEntity } from 'grammy/types';
import * as tdl from 'tdl';
import { z } from 'zod';

const LIBRARY = '@prebuilt-tdlib/linux-x64-glibc/libtdjson.so';

const error = z.object({ _: z.literal('error'), message: z.string() });
const storedEntity = z.object({
  offset: z.number(),
  length: z.number(),
  type: z.looseObject({ _: z.string(), url: z.string().optional(), language: z.string().optional() }),
});
const formattedText = z.object({
  _: z.literal('formattedText'),
  text: z.string(),
  entities: z.array(storedEntity),
});
const foundEntities = z.object({ _: z.literal('textEntities'), entities: z.array(storedEntity) });

/** What TDLib made of a text. */
export interface JudgedText {
  text: string;
  entities: MessageEntity[];
}

/**
 * Null if Telegram takes the text with these entities, else its reason.
 * @throws Error with the repair if the optional package with the library is not installed
 */
export function checkEntities(text: string, entities: readonly MessageEntity[]): string | null {
  const answer = execute('getMarkdownText', { text: toTdlib(text, entities) });
  return 'message' in answer ? answer.message : null;
}

/**
 * The text and entities as Telegram normalizes them, before it trims: or its reason to refuse them. For texts without
 * Markdown's characters (`*_~|[]` and backticks), which it would take for formatting.
 */
export function normalizedByTdlib(text: string, entities: readonly MessageEntity[]): JudgedText | string {
  const answer = execute('parseMarkdown', { text: toTdlib(text, entities) });
  if ('message' in answer) return answer.message;
  return { text: answer.text, entities: answer.entities.map(fromTdlib) };
}

/** What Telegram finds in a text by itself: `url`, `mention`, `bot_command` … with the words. */
export function foundByTdlib(text: string): [type: string, words: string][] {
  return entitiesFoundByTdlib(text).map(({ type, offset, length }) => [
    type,
    text.slice(offset, offset + length),
  ]);
}

/** The same, with their places. */
export function entitiesFoundByTdlib(text: string): MessageEntity[] {
  const answer = foundEntities.parse(load().execute({ _: 'getTextEntities', text }));
  return answer.entities.map(fromTdlib);
}

function execute(method: 'getMarkdownText' | 'parseMarkdown', parameters: { text: object }) {
  return z.union([error, formattedText]).parse(load().execute({ _: method, ...parameters }));
}

/** TDLib's answers are checked with zod; its own types are generated and not installed. */
interface Tdlib {
  execute(request: object): unknown;
}

/** TDLib can be configured once a process. */
let loaded: Tdlib | null = null;

function load(): Tdlib {
  if (loaded) return loaded;
  let library: string;
  try {
    library = createRequire(import.meta.url).resolve(LIBRARY);
  } catch (cause) {
    throw new Error(
      `TDLib is not installed (${LIBRARY}): it exists for Linux on x64 with glibc only. Run "npm ci" there.`,
      { cause },
    );
  }
  tdl.configure({ tdjson: library, verbosityLevel: 0 });
  loaded = tdl;
  return loaded;
}

function toTdlib(text: string, entities: readonly MessageEntity[]) {
  return {
    _: 'formattedText',
    text,
    entities: entities.map((entity) => ({
      _: 'textEntity',
      offset: entity.offset,
      length: entity.length,
      type: typeToTdlib(entity),
    })),
  };
}

const NAMES: Partial<Record<MessageEntity['type'], string>> = {
  bold: 'textEntityTypeBold',
  italic: 'textEntityTypeItalic',
  underline: 'textEntityTypeUnderline',
  strikethrough: 'textEntityTypeStrikethrough',
  spoiler: 'textEntityTypeSpoiler',
  blockquote: 'textEntityTypeBlockQuote',
  expandable_blockquote: 'textEntityTypeExpandableBlockQuote',
  code: 'textEntityTypeCode',
  pre: 'textEntityTypePre',
  text_link: 'textEntityTypeTextUrl',
  mention: 'textEntityTypeMention',
  hashtag: 'textEntityTypeHashtag',
  bot_command: 'textEntityTypeBotCommand',
  url: 'textEntityTypeUrl',
  email: 'textEntityTypeEmailAddress',
};

function typeToTdlib(entity: MessageEntity) {
  if (entity.type === 'pre' && entity.language) {
    return { _: 'textEntityTypePreCode', language: entity.language };
  }
  if (entity.type === 'text_link') return { _: 'textEntityTypeTextUrl', url: entity.url };
  const name = NAMES[entity.type];
  if (!name) throw new Error(`The TDLib helper does not translate the entity "${entity.type}".`);
  return { _: name };
}

function fromTdlib({ offset, length, type }: z.infer<typeof storedEntity>): MessageEntity {
  if (type._ === 'textEntityTypePreCode') {
    return { type: 'pre', offset, length, language: type.language ?? '' };
  }
  if (type._ === 'textEntityTypeTextUrl') return { type: 'text_link', offset, length, url: type.url ?? '' };
  const name = Object.entries(NAMES).find(([, tdlibName]) => tdlibName === type._)?.[0];
  // The name came from a table whose keys are these types; both of those with more fields were handled above.
  return { type: (name ?? type._) as 'bold', offset, length };
}
