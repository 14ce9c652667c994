/** Formatting as Telegram keeps it: whatever overlaps is cut before Telegram cuts it, so that it can be counted. */
import type { MessageEntity } from 'grammy/types';
import { countBelow } from './count-below.ts';

/** May overlap anything; of two over the same words the first one is the outer one (td: `get_type_priority`). */
const CUT = ['bold', 'italic', 'strikethrough'] as const;
type CutType = (typeof CUT)[number];
/** Stay whole; outer ones first, bold and the like last (td: the same). */
const OUTER: readonly MessageEntity['type'][] = ['blockquote', 'pre', 'code', 'text_link', ...CUT];

/** From `begin` up to `end`, in UTF-16 units. */
interface Span {
  begin: number;
  end: number;
}

/**
 * The formatting over the same words in as many pieces as Telegram makes of it, in its order: equal neighbours are one;
 * bold and the like are cut at the borders of everything else and where one of them begins, and are not in code (td:
 * `fix_entities`).
 * @param entities of the kinds that `rich-text.ts` makes; only bold and the like may overlap others in part
 */
export function settle(entities: readonly MessageEntity[]): MessageEntity[] {
  const whole = entities.filter(({ type }) => !isCut(type));
  const spans = CUT.map((type) => ({ type, spans: joined(entities.filter((one) => one.type === type)) }));
  const cuts = new Set([
    ...whole.flatMap(({ offset, length }) => [offset, offset + length]),
    ...spans.flatMap((kind) => kind.spans.map(({ begin }) => begin)),
  ]);
  const ascending = [...cuts].sort((a, b) => a - b);
  const isInCode = insideOf(whole.filter(({ type }) => type === 'pre' || type === 'code'));
  const pieces = spans.flatMap(({ type, spans: all }) =>
    all
      .flatMap((span) => cutAt(span, ascending))
      .filter(({ begin }) => !isInCode(begin))
      .map(({ begin, end }): MessageEntity => ({ type, offset: begin, length: end - begin })),
  );
  return [...whole, ...pieces].sort(
    (a, b) => a.offset - b.offset || b.length - a.length || OUTER.indexOf(a.type) - OUTER.indexOf(b.type),
  );
}

function isCut(type: MessageEntity['type']): type is CutType {
  return CUT.some((name) => name === type);
}

/** Those that overlap or touch as one. */
function joined(entities: readonly MessageEntity[]): Span[] {
  const spans: Span[] = [];
  for (const { offset, length } of entities.toSorted((a, b) => a.offset - b.offset)) {
    const last = spans.at(-1);
    if (last && offset <= last.end) last.end = Math.max(last.end, offset + length);
    else spans.push({ begin: offset, end: offset + length });
  }
  return spans;
}

function cutAt({ begin, end }: Span, ascending: readonly number[]): Span[] {
  const inner = ascending.slice(countBelow(ascending, begin + 1), countBelow(ascending, end));
  return [begin, ...inner].map((from, index) => ({ begin: from, end: inner[index] ?? end }));
}

function insideOf(entities: readonly MessageEntity[]): (offset: number) => boolean {
  const begins = entities.map(({ offset }) => offset);
  return (at) => {
    const entity = entities[countBelow(begins, at + 1) - 1];
    return entity !== undefined && at < entity.offset + entity.length;
  };
}
