import { describe, expect, it } from 'vitest';
import {
  hashOfPairingCode,
  isPairingCode,
  newPairingCode,
  pairingLink,
  readPairingCode,
} from '../src/pairing-code.ts';

describe('a pairing code', () => {
  it('is of 50 random bits, in letters that nobody takes for a digit', () => {
    const codes = Array.from({ length: 1_000 }, newPairingCode);
    expect(new Set(codes).size).toBe(1_000);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(new Set(codes.join('').replaceAll('-', ''))).toHaveLength(32);
  });

  it.each(['K7QM2-XRT10', 'k7qm2-xrt10', 'K7QM2XRT10', ' k7qm2 xrtio ', 'K7QM2-XRTL0', 'k7-qm2-xr-tlo'])(
    'is read however it is typed: %j',
    (typed) => {
      expect(readPairingCode(typed)).toBe('K7QM2XRT10');
      expect(isPairingCode(typed, hashOfPairingCode('K7QM2-XRT10'))).toBe(true);
    },
  );

  it.each(['', 'hello', 'K7QM2-XRT1', 'K7QM2-XRT100', 'U7QM2-XRT10', 'Ｋ7QM2-XRT10', 'x'.repeat(10_000)])(
    'is not read from %j',
    (typed) => {
      expect(readPairingCode(typed)).toBeNull();
      expect(isPairingCode(typed, hashOfPairingCode('K7QM2-XRT10'))).toBe(false);
    },
  );

  it('is one, and no other', () => {
    expect(isPairingCode('K7QM2-XRT11', hashOfPairingCode('K7QM2-XRT10'))).toBe(false);
  });

  it('fits into the link that opens the bot (64 of A-Z, a-z, 0-9, _ and -)', () => {
    expect(pairingLink('hiber_bot', 'K7QM2-XRT10')).toBe('https://t.me/hiber_bot?start=K7QM2XRT10');
  });
});
