/** Which of two versions is the older one. */
import { expect, it } from 'vitest';
import { isOlder } from '../src/version-order.ts';

it.each([
  ['2.1.329', '2.1.330', true],
  ['2.1.330', '2.1.330', false],
  ['2.1.99', '2.1.330', true],
  ['2.10.0', '2.9.9', false],
  ['22.18.0', '22.18', false],
  ['22.17.5', '22.18', true],
  ['24', '22.18', false],
  ['22', '22.18', true],
])('%s before %s: %s', (version, other, expected) => {
  expect(isOlder(version, other)).toBe(expected);
});
