/**
 * Telegram's parser over as many documents as one likes: `npm run check:render -- --documents 50000 --seed 1`. Says what
 * was done in one line, and exits with 1 if anything was refused or changed, with the shortest such document. Acts on import.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { renderMarkdown } from '../../../src/telegram/render/markdown.ts';
import { splitRichText } from '../../../src/telegram/render/split.ts';
import { markdownDocument } from './documents.ts';
import { faultsOf } from './verdict.ts';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
  },
});
const numRuns = wholeNumber('--documents', values.documents);
const seed = wholeNumber('--seed', values.seed);

const tally = { documents: 0, characters: 0, messages: 0, entities: 0 };
const startedAt = performance.now();
const result = fc.check(
  fc.property(markdownDocument, (markdown) => {
    const parts = splitRichText(renderMarkdown(markdown));
    tally.documents += 1;
    tally.characters += markdown.length;
    tally.messages += parts.length;
    tally.entities += parts.reduce((sum, { entities }) => sum + entities.length, 0);
    if (tally.documents % 5_000 === 0) say(`${tally.documents} documents`);
    const faults = parts.flatMap(faultsOf);
    if (faults.length > 0) throw new Error(faults.join('\n'));
  }),
  { numRuns, seed },
);
const seconds = Math.round((performance.now() - startedAt) / 1_000);
const { documents, characters, messages, entities } = tally;
say(
  `${result.failed ? 'FAILED' : 'passed'}, seed ${seed}, ${seconds} s: ${documents} documents of ${characters} ` +
    `characters became ${messages} messages with ${entities} entities.`,
);
if (result.failed) say(fc.defaultReportMessage(result) ?? '');
process.exitCode = result.failed ? 1 : 0;

function wholeNumber(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new Error(`${name} is a whole number, not "${value}".`);
  return number;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
