/** Markdown's blocks: paragraphs, headings, code, quotes, rules. Lists and tables have files of their own. */
import type { Code, RootContent } from 'mdast';
import { isBlank } from './clean.ts';
import { expandTabs } from './columns.ts';
import { renderInline } from './inline.ts';
import { renderList } from './lists.ts';
import { bold, join, plain, pre, quote, type RichText } from './rich-text.ts';
import { deeper, type Scope } from './scope.ts';
import { renderTable } from './tables.ts';

/** An empty line between two of them. */
export function renderBlocks(nodes: readonly RootContent[], scope: Scope): RichText {
  const blocks = nodes.map((node) => renderBlock(node, scope)).filter((block) => !isBlank(block));
  return join(blocks, '\n\n');
}

export function renderBlock(node: RootContent, scope: Scope): RichText {
  switch (node.type) {
    case 'paragraph':
      return deeper(node, scope, (inner) => renderInline(node.children, inner));
    case 'heading':
      return bold(deeper(node, scope, (inner) => renderInline(node.children, inner)));
    case 'code':
      return codeBlock(node);
    case 'blockquote':
      return quoted(deeper(node, scope, (inner) => renderBlocks(node.children, inner)));
    case 'list':
      return deeper(node, scope, (inner) => renderList(node, inner));
    case 'table':
      return renderTable(node, scope);
    case 'thematicBreak':
      return plain('──────────');
    case 'html':
      return plain(node.value);
    case 'definition':
    case 'footnoteDefinition':
      return plain('');
    case 'yaml':
    case 'listItem':
    case 'tableRow':
    case 'tableCell':
      // Never where blocks stand.
      return plain('');
    default:
      return renderInline([node], scope);
  }
}

/** A language's name, as Telegram can use it: `c++`, `objective-c`, `c#`. Fences also carry file names and options. */
const LANGUAGE = /^[\w+#.-]{1,32}$/;

function codeBlock({ value, lang }: Code): RichText {
  return pre(expandTabs(value), lang && LANGUAGE.test(lang) ? lang : '');
}

/** Telegram has no quote in a quote: the outer one holds all. */
function quoted(content: RichText): RichText {
  const entities = content.entities.filter(({ type }) => type !== 'blockquote');
  return quote({ text: content.text, entities });
}
