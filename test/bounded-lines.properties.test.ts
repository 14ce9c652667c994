/** Lines of a stream, however its bytes come in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedLines, LineTooLongError } from '../src/bounded-lines.ts';
import { HOSTILE_RUNS, HOSTILE_TIMEOUT_MS } from './helpers/arbitraries/runs.ts';

describe('lines of bytes', () => {
  const LONGEST = 20;

  it(
    'are the same however the bytes were cut, none longer than allowed',
    { timeout: HOSTILE_TIMEOUT_MS },
    async () => {
      const chunk = fc.array(
        fc.oneof({ weight: 1, arbitrary: fc.constant(0x0a) }, { weight: 9, arbitrary: fc.nat(255) }),
        {
          maxLength: 30,
        },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(chunk, { maxLength: 5 }), async (chunks) => {
          const whole = Buffer.from(chunks.flat()).toString('latin1').split('\n');
          const isTooLong = whole.some((text) => text.length > LONGEST);
          const lines: string[] = [];
          const reading = async () => {
            for await (const text of boundedLines(streamOf(chunks), LONGEST)) lines.push(text);
          };
          if (isTooLong) {
            await expect(reading()).rejects.toThrow(LineTooLongError);
            return;
          }
          await reading();
          const expected = whole.at(-1) === '' ? whole.slice(0, -1) : whole;
          expect(lines).toEqual(expected.map((text) => Buffer.from(text, 'latin1').toString()));
        }),
        { numRuns: HOSTILE_RUNS },
      );
    },
  );
});

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is there already
async function* streamOf(chunks: readonly number[][]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Uint8Array.from(chunk);
}
