/** Whatever somebody writes for a duration: it is one within the limits, or the bot says in a sentence what to write. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatDuration, MAX_DURATION_MS, MIN_DURATION_MS, parseDuration } from '../../src/words/duration.ts';
import { badTimeoutText } from '../../src/telegram/texts/status.ts';
import { HOSTILE_RUNS, HOSTILE_TIMEOUT_MS } from '../helpers/arbitraries/runs.ts';
import { hostileText } from '../helpers/arbitraries/text.ts';

const almost = fc.oneof(
  fc.stringMatching(/^[0-9dhmsOoFf .+-]{0,12}$/),
  fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.constantFrom('', 's', 'm', 'h', 'd'))
    .map((parts) => parts.join('')),
);

it(
  'gives a duration within the limits, or off, or a sentence, whatever the text',
  { timeout: HOSTILE_TIMEOUT_MS },
  () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, almost), (text) => {
        const result = parseDuration(text);
        if ('refused' in result) {
          const said = badTimeoutText(text, result.refused).text;
          expect(said).toMatch(/^"[^\n]*" is (?:not a duration|too short|too long)\. Write seconds /);
          expect(said.length).toBeLessThan(400);
        } else if (result.ms === null) {
          expect(text.trim().toLowerCase()).toBe('off');
        } else {
          expect(Number.isSafeInteger(result.ms)).toBe(true);
          expect(result.ms).toBeGreaterThanOrEqual(MIN_DURATION_MS);
          expect(result.ms).toBeLessThanOrEqual(MAX_DURATION_MS);
        }
      }),
      { numRuns: HOSTILE_RUNS },
    );
  },
);

it(
  'writes what it reads: exactly below an hour, and never more than it was above',
  { timeout: HOSTILE_TIMEOUT_MS },
  () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_DURATION_MS / 1_000 }), (seconds) => {
        const result = parseDuration(formatDuration(seconds * 1_000));
        if (!('ms' in result) || result.ms === null) expect.fail('it was refused');
        expect(result.ms).toBeLessThanOrEqual(seconds * 1_000);
        if (seconds < 3_600) expect(result.ms).toBe(seconds * 1_000);
      }),
      { numRuns: HOSTILE_RUNS },
    );
  },
);

it('shows a duration for any finite number, and for none', { timeout: HOSTILE_TIMEOUT_MS }, () => {
  fc.assert(
    fc.property(fc.double({ noDefaultInfinity: true }), (number) => {
      expect(formatDuration(number)).toMatch(/^\d/);
    }),
    { numRuns: HOSTILE_RUNS },
  );
});
