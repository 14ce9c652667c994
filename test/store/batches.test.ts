/** Many at once, but not all. */
import { expect, it } from 'vitest';
import { inBatches } from '../../src/store/batches.ts';

const NUMBERS = Array.from({ length: 100 }, (_, index) => index);

it('gives all results in the order of the items, with a bounded number under way', async () => {
  let underWay = 0;
  let most = 0;
  const results = await inBatches(NUMBERS, async (number) => {
    most = Math.max(most, (underWay += 1));
    await Promise.resolve();
    underWay -= 1;
    return number * 2;
  });
  expect(results).toEqual(NUMBERS.map((number) => number * 2));
  expect(most).toBe(32);
});

it('ends with the first that fails', async () => {
  const begun: number[] = [];
  const work = inBatches(NUMBERS, (number) => {
    begun.push(number);
    return number === 40 ? Promise.reject(new Error('no 40')) : Promise.resolve(number);
  });
  await expect(work).rejects.toThrow('no 40');
  expect(begun).toHaveLength(64);
});

it('gives nothing for nothing', async () => {
  expect(await inBatches([], () => Promise.reject(new Error('called')))).toEqual([]);
});
