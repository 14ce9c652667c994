/** What becomes of files that can't be read: moved away under a name that says so, reported, never overwritten. */
import type { Logger } from 'pino';
import { unreadablePath } from '../disk/unreadable-path.ts';
import type { Disk } from './disk.ts';
import type { SetAside } from './ports.ts';

export type StoreLog = Pick<Logger, 'error' | 'warn'>;

export interface UnreadableFilesOptions {
  disk: Disk;
  log: StoreLog | undefined;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

export class UnreadableFiles {
  /** All found so far, in order. */
  readonly found: SetAside[] = [];
  readonly #options: UnreadableFilesOptions;

  constructor(options: UnreadableFilesOptions) {
    this.#options = options;
  }

  /** Renames `s1.json` to `s1.json.unreadable-20261124T120000000Z`; its bytes stay as they are. */
  setAside = async ({ path, name, why }: SetAside): Promise<void> => {
    const to = await this.#freePath(path);
    await this.#options.disk.move(path, to);
    this.#report({ path: to, name, why }, 'store.setAside');
  };

  /** It stays in its place; reported once. */
  leaveAlone = (found: SetAside): void => {
    if (this.found.some((known) => known.path === found.path)) return;
    this.#report(found, 'store.leftAlone');
  };

  async #freePath(path: string): Promise<string> {
    const wanted = unreadablePath(path, this.#options.now());
    let free = wanted;
    for (let count = 2; await this.#options.disk.exists(free); count += 1) free = `${wanted}-${count}`;
    return free;
  }

  /** It was left alone, and can be read now. */
  isWell = (path: string): void => {
    const index = this.found.findIndex((known) => known.path === path);
    if (index >= 0) this.found.splice(index, 1);
  };

  #report(found: SetAside, event: string): void {
    this.found.push(found);
    this.#options.log?.error({ ...found }, event);
  }
}
