/** Telegram's own parser judges what we render: it takes every part, and stores it as it is. */
import { expect, it } from 'vitest';
import { HOSTILE_TIMEOUT_MS } from '../../helpers/arbitraries/runs.ts';
import { checkDocuments } from './check.ts';

/** 50,000 by hand: `npm run check:render`. */
const DOCUMENTS = 500;

it(
  'takes every part of any document, within its limits, changes nothing, and finds nothing to tap',
  { timeout: HOSTILE_TIMEOUT_MS },
  () => {
    const seed = Date.now() & 0x7fff_ffff;
    const checked = checkDocuments(DOCUMENTS, seed, () => {});
    expect(checked.failure).toBeNull();
    expect(checked.documents).toBe(DOCUMENTS);
  },
);
