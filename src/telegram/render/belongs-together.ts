/** What a reader wants to find in one message with what follows it. */
import type { RichText } from './rich-text.ts';

/** How bad a cut is there: `never` if anything else will do; `rather not` if a place as good is near. */
export type Bond = 'none' | 'rather not' | 'never';

/** A bullet, number or box whose item begins in the next line, as code does. */
const MARKER = /^\s*(?:•|\d+\.|(?:\d+\. )?[☐☑]|\[\d+\])$/u;
/** Below the head of a table. */
const RULE = /^─[─┼]*$/;

/** @returns how much what stands before an offset, where a line begins, needs what stands behind it */
export function bondsIn({ text, entities }: RichText): (offset: number) => Bond {
  const isBlock = insideOf(entities, ['pre'], text.length);
  const boldTo = new Map<number, number>();
  for (const { type, offset, length } of entities) {
    if (type === 'bold') boldTo.set(offset, Math.max(boldTo.get(offset) ?? 0, offset + length));
  }
  return (offset) => {
    const end = text.slice(0, offset).trimEnd().length;
    const begin = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(begin, end);
    if (MARKER.test(line)) return 'never';
    if (isBlock(offset)) return RULE.test(line) || RULE.test(lineAt(text, offset)) ? 'never' : 'none';
    const isTitle = (boldTo.get(begin) ?? 0) >= end;
    if (isTitle) return text.slice(end, offset).includes('\n\n') ? 'never' : 'rather not';
    return /[:：]$/.test(line) ? 'rather not' : 'none';
  };
}

/** From the offset to the end of its line. */
export function lineAt(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end < 0 ? undefined : end);
}

/** Whether a cut at an offset goes through one of these kinds. @param length of the text */
export function insideOf(
  entities: RichText['entities'],
  types: readonly string[],
  length: number,
): (offset: number) => boolean {
  const isInsideAt = new Uint8Array(length + 1);
  for (const entity of entities) {
    if (types.includes(entity.type)) isInsideAt.fill(1, entity.offset + 1, entity.offset + entity.length);
  }
  return (offset) => isInsideAt[offset] === 1;
}
