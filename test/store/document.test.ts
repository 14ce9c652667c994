/** What is a valid document, what is none, and how an older one becomes a current one. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { OutboxItem, SessionRecord } from '../../machines/session-record.ts';
import { CHAT, decode, encode, SESSION, type DocumentKind } from '../../src/store/document.ts';
import { aRecord } from '../helpers/records.ts';
import { anyRecord } from './record-arbitrary.ts';

const bytes = (text: string) => Buffer.from(text);

const owed = (id: number): OutboxItem => ({
  id,
  at: 0,
  replyTo: null,
  partsSent: 0,
  doubts: 0,
  body: { kind: 'answer', markdown: 'x' },
});

describe('a session document', () => {
  it('comes back exactly as it was, whatever is in it', () => {
    fc.assert(
      fc.property(anyRecord('s1'), (record) => {
        expect(decode(bytes(encode(record, SESSION)), SESSION, 's1')).toEqual({ record });
      }),
      { numRuns: 300 },
    );
  });

  it('is valid or not, and nothing else, whatever JSON the file holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(decode(bytes(JSON.stringify(value)), SESSION, 's1')).toHaveProperty('unreadable');
      }),
      { numRuns: 300 },
    );
  });

  it('is valid or not, and nothing else, when any one field holds any JSON', () => {
    const key = fc.constantFrom(...Object.keys(aRecord()).filter((name) => name !== 'version'));
    fc.assert(
      fc.property(anyRecord('s1'), key, fc.jsonValue(), (record, field, value) => {
        const changed = JSON.stringify({ ...record, [field]: value });
        const decoded = decode(bytes(changed), SESSION, 's1');
        if ('record' in decoded) expect(decoded.record).toEqual(JSON.parse(changed));
        else expect(decoded).toHaveProperty('unreadable');
      }),
      { numRuns: 500 },
    );
  });

  it('is valid or not, and nothing else, when its bytes are damaged anywhere', () => {
    const whole = bytes(encode(aRecord(), SESSION));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const damaged = Buffer.from(whole);
        damaged[at] = value;
        const decoded = decode(damaged, SESSION, 's1');
        expect(Object.keys(decoded)).toHaveLength(1);
        expect(Object.keys(decoded)[0]).toMatch(/^(record|unreadable|newer)$/);
      }),
    );
  });

  it.each(Object.keys(aRecord()))('is not valid without its %s', (field) => {
    const less = { ...aRecord(), [field]: undefined };
    expect(decode(bytes(JSON.stringify(less)), SESSION, 's1')).toHaveProperty('unreadable');
  });

  it.each([
    [
      'two items that are owed under one id',
      { outbox: [owed(1), owed(1)], nextOutboxId: 2 },
      'outbox: two items',
    ],
    [
      'an id that would be given again',
      { outbox: [owed(3)], nextOutboxId: 3 },
      'nextOutboxId: an id that is in use',
    ],
    ['an id of what no record knows', { outbox: [owed(-1)] }, 'outbox'],
    ['an id after which none can be given', { nextOutboxId: Number.MAX_SAFE_INTEGER }, 'nextOutboxId'],
    ['a time that is no date', { lastActivityAt: 1e300 }, 'lastActivityAt'],
  ])('with %s is not valid', (_, over, why) => {
    const decoded = decode(bytes(JSON.stringify(aRecord(over))), SESSION, 's1');
    expect(decoded).toEqual({ unreadable: expect.stringContaining(why) as string });
  });

  it('that holds bytes which are no UTF-8 is not valid: its text would be another', () => {
    const [head, tail] = encode(aRecord({ name: '#' }), SESSION).split('#');
    const damaged = Buffer.concat([bytes(head ?? ''), Buffer.of(0xff), bytes(tail ?? '')]);
    expect(decode(damaged, SESSION, 's1')).toEqual({ unreadable: 'not JSON in UTF-8' });
  });

  it('says which field is wrong and never what it holds', () => {
    const wrong = JSON.stringify({ ...aRecord(), inbox: [{ text: 'my secret' }], state: 'my secret' });
    const decoded = decode(bytes(wrong), SESSION, 's1');
    expect(decoded).toEqual({ unreadable: expect.stringMatching(/^state: .*\(and \d+ more\)$/) as string });
    expect(JSON.stringify(decoded)).not.toContain('my secret');
  });

  // Never change these files. A next version comes with its own fixture, and the older ones must climb to it.
  const fixture = (version: number) =>
    readFileSync(new URL(`fixtures/session.v${String(version)}.json`, import.meta.url));
  const NAME = '3f0c1c1e-6f5b-5d1c-9a53-0c7a0a2b9d10';
  const cutOff = (asked: object) => ({ ...asked, request: { state: 'cutOff' } });

  it('of version 1 is still read', () => {
    expect(decode(fixture(1), SESSION, NAME)).toMatchObject({
      record: {
        version: 5,
        folderSettings: 'asTrusted',
        state: 'idle',
        inbox: [{ text: 'and the tests?' }],
        outbox: [
          { id: 5, doubts: 0 },
          { id: 6, doubts: 0 },
        ],
        undeliverable: null,
        unconfirmed: null,
        approvals: [{ toolName: 'Bash', request: { state: 'cutOff' } }],
        choices: [],
      },
    });
  });

  it('of version 1 loses a word about silence, which is asked about since', () => {
    const old = JSON.parse(fixture(1).toString()) as { outbox: object[] };
    const body = { kind: 'notice', notice: { type: 'silent', silentForMs: 60_000 } };
    const outbox = [...old.outbox, { ...old.outbox[0], id: 7, body }];
    const decoded = decode(bytes(JSON.stringify({ ...old, outbox })), SESSION, NAME);
    expect(decoded).toMatchObject({ record: { outbox: [{ id: 5 }, { id: 6 }] } });
  });

  it('of version 2 is read as it is, and nobody has it at the desk', () => {
    const written = JSON.parse(fixture(2).toString()) as SessionRecord;
    expect(decode(fixture(2), SESSION, NAME)).toEqual({
      record: {
        ...written,
        version: 5,
        desk: null,
        folderSettings: 'asTrusted',
        approvals: written.approvals.map(cutOff),
      },
    });
  });

  it('of version 3 is read as it is, and what Claude asked waits to be asked again', () => {
    const written = JSON.parse(fixture(3).toString()) as SessionRecord;
    expect(written.approvals).not.toEqual([]);
    expect(decode(fixture(3), SESSION, NAME)).toEqual({
      record: {
        ...written,
        version: 5,
        folderSettings: 'asTrusted',
        approvals: written.approvals.map(cutOff),
      },
    });
  });

  it('of version 4 is read as it is, and works with what its folder brings along, once that is trusted', () => {
    const written = JSON.parse(fixture(4).toString()) as SessionRecord;
    expect(decode(fixture(4), SESSION, NAME)).toEqual({
      record: { ...written, version: 5, folderSettings: 'asTrusted' },
    });
  });

  it('of version 5 is read as it is', () => {
    const written = JSON.parse(fixture(5).toString()) as unknown;
    expect(decode(fixture(5), SESSION, NAME)).toEqual({ record: written });
  });
});

describe('a chat document', () => {
  it('of version 1 is still read, with nothing answered and nothing owed', () => {
    // Never change this file.
    const fixture = readFileSync(new URL('fixtures/chat.v1.json', import.meta.url));
    expect(decode(fixture, CHAT, '-1001234567890')).toMatchObject({
      record: { version: 2, sessions: [{ createdBy: 12 }], answered: [], outbox: [] },
    });
  });
});

describe('the ladder of versions', () => {
  const schema = z.strictObject({ version: z.literal(2), name: z.string(), legs: z.int() });
  const horse = (steps: DocumentKind<unknown>['ladder']['steps']): DocumentKind<z.infer<typeof schema>> => ({
    schema,
    ladder: { current: 2, steps },
    nameOf: ({ name }) => name,
  });
  const steps = {
    0: ({ title, ...rest }: Record<string, unknown>) => ({ ...rest, name: title }),
    1: (older: Record<string, unknown>) => ({ ...older, legs: 4 }),
  };

  it.each([
    { version: 0, title: 'Rosinante' },
    { version: 1, name: 'Rosinante' },
    { version: 2, name: 'Rosinante', legs: 4 },
  ])('brings version $version to the current one, step by step', (older) => {
    expect(decode(bytes(JSON.stringify(older)), horse(steps), 'Rosinante')).toEqual({
      record: { version: 2, name: 'Rosinante', legs: 4 },
    });
  });

  it('validates what comes out at the top', () => {
    const older = JSON.stringify({ version: 0, title: 7 });
    expect(decode(bytes(older), horse(steps), '7')).toEqual({
      unreadable: expect.stringContaining('name') as string,
    });
  });

  it('takes a document that a step breaks on for unreadable', () => {
    const brittle = horse({
      1: () => {
        throw new TypeError('no such field');
      },
    });
    expect(decode(bytes('{"version":1}'), brittle, 'x')).toEqual({
      unreadable: 'not a valid document of version 1',
    });
  });

  it.each([-1, 0.5, 'x', null])('knows no version %j', (version) => {
    expect(decode(bytes(JSON.stringify({ version })), horse(steps), 'x')).toHaveProperty('unreadable');
  });

  it('leaves a newer version to a newer Hibernaut', () => {
    expect(decode(bytes('{"version":3}'), horse(steps), 'x')).toEqual({
      newer: 'version 3, and this Hibernaut knows 2 at most',
    });
  });
});
