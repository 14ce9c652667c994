/** Which folders people have trusted in the chat, and with what: known at once, and kept in the data folder. */
import { OneByOne } from '../../one-by-one.ts';
import type { TrustKeeper } from '../../claude/ports.ts';
import type { Store, TrustRecord } from '../../store/ports.ts';
import type { DaemonLog } from '../log.ts';

export interface TrustedFoldersOptions {
  store: Pick<Store, 'loadTrust' | 'saveTrust'>;
  log: DaemonLog;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

export class TrustedFolders implements TrustKeeper {
  readonly #options: TrustedFoldersOptions;
  readonly #changes = new OneByOne<'all'>();
  #record: TrustRecord;

  private constructor(options: TrustedFoldersOptions, record: TrustRecord) {
    this.#options = options;
    this.#record = record;
  }

  static async load(options: TrustedFoldersOptions): Promise<TrustedFolders> {
    return new TrustedFolders(options, (await options.store.loadTrust()) ?? { version: 1, folders: {} });
  }

  seen(folder: string): ReadonlySet<string> {
    const { folders } = this.#record;
    return new Set(Object.hasOwn(folders, folder) ? folders[folder]?.seen : []);
  }

  /** Resolves once it is durable. Rejects if the disk refuses: then nobody has trusted anything. */
  trust(folder: string, keys: readonly string[]): Promise<void> {
    return this.#changes.run('all', async () => {
      const { store, now } = this.#options;
      const seen = [...new Set([...this.seen(folder), ...keys])];
      const { folders } = this.#record;
      const record: TrustRecord = { version: 1, folders: { ...folders, [folder]: { at: now(), seen } } };
      await store.saveTrust(record);
      this.#record = record;
    });
  }

  noteSeen(folder: string, keys: readonly string[]): void {
    if (keys.length === 0) return;
    this.trust(folder, keys).catch((error: unknown) => {
      // They are asked about it once more.
      this.#options.log.error({ err: error }, 'trust.notSaved');
    });
  }
}
