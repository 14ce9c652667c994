/** UUIDs that are the same after every restart. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { continuationUuidOf, uuidOf } from '../src/uuid.ts';

const VERSION_5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it('are version 5 UUIDs, whatever the name', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.integer())), (name) => {
      expect(uuidOf(...name)).toMatch(VERSION_5);
    }),
  );
});

it('stay the same from one version of Hibernaut to the next: messages on disk are known by them', () => {
  expect(uuidOf(123456789, 7, 42)).toBe('b9a5a684-0caf-58bc-9eaf-97d20ae8b2a9');
  expect(continuationUuidOf('b9a5a684-0caf-58bc-9eaf-97d20ae8b2a9')).toBe(
    '41b69e9f-77b8-5fda-a15f-02b0fe0d35a7',
  );
});

it('are what RFC 9562 says: SHA-1 of namespace and name, with version and variant set', () => {
  const hash = createHash('sha1')
    .update(Buffer.from('6f0f1f2c5a5b4a3f9f0c7d1b2e3a4c5d', 'hex'))
    .update('a/1')
    .digest('hex');
  const digits = uuidOf('a', 1).replaceAll('-', '');
  expect(digits.slice(0, 12)).toBe(hash.slice(0, 12));
  expect(digits.slice(13, 16)).toBe(hash.slice(13, 16));
  expect(digits.slice(17)).toBe(hash.slice(17, 32));
});

it('differ for different messages', () => {
  const ids = new Set<string>();
  for (let chat = 0; chat < 20; chat += 1) {
    for (let message = 0; message < 20; message += 1) ids.add(uuidOf(1, chat, message));
  }
  expect(ids.size).toBe(400);
});

it('of a continuation is another one than that of its message', () => {
  const uuid = uuidOf(1, 2, 3);
  expect(continuationUuidOf(uuid)).not.toBe(uuid);
  expect(continuationUuidOf(uuid)).toBe(continuationUuidOf(uuid));
});
