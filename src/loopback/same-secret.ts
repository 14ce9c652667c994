/** Whether a secret that somebody brings is the right one. */
import { timingSafeEqual } from 'node:crypto';

/** Takes as long for a wrong one as for the right one of its length. */
export function isSameSecret(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
