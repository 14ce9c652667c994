/** Ids for what answers no message: none is taken for another kind's. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { FIRST_TELLING_ID, idOfMoment, idOfRequest } from '../src/made-up-ids.ts';

it.each([
  ['a moment in the year 9999, in ms', idOfMoment(Date.UTC(9999, 11, 31))],
  ['a request', idOfRequest(randomUUID())],
  ['the highest request', idOfRequest('ffffffff-ffff-5fff-bfff-ffffffffffff')],
])('%s is below 0, and above all that say more', (_, id) => {
  expect(Number.isSafeInteger(id)).toBe(true);
  expect(id).toBeLessThan(0);
  expect(id).toBeGreaterThan(FIRST_TELLING_ID);
});
