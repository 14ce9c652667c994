/** What a node of the Markdown tree has to know of the document around it. */
import type { FootnoteDefinition, Node } from 'mdast';
import { plain, type RichText } from './rich-text.ts';

export interface Scope {
  /** The whole document, as Claude wrote it. */
  markdown: string;
  /** How many containers are around the node. */
  depth: number;
  /** Whether a link can be tapped, is written out (in a table), or is the text of a link around it. */
  links: 'live' | 'writtenOut' | 'inside';
  /** URLs by identifier. */
  definitions: Map<string, string>;
  footnotes: Map<string, FootnoteDefinition>;
  /** By identifier, in the order of their first mention; filled while rendering. */
  footnoteNumbers: Map<string, number>;
}

/** More containers than anyone reads; what is deeper can only be meant to overflow our stack. */
const DEEPEST = 40;

/** What is in a container, one level deeper. Below the deepest level it is shown as it was written. */
export function deeper(node: Node, scope: Scope, render: (scope: Scope) => RichText): RichText {
  return scope.depth < DEEPEST ? render({ ...scope, depth: scope.depth + 1 }) : plain(sourceOf(node, scope));
}

export function sourceOf({ position }: Node, { markdown }: Scope): string {
  return markdown.slice(position?.start.offset ?? 0, position?.end.offset ?? 0);
}

/** What stands for a footnote in the text. They are numbered in the order in which they are first mentioned. */
export function footnoteMark(identifier: string, { footnoteNumbers }: Scope): string {
  const number = footnoteNumbers.get(identifier) ?? footnoteNumbers.size + 1;
  footnoteNumbers.set(identifier, number);
  return `[${number}]`;
}
