/** What lies inside what, links and all. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isInside, realFolder } from '../../src/disk/folders.ts';

function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hibernaut-folders-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it('a folder behind a link and dots is found', () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'real'));
  symlinkSync('real', join(root, 'link'));
  expect(realFolder(join(root, 'link', '..', 'link', '.'))).toBe(join(root, 'real'));
});

it('what is no folder is none', () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'file'), '');
  symlinkSync('circle', join(root, 'circle'));
  for (const name of ['file', 'missing', 'circle', 'file/below']) {
    expect(realFolder(join(root, name)), name).toBeNull();
  }
});

it.each([
  ['/a', '/a', true],
  ['/a', '/a/b/c', true],
  ['/', '/a', true],
  ['/a', '/a/..b', true],
  ['/a', '/ab', false],
  ['/a/b', '/a', false],
  ['/a', '/', false],
  ['/a', '/b/a', false],
])('isInside(%j, %j) is %j', (root, folder, expected) => {
  expect(isInside(root, folder)).toBe(expected);
});
