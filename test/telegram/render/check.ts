/** Generated documents, rendered and judged. */
import fc from 'fast-check';
import { renderMarkdown } from '../../../src/telegram/render/markdown.ts';
import { splitRichText } from '../../../src/telegram/render/split.ts';
import { markdownDocument } from './documents.ts';
import { faultsOf } from './verdict.ts';

export interface Checked {
  documents: number;
  /** Of Markdown, in UTF-16 units. */
  characters: number;
  messages: number;
  entities: number;
  /** The shortest document found that Telegram does not take as it is, and why; null if there was none. */
  failure: string | null;
}

/** @param onProgress called after every thousand documents */
export function checkDocuments(
  numRuns: number,
  seed: number,
  onProgress: (documents: number) => void,
): Checked {
  const checked: Checked = { documents: 0, characters: 0, messages: 0, entities: 0, failure: null };
  const result = fc.check(
    fc.property(markdownDocument, (markdown) => {
      const parts = splitRichText(renderMarkdown(markdown));
      checked.documents += 1;
      checked.characters += markdown.length;
      checked.messages += parts.length;
      checked.entities += parts.reduce((sum, { entities }) => sum + entities.length, 0);
      if (checked.documents % 1_000 === 0) onProgress(checked.documents);
      const faults = parts.flatMap(faultsOf);
      if (faults.length > 0) throw new Error(faults.join('\n'));
    }),
    { numRuns, seed },
  );
  return { ...checked, failure: result.failed ? (fc.defaultReportMessage(result) ?? 'failed') : null };
}
