/** How much room there is, and when it is too little. */
import { expect, it } from 'vitest';
import { diskSpace, judgeSpace } from '../../src/disk/space.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const MIB = 1_024 ** 2;
const GIB = 1_024 ** 3;

it('is what the system says of the folder', async () => {
  const { totalBytes, availableBytes } = await diskSpace(temporaryFolder());
  expect(totalBytes).toBeGreaterThan(0);
  expect(availableBytes).toBeLessThanOrEqual(totalBytes);
  await expect(diskSpace('/no/such/folder')).rejects.toThrow('ENOENT');
});

it.each([
  ['a large disk', 500 * GIB, 511 * MIB, 'low'],
  ['a large disk', 500 * GIB, 512 * MIB, 'between'],
  ['a large disk', 500 * GIB, 1_024 * MIB, 'enough'],
  ['a small disk', GIB, 0.04 * GIB, 'low'],
  ['a small disk', GIB, 0.06 * GIB, 'between'],
  ['a small disk', GIB, 0.2 * GIB, 'enough'],
  ['a full disk', GIB, 0, 'low'],
  ['a file system that tells no size', 0, 0, 'enough'],
])('of %s of %i bytes with %i left is %s', (_what, totalBytes, availableBytes, verdict) => {
  expect(judgeSpace({ totalBytes, availableBytes })).toBe(verdict);
});
