/** The code that lets a person in: shown on the host, typed on a phone, kept as a hash. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Crockford's: no letter that is taken for a digit (https://www.crockford.com/base32.html). */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Of 5 bits each. Who tries a thousand a second for an hour has one chance in three hundred million. */
const LENGTH = 10;

/** A new one, 50 random bits, as people read it: `K7QM2-XRT9D`. */
export function newPairingCode(): string {
  const letters = [...randomBytes(LENGTH)].map((byte) => LETTERS.charAt(byte % LETTERS.length)).join('');
  return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
}

/** The code that a person typed, in any case, with or without its hyphen; null if it can't be one. */
export function readPairingCode(text: string): string | null {
  if (text.length > 40) return null;
  const letters = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return letters.length === LENGTH && [...letters].every((letter) => LETTERS.includes(letter))
    ? letters
    : null;
}

/** For the disk. 50 bits that live for an hour need no slower one: to try them all takes a day on a fast machine. */
export function hashOfPairingCode(code: string): string {
  return digestOf(code).toString('hex');
}

/** Takes as long for a wrong code as for the right one. @param hash of the right one */
export function isPairingCode(code: string, hash: string): boolean {
  return timingSafeEqual(digestOf(code), Buffer.from(hash, 'hex'));
}

/** Opens the bot on the phone, where Start sends the code. https://core.telegram.org/bots/features#deep-linking */
export function pairingLink(botUsername: string, code: string): string {
  return `https://t.me/${botUsername}?start=${code.replace('-', '')}`;
}

function digestOf(code: string): Buffer {
  return createHash('sha256')
    .update(readPairingCode(code) ?? '')
    .digest();
}
