/** Footnotes, at the end: what their numbers in the text stand for. */
import { renderBlocks } from './blocks.ts';
import { rich, type RichText } from './rich-text.ts';
import { deeper, footnoteMark, type Scope } from './scope.ts';

/** Those that were mentioned, then the others: nothing that Claude wrote is left out. */
export function renderFootnotes(scope: Scope): RichText[] {
  const rendered = new Map<string, RichText>();
  const render = (identifier: string) => {
    const definition = scope.footnotes.get(identifier);
    if (!definition || rendered.has(identifier)) return;
    const mark = footnoteMark(identifier, scope);
    const content = deeper(definition, scope, (inner) => renderBlocks(definition.children, inner));
    rendered.set(identifier, rich`${mark} ${content}`);
  };
  // A footnote may mention further ones; a Map's iteration takes in what is added meanwhile.
  for (const identifier of scope.footnoteNumbers.keys()) render(identifier);
  for (const identifier of scope.footnotes.keys()) render(identifier);
  return [...rendered.values()];
}
