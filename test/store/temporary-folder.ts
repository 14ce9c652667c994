/** A data folder for one test, removed after it. */
import { join } from 'node:path';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** Does not exist yet: the store creates it. */
export function temporaryDataDir(): string {
  return join(temporaryFolder(), 'state', 'hibernaut');
}
