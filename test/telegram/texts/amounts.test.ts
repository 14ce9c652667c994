import { describe, expect, it } from 'vitest';
import { dollars, shortened } from '../../../src/telegram/texts/amounts.ts';

describe('a sum of money', () => {
  it.each([
    [0.001, 'under $0.01'],
    [0.04, '$0.04'],
    [12.345, '$12.35'],
  ])('of %d reads %s', (usd, words) => {
    expect(dollars(usd)).toBe(words);
  });
});

describe('a text that is too long', () => {
  it('is cut between characters, not inside of one', () => {
    expect(shortened('🟢🟢🟢', 2)).toBe('🟢…');
  });

  it('is left alone if it just fits', () => {
    expect(shortened('🟢🟢', 2)).toBe('🟢🟢');
  });
});
