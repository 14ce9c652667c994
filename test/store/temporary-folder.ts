/** A data folder for one test, removed after it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Does not exist yet: the store creates it. */
export function temporaryDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hibernaut-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'state', 'hibernaut');
}
