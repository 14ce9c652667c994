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
  const root = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const scope = scopeOf(root, markdown);
  const blocks = renderBlocks(root.children, scope);
  return trim(untappable(clean(join([blocks, ...renderFootnotes(scope)], '\n\n'))));
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
    if ('children' in node) unread.push(...node.children.toReversed());
  }
  return scope;
}
