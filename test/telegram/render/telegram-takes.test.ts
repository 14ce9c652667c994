/** Telegram's own parser judges what we render: it takes every part, and stores it as it is. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitRichText } from '../../../src/telegram/render/split.ts';
import { renderMarkdown } from '../../../src/telegram/render/markdown.ts';
import { HOSTILE_TIMEOUT_MS } from '../../helpers/arbitraries/runs.ts';
import { markdownDocument } from './documents.ts';
import { faultsOf } from './verdict.ts';

/** 50,000 by hand: `npm run check:render`. */
const RUNS = 1_000;

it(
  'takes every part of any document, within its limits, changes nothing, and finds nothing to tap',
  { timeout: HOSTILE_TIMEOUT_MS },
  () => {
    fc.assert(
      fc.property(markdownDocument, (markdown) => {
        expect(splitRichText(renderMarkdown(markdown)).flatMap(faultsOf)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  },
);
