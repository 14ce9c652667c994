import { expect, it } from 'vitest';
import { shrink } from './shrink.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

it('finds the two items that fail together, in their order', async () => {
  const fails = (items: readonly number[]) => Promise.resolve(items.includes(17) && items.includes(3));
  expect(await shrink(upTo(40), fails)).toEqual([3, 17]);
});

it('finds the one item that fails alone', async () => {
  for (const culprit of upTo(9)) {
    const fails = (items: readonly number[]) => Promise.resolve(items.includes(culprit));
    expect(await shrink(upTo(9), fails)).toEqual([culprit]);
  }
});

it('keeps the whole list if nothing can be left out', async () => {
  expect(await shrink(upTo(5), (items) => Promise.resolve(items.length === 5))).toEqual(upTo(5));
});

it('stops when it is told to, with the shortest list so far', async () => {
  let tries = 0;
  const fails = (items: readonly number[]) => {
    tries += 1;
    return Promise.resolve(items.includes(0));
  };
  const shortest = await shrink(upTo(64), fails, () => tries === 2);
  expect(shortest).toContain(0);
  expect(shortest.length).toBeLessThan(64);
  expect(tries).toBe(2);
});
