/** The benchmark of many sessions, in its small form. */
import { expect, test } from 'vitest';
import { measureManySessions } from '../../bench/many-sessions.ts';

const MANY = 2_000;

test('neither a start nor a message reads the sessions that rest; all that people ask is answered', async () => {
  const [few, many] = await measureManySessions({ counts: [20, MANY], messages: 1, restMs: 0 });

  if (!few || !many) throw new Error('Both numbers of sessions are measured.');
  for (const { bootMs, messages, asked, residentBytes } of [few, many]) {
    expect(bootMs).toHaveLength(3);
    expect(messages.ms).toHaveLength(1);
    expect(Object.keys(asked)).toHaveLength(8);
    expect(residentBytes).toBeGreaterThan(0);
  }
  // To read a record takes two calls at least; what else is read varies by hundreds.
  expect(Math.min(...many.bootReadCalls) - Math.min(...few.bootReadCalls)).toBeLessThan(MANY);
  expect(Math.min(...many.messages.readCalls) - Math.min(...few.messages.readCalls)).toBeLessThan(MANY);
});
