/** How many processes a machine has room for. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maxLiveAsSet, maxLiveByMemory } from '../../src/config/max-live.ts';

const GIB = 1024 ** 3;
const places = (gib: number) => maxLiveByMemory({ totalBytes: gib * GIB, limit: null }).places;

it.each([
  [0.5, 1],
  [1, 1],
  [2, 3],
  [4, 8],
  [8, 16],
  [16, 32],
  [256, 64],
])('in %d GiB there is room for %d', (gib, expected) => expect(places(gib)).toBe(expected));

it('counts with the control groups’ limit if that is less, and says so', () => {
  const limit = { bytes: 2 * GIB, setBy: '/sys/fs/cgroup/memory.high' };
  expect(maxLiveByMemory({ totalBytes: 16 * GIB, limit })).toEqual({
    places: 3,
    why: 'by the limit in /sys/fs/cgroup/memory.high, 2.0 GiB',
  });
  const large = { ...limit, bytes: 2 ** 63 };
  expect(maxLiveByMemory({ totalBytes: 16 * GIB, limit: large }).why).toBe(
    "by the machine's memory, 16.0 GiB",
  );
});

it('is never less than one, and never takes more memory than there is beyond that', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e13, noNaN: true }), (bytes) => {
      const most = maxLiveByMemory({ totalBytes: bytes, limit: null }).places;
      return most >= 1 && (most === 1 || most * 400 * 1024 ** 2 < bytes);
    }),
  );
});

it('is as it was set', () => {
  expect(maxLiveAsSet(3)).toEqual({ places: 3, why: 'by HIBERNAUT_MAX_LIVE' });
});
