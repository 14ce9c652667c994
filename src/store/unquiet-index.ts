/**
 * Which records have something running or owed, so that a start costs nothing for those that have not.
 *
 * One marker per unquiet record. It is durable before a record that is not quiet, and removed after one that is; so a
 * crash can only leave one too many, which the next read of that record corrects.
 */
import type { MarkerIndex } from './marker-index.ts';
import type { StoreLog } from './unreadable-files.ts';

export interface UnquietIndexOptions<T> {
  index: MarkerIndex;
  nameOf: (record: T) => string;
  isQuiet: (record: T) => boolean;
  /** Whether a record may have this name. */
  isName: (name: string) => boolean;
  log: StoreLog | undefined;
}

export class UnquietIndex<T> {
  readonly #options: UnquietIndexOptions<T>;
  /** So few that they stay in memory. */
  readonly #names: Set<string>;

  private constructor(options: UnquietIndexOptions<T>, names: Set<string>) {
    this.#options = options;
    this.#names = names;
  }

  static async open<T>(options: UnquietIndexOptions<T>): Promise<UnquietIndex<T>> {
    const names = await options.index.names();
    return new UnquietIndex(options, new Set(names.filter(options.isName)));
  }

  names(): string[] {
    return [...this.#names];
  }

  /** To be awaited before the record is written. */
  note = async (record: T): Promise<void> => {
    const { index, nameOf, isQuiet } = this.#options;
    const name = nameOf(record);
    if (isQuiet(record) || this.#names.has(name)) return;
    await index.add(name);
    this.#names.add(name);
  };

  /** To be called when it is known what is on disk. Never rejects: a marker too many does no harm. */
  async afterwards(name: string, stored: T | null): Promise<void> {
    const { index, isQuiet, log } = this.#options;
    if (!this.#names.has(name) || (stored !== null && !isQuiet(stored))) return;
    try {
      await index.remove(name);
      this.#names.delete(name);
    } catch (error) {
      log?.warn({ name, err: error }, 'store.markerNotRemoved');
    }
  }
}
