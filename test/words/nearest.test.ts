/** What somebody meant. */
import { expect, it } from 'vitest';
import { nearest } from '../../src/words/nearest.ts';

const WORDS = ['IDLE_TIMEOUT', 'DATA_DIR', 'HTTP'];

it.each([
  ['IDLE_TIMEOT', 'IDLE_TIMEOUT'],
  ['TIMEOUT', 'IDLE_TIMEOUT'],
  ['DATADIR', 'DATA_DIR'],
  ['HTPT', 'HTTP'],
  ['HTTP', 'HTTP'],
  ['SOMETHING_ELSE', null],
])('%j: %j', (word, meant) => {
  expect(nearest(word, WORDS)).toBe(meant);
});

it('there is nothing to mean without candidates', () => {
  expect(nearest('x', [])).toBeNull();
});
