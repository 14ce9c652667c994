import { expect, it } from 'vitest';
import { RecentSet } from '../../src/telegram/bounded.ts';

it('knows the last values only, and says which are new', () => {
  const recent = new RecentSet<number>(2);
  expect([1, 2, 2, 3].map((value) => recent.add(value))).toEqual([true, true, false, true]);
  expect([1, 2, 3].map((value) => recent.has(value))).toEqual([false, true, true]);
});
