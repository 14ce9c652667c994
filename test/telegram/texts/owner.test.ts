/** What the owner reads of troubles: what it is, what follows from it, and what to do. */
import { expect, it } from 'vitest';
import { troubleBegunText, troubleOverText, type OwnerTrouble } from '../../../src/telegram/texts/owner.ts';

const TROUBLES: [OwnerTrouble, RegExp][] = [
  [{ about: 'login' }, /not logged in.*Run claude on the host.*is kept/],
  [
    { about: 'disk', folder: '/data', availableBytes: 123_456_789 },
    /nearly full: 123 MB are left for \/data\. Free some space/,
  ],
  [{ about: 'poller' }, /Stop the other program, or give me a new token/],
  [{ about: 'records', count: 1, path: '/data/x' }, /one session or chat can't be read.*\/data\/x.*backup/],
  [{ about: 'records', count: 3, path: '/data/x' }, /^3 files.*\/data\/x.*backup/],
  [{ about: 'crashes', workspace: '/work' }, /again and again.*\/work.*The log on the host/],
];

it.each(TROUBLES)('says of %o what to do', (trouble, words) => {
  expect(troubleBegunText(trouble).text).toMatch(words);
});

it('says that it is over where the owner would wonder', () => {
  const over = TROUBLES.map(([trouble]) => troubleOverText(trouble)?.text.split(' ').slice(-2).join(' '));
  expect(over).toEqual(['in again.', 'room again.', 'me again.', undefined, undefined, undefined]);
});
