/** Folders for tests, removed after them. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** For the test that runs. */
export function temporaryFolder(): string {
  const folder = makeFolder();
  onTestFinished(() => remove(folder));
  return folder;
}

/** For all tests of the file or of the group in which it is called. */
export function temporaryFolderOfGroup(): string {
  const folder = makeFolder();
  afterAll(() => remove(folder));
  return folder;
}

function makeFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'hibernaut-test-')));
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
