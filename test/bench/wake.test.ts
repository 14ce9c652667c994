/** The benchmark of first answers, in its small form. */
import { expect, test } from 'vitest';
import { measureStarts } from '../../bench/wake.ts';

test('each way to a first answer is taken as often', async () => {
  const taken = await measureStarts({ starts: 1 });

  expect(Object.keys(taken)).toEqual(['resumed', 'woken', 'cold', 'first']);
  for (const samples of Object.values(taken)) expect(samples).toEqual([expect.any(Number)]);
});
