/** The order, overlaps and nesting of formatting that Telegram allows (td: `fix_entities` in `MessageEntity.cpp`). */
import { type MessageEntity } from 'grammy/types';

/** Formatting that may overlap any other: where it does it is cut, and equal neighbours become one. */
const SPLITTABLE = ['bold', 'italic', 'underline', 'strikethrough', 'spoiler'] as const;
type SplittableType = (typeof SPLITTABLE)[number];

/** Of two entities over the same text the lower one is the outer one. Unnamed ones: 50. */
const RANK: Partial<Record<MessageEntity['type'], number>> = {
  blockquote: 0,
  expandable_blockquote: 0,
  pre: 11,
  code: 20,
  text_link: 49,
  text_mention: 49,
  bold: 90,
  italic: 91,
  underline: 92,
  strikethrough: 93,
  spoiler: 94,
};

export const endOf = (entity: MessageEntity): number => entity.offset + entity.length;

export const isSplittable = (entity: MessageEntity): boolean =>
  SPLITTABLE.some((type) => type === entity.type);

export const isBlockquote = ({ type }: MessageEntity): boolean =>
  type === 'blockquote' || type === 'expandable_blockquote';

const isCode = ({ type }: MessageEntity): boolean => type === 'pre' || type === 'code';

/** The outer before the inner. Changes nothing else. */
export function sortEntities(entities: readonly MessageEntity[]): MessageEntity[] {
  return entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length || rankOf(a) - rankOf(b));
}

/**
 * The entities as Telegram keeps them: sorted, links and code inside of nothing but a quote, nothing inside of code,
 * bold and its like cut at the borders of the others.
 */
export function normalizeEntities(entities: readonly MessageEntity[]): MessageEntity[] {
  const sorted = sortEntities(entities.filter((entity) => entity.length > 0));
  const quotes = withoutOverlaps(sorted.filter(isBlockquote));
  const continuous = withoutOverlaps(
    sorted.filter((entity) => !isSplittable(entity) && !isBlockquote(entity)),
  ).filter((entity) => !quotes.some((quote) => crosses(entity, quote)));
  const fixed = sortEntities([...continuous, ...quotes]);
  return sortEntities([...fixed, ...cutSplittable(sorted.filter(isSplittable), fixed)]);
}

/** Those of the found entities (links, mentions, commands in the text) that touch no formatting which forbids them. */
export function addFoundEntities(
  entities: readonly MessageEntity[],
  found: readonly MessageEntity[],
): MessageEntity[] {
  const kept = found.filter((candidate) =>
    entities.every((entity) => {
      if (isSplittable(entity)) return true;
      return isBlockquote(entity) ? !crosses(candidate, entity) : !touches(candidate, entity);
    }),
  );
  return kept.length === 0 ? [...entities] : normalizeEntities([...entities, ...kept]);
}

function rankOf({ type, ...rest }: MessageEntity): number {
  // A block of code with a language goes around one without.
  if (type === 'pre' && 'language' in rest) return 10;
  return RANK[type] ?? 50;
}

const touches = (a: MessageEntity, b: MessageEntity): boolean => a.offset < endOf(b) && b.offset < endOf(a);

/** Whether they overlap and the entity is not wholly inside of the quote. */
const crosses = (entity: MessageEntity, quote: MessageEntity): boolean =>
  touches(entity, quote) && !(quote.offset <= entity.offset && endOf(entity) <= endOf(quote));

function withoutOverlaps(sorted: readonly MessageEntity[]): MessageEntity[] {
  let lastEnd = 0;
  return sorted.filter((entity) => {
    if (entity.offset < lastEnd) return false;
    lastEnd = endOf(entity);
    return true;
  });
}

/** Bold and its like: each kind joined where it touches itself, then cut at every border of `others` and of each other. */
function cutSplittable(
  splittable: readonly MessageEntity[],
  others: readonly MessageEntity[],
): MessageEntity[] {
  const open = new Map<SplittableType, { begin: number; end: number }>();
  let cut: MessageEntity[] = [];
  let next = 0;

  const flush = (offset: number) => {
    for (const type of SPLITTABLE) {
      const span = open.get(type);
      if (!span || span.begin >= offset) continue;
      cut.push({ type, offset: span.begin, length: Math.min(span.end, offset) - span.begin });
      if (span.end <= offset) open.delete(type);
      else span.begin = offset;
    }
  };
  const advance = (offset: number) => {
    for (let entity = splittable[next]; entity && entity.offset < offset; entity = splittable[++next]) {
      const type = SPLITTABLE.find((name) => name === entity?.type);
      if (!type) continue;
      const span = open.get(type);
      if (span && entity.offset <= span.end) {
        span.end = Math.max(span.end, endOf(entity));
      } else {
        flush(entity.offset);
        open.set(type, { begin: entity.offset, end: endOf(entity) });
      }
    }
    flush(offset);
  };

  const nested: MessageEntity[] = [];
  const enter = (offset: number) => {
    for (let outer = nested.at(-1); outer && offset >= endOf(outer); outer = nested.at(-1)) {
      const before = cut.length;
      advance(endOf(outer));
      if (isCode(outer)) cut = cut.slice(0, before);
      nested.pop();
    }
    advance(offset);
  };
  for (const other of others) {
    enter(other.offset);
    nested.push(other);
  }
  enter(Infinity);
  return cut;
}
