/** Claude's Markdown as a Telegram message of any length: GitHub's dialect, as entities, never as a `parse_mode`. */
import type { Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { renderBlocks } from './blocks.ts';
import { clean, trim } from './clean.ts';
import { renderFootnotes } from './footnotes.ts';
import { join, type RichText } from './rich-text.ts';
import type { Scope } from './scope.ts';
import { untappable } from './untappable.ts';

/**
 * The text that Telegram will store, character for character; empty if there is nothing to see. It may be longer than a
 * message: `splitRichText` cuts it. What a half-written document leaves open (a fence, a table) counts as closed.
 */
export function renderMarkdown(markdown: string): RichText {
  const root = parse(markdown);
  const scope = scopeOf(root, markdown);
  const blocks = renderBlocks(root.children, scope);
  return trim(untappable(clean(join([blocks, ...renderFootnotes(scope)], '\n\n'))));
}

/** The parser's time grows with the square of these (it compares all of them with each other), so that they can jam us. */
const EMPHASIS_MARKS = /[*_~]+/g;
/** Emphasis is given up in a document with more of them than any answer has. */
const MOST_EMPHASIS_MARKS = 2_000;

/** The names of micromark's constructs. */
const WITHOUT_EMPHASIS = { disable: { null: ['attention', 'strikethrough'] } };

function parse(markdown: string): Root {
  const isJammed = (markdown.match(EMPHASIS_MARKS)?.length ?? 0) > MOST_EMPHASIS_MARKS;
  try {
    return fromMarkdown(markdown, {
      extensions: isJammed ? [gfm(), WITHOUT_EMPHASIS] : [gfm()],
      mdastExtensions: [gfmFromMarkdown()],
    });
  } catch (error) {
    // Nested so deep that the parser's stack overflows: shown as it was written.
    if (error instanceof RangeError) return { type: 'root', children: [{ type: 'text', value: markdown }] };
    throw error;
  }
}

/** Definitions may stand anywhere, in a list or a quote too. */
function scopeOf(root: Root, markdown: string): Scope {
  const scope: Scope = {
    markdown,
    depth: 0,
    links: 'live',
    definitions: new Map(),
    footnotes: new Map(),
    footnoteNumbers: new Map(),
  };
  const unread: RootContent[] = root.children.toReversed();
  for (let node = unread.pop(); node; node = unread.pop()) {
    if (node.type === 'definition' && !scope.definitions.has(node.identifier)) {
      scope.definitions.set(node.identifier, node.url);
    } else if (node.type === 'footnoteDefinition' && !scope.footnotes.has(node.identifier)) {
      scope.footnotes.set(node.identifier, node);
    }
    if ('children' in node) for (const child of node.children.toReversed()) unread.push(child);
  }
  return scope;
}
