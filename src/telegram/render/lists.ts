/** Lists: bullets, numbers, boxes to tick, and lists in lists. */
import type { List, ListItem } from 'mdast';
import { renderBlock } from './blocks.ts';
import { isBlank } from './clean.ts';
import { indent } from './indent.ts';
import { concat, join, rich, type RichText } from './rich-text.ts';
import { deeper, type Scope } from './scope.ts';

/** Wide enough in a proportional font to be seen. */
const INDENT = '    ';

export function renderList(list: List, scope: Scope): RichText {
  const isLoose = list.spread || list.children.some(({ spread }) => spread);
  const items = list.children.map((item, index) =>
    deeper(item, scope, (inner) => renderItem(item, markerOf(list, item, index), inner)),
  );
  return join(items, isLoose ? '\n\n' : '\n');
}

function markerOf({ ordered, start }: List, { checked }: ListItem, index: number): string {
  const number = ordered ? `${(start ?? 1) + index}.` : '';
  if (typeof checked !== 'boolean') return number || '•';
  const box = checked ? '☑' : '☐';
  return number ? `${number} ${box}` : box;
}

function renderItem(item: ListItem, marker: string, scope: Scope): RichText {
  let rendered: RichText = rich`${marker}`;
  for (const [index, block] of item.children.entries()) {
    const content = renderBlock(block, scope);
    if (isBlank(content)) continue;
    const isInLine = index === 0 && (block.type === 'paragraph' || block.type === 'heading');
    const gap = item.spread && index > 0 && block.type !== 'list' ? '\n\n' : '\n';
    rendered = concat(rendered, isInLine ? ' ' : gap, content);
  }
  return indent(rendered, INDENT);
}
