/** The benchmark of real Claude processes, in its small form. */
import { expect, test } from 'vitest';
import { measureRealProcesses } from '../../bench/real-processes.ts';

test('real processes take all places, one makes room for a newcomer and wakes again, and none is left', async () => {
  const found = await measureRealProcesses({ limit: 2, freeShare: 0, beyond: 1, turns: 2 });

  const { living, firstMessages, turnsWithOne, turnsWithAll, beyond } = found;
  expect(living).toBe(Math.min(2, found.placesByMemory));
  expect(firstMessages).toHaveLength(living);
  expect([turnsWithOne, turnsWithAll, beyond].map(({ length }) => length)).toEqual([2, 2, 1]);
  expect(found).toMatchObject({ mostLiving: living, suspended: 1, left: 0 });
  expect(found.wake).toBeGreaterThan(0);
  expect(found.bytesPerProcess).toBeGreaterThan(0);
});
