/** UUIDs derived from names, so that the same message has the same one after every restart. */
import { createHash } from 'node:crypto';

/** Ours alone; any fixed value would do. */
const NAMESPACE = Buffer.from('6f0f1f2c5a5b4a3f9f0c7d1b2e3a4c5d', 'hex');

/** The version 5 UUID of a name (RFC 9562 §5.5). */
export function uuidOf(...name: (string | number)[]): string {
  const hash = createHash('sha1').update(NAMESPACE).update(name.join('/')).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Of the one prompt that continues a turn which was cut off. */
export function continuationUuidOf(uuid: string): string {
  return uuidOf(uuid, 'continue');
}
