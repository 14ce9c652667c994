/** What older versions wrote stays readable: each change of a record's fields has a version, and each version a kept folder. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ACCESS,
  CHAT,
  decode,
  encode,
  EPOCH,
  SESSION,
  TRUST,
  type DocumentKind,
} from '../../src/store/document.ts';
import { FIXTURES, keptFolders, nameOfCurrentFixture } from './kept-folders.ts';
import { shapesOfRecords } from './record-shapes.ts';

const MAKE = 'Make one, as test/store/fixtures/README.md says: node test/store/make-fixtures.ts';
const CURRENT = join(FIXTURES, nameOfCurrentFixture());

interface KeptFile {
  path: string;
  kind: DocumentKind<unknown>;
  name: string;
}

const kinds: [folder: string, kind: DocumentKind<never>][] = [
  ['sessions', SESSION as DocumentKind<never>],
  ['chats', CHAT as DocumentKind<never>],
];

function recordsIn(folder: string): KeptFile[] {
  const data = join(folder, 'data');
  const many = kinds.flatMap(([name, kind]) =>
    readdirSync(join(data, name)).map((file) => ({
      path: join(data, name, file),
      kind: kind,
      name: file.replace(/\.json$/, ''),
    })),
  );
  const single = [
    { path: join(data, 'access.json'), kind: ACCESS as DocumentKind<unknown>, name: 'access' },
    { path: join(data, 'trust.json'), kind: TRUST as DocumentKind<unknown>, name: 'trust' },
    { path: join(data, 'epoch.json'), kind: EPOCH as DocumentKind<unknown>, name: 'epoch' },
  ];
  return [...many, ...single.filter(({ path }) => existsSync(path))];
}

describe('the records of this version', () => {
  it('have a kept folder', () => {
    expect(existsSync(CURRENT), `There is no ${CURRENT}. ${MAKE}`).toBe(true);
  });

  it('have the fields that they had when it was made: another field is another version', () => {
    const kept = JSON.parse(readFileSync(join(CURRENT, 'shapes.json'), 'utf8')) as unknown;
    expect(
      shapesOfRecords(),
      `The fields of a record changed. Raise its version in src/store/migrations.ts and write the step. ${MAKE}`,
    ).toEqual(kept);
  });

  it('are saved byte for byte as they are kept', () => {
    for (const { path, kind, name } of recordsIn(CURRENT)) {
      const text = readFileSync(path, 'utf8');
      const decoded = decode(Buffer.from(text), kind, name);
      expect('record' in decoded && encode(decoded.record, kind), path).toBe(text);
    }
  });
});

it.each(keptFolders())('all records of %s can be read, and saved', (folder) => {
  const files = recordsIn(join(FIXTURES, folder));
  expect(files.length).toBeGreaterThan(10);
  for (const { path, kind, name } of files) {
    const decoded = decode(readFileSync(path), kind, name);
    expect('record' in decoded && encode(decoded.record, kind), path).toEqual(expect.any(String));
  }
});
