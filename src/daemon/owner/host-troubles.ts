/** Looks, once a minute, for what is wrong with the host and the records: disks that fill up, files that can't be read. */
import { diskSpace, judgeSpace, type DiskSpace } from '../../disk/space.ts';
import type { Store } from '../../store/ports.ts';
import type { TelegramHealth } from '../../telegram/ports.ts';
import type { DaemonLog } from '../log.ts';
import type { ClockOfActors } from '../sessions/saving.ts';
import type { OwnerNotices } from './notices.ts';

export interface HostTroublesOptions {
  notices: Pick<OwnerNotices, 'found' | 'gone'>;
  /** Absolute: where records are kept, and where sessions work by default. */
  folders: readonly string[];
  store: Pick<Store, 'setAside'>;
  health: () => TelegramHealth;
  /** Whether what an earlier daemon left has been read. */
  isRestored: () => boolean;
  clock: ClockOfActors;
  log: DaemonLog;
  /** Default: what the system says. */
  space?: (folder: string) => Promise<DiskSpace>;
}

const LOOK_EVERY_MS = 60_000;
/** As long as no other poller has come for so many looks since the start, there is none. */
const LOOKS_WITHOUT_CONFLICT = 5;

export class HostTroubles {
  readonly #options: HostTroublesOptions;
  #timer: unknown = null;
  #undisturbed = 0;
  #isOver = false;

  constructor(options: HostTroublesOptions) {
    this.#options = options;
  }

  /** Looks now, and from then on every minute. */
  start(): void {
    if (this.#isOver) return;
    void this.look().finally(() => {
      if (!this.#isOver) this.#timer = this.#options.clock.setTimeout(() => this.start(), LOOK_EVERY_MS);
    });
  }

  stop(): void {
    this.#isOver = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  /** Never rejects. */
  async look(): Promise<void> {
    await this.#lookAtDisks();
    await this.#lookAtRecords();
    await this.#lookAtPoller();
  }

  async #lookAtDisks(): Promise<void> {
    const { folders, notices, log, space = diskSpace } = this.#options;
    const looks = await Promise.all(
      folders.map(async (folder) => {
        try {
          const found = await space(folder);
          return { folder, ...found, verdict: judgeSpace(found) };
        } catch (error) {
          // A folder that is gone is told of where it is used.
          log.warn({ folder, err: error }, 'disk.notLookedAt');
          return null;
        }
      }),
    );
    const known = looks.filter((look) => look !== null);
    const low = known.find(({ verdict }) => verdict === 'low');
    if (low) {
      await notices.found({ about: 'disk', folder: low.folder, availableBytes: low.availableBytes });
    } else if (known.length === folders.length && known.every(({ verdict }) => verdict === 'enough')) {
      await notices.gone('disk');
    }
  }

  async #lookAtRecords(): Promise<void> {
    const { store, notices, isRestored } = this.#options;
    if (!isRestored()) return;
    const [first] = store.setAside;
    if (!first) return notices.gone('records');
    await notices.found({ about: 'records', count: store.setAside.length, path: first.path });
  }

  /** For what an earlier daemon told: the poller itself says what changes. */
  async #lookAtPoller(): Promise<void> {
    const { health, notices } = this.#options;
    const { conflict, state } = health();
    this.#undisturbed = conflict === null && state === 'polling' ? this.#undisturbed + 1 : 0;
    if (this.#undisturbed > LOOKS_WITHOUT_CONFLICT) await notices.gone('poller');
  }
}
