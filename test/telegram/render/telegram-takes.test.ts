/** Telegram's own parser judges what we render: it takes every part, and stores it as it is. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/telegram/render/markdown.ts';
import type { RichText } from '../../../src/telegram/render/rich-text.ts';
import { splitRichText } from '../../../src/telegram/render/split.ts';
import { fixFormattedText } from '../../../src/sandbox/bot-api/text/formatted-text.ts';
import { checkEntities, normalizedByTdlib } from '../../helpers/tdlib.ts';
import { markdownDocument } from './documents.ts';
import { tappableIn } from './tappable.ts';

/** More by hand: `RENDER_RUNS=50000 npx vitest run test/telegram/render/telegram-takes.test.ts --testTimeout 0`. */
const RUNS = Number(process.env['RENDER_RUNS'] ?? 2_000);

/** Telegram would read these as formatting where it is asked what it stores. */
const MARKDOWN_CHARACTERS = /[*_~|[\]`]/g;

it('takes every part of any document, within its limit, changes no character, and finds nothing to tap', () => {
  fc.assert(
    fc.property(markdownDocument, (markdown) => {
      for (const part of splitRichText(renderMarkdown(markdown))) {
        expect(part.text.length).toBeLessThanOrEqual(4096);
        expectTaken(part);
        expectUnchanged(part);
        // Of more than a hundred entities some go.
        if (part.entities.length < 100) expect(tappableIn(part)).toEqual([]);
      }
    }),
    { numRuns: RUNS },
  );
});

function expectTaken({ text, entities }: RichText): void {
  expect(checkEntities(text, entities)).toBeNull();
  expect(entities.length).toBeLessThanOrEqual(100);
}

/** Neither cleaned nor trimmed. */
function expectUnchanged({ text, entities }: RichText): void {
  const masked = text.replace(MARKDOWN_CHARACTERS, '+');
  expect(normalizedByTdlib(masked, [])).toEqual({ text: masked, entities: [] });
  expect(fixFormattedText({ text, entities }).text).toBe(text);
}
