/**
 * Which sessions have something running or owed, so that a start costs nothing for those that have not.
 *
 * One empty file per unquiet session. It is durable before a record that is not quiet, and removed after one that is;
 * so a crash can only leave one too many, which the next read of that session corrects.
 */
import { join } from 'node:path';
import { isQuiet, type SessionRecord } from '../../machines/session-record.ts';
import type { Disk } from './disk.ts';
import { isSessionId } from './names.ts';
import type { SetAside } from './ports.ts';
import type { StoreLog } from './unreadable-files.ts';

export interface UnquietIndexOptions {
  disk: Disk;
  folder: string;
  log: StoreLog | undefined;
  /** All sessions, to build an index that is missing (a new folder, or a backup without it). */
  scan: () => Promise<SessionRecord[]>;
  setAside: (found: SetAside) => Promise<void>;
}

export async function openUnquietIndex(options: UnquietIndexOptions): Promise<UnquietIndex> {
  const { disk, folder } = options;
  if (await isInTheWay(options))
    await options.setAside({ path: folder, name: 'unquiet', why: 'not a folder' });
  if (!(await disk.exists(folder))) await build(options);
  await disk.makePrivateFolder(folder);
  const names = (await disk.list(folder)) ?? [];
  return new UnquietIndex(options, new Set(names.filter(isSessionId)));
}

/** Nothing is lost with an index: it is built again. */
async function isInTheWay({ disk, folder }: UnquietIndexOptions): Promise<boolean> {
  return (await disk.exists(folder)) && !(await disk.isFolder(folder));
}

/** Under another name first: an index that a crash left half built must not look whole. */
async function build({ disk, folder, scan }: UnquietIndexOptions): Promise<void> {
  const temporary = disk.temporaryPath();
  await disk.makePrivateFolder(temporary);
  for (const record of await scan()) {
    if (!isQuiet(record)) await disk.createMarker(join(temporary, record.id));
  }
  await disk.move(temporary, folder);
}

export class UnquietIndex {
  readonly #options: UnquietIndexOptions;
  readonly #ids: Set<string>;

  constructor(options: UnquietIndexOptions, ids: Set<string>) {
    this.#options = options;
    this.#ids = ids;
  }

  ids(): string[] {
    return [...this.#ids];
  }

  /** To be awaited before the record is written. */
  async beforeReplace(record: SessionRecord): Promise<void> {
    if (isQuiet(record) || this.#ids.has(record.id)) return;
    await this.#options.disk.createMarker(join(this.#options.folder, record.id));
    this.#ids.add(record.id);
  }

  /** To be called when it is known what is on disk. Never rejects: a marker too many does no harm. */
  async afterwards(id: string, stored: SessionRecord | null): Promise<void> {
    if (!this.#ids.has(id) || (stored !== null && !isQuiet(stored))) return;
    try {
      await this.#options.disk.remove(join(this.#options.folder, id));
      this.#ids.delete(id);
    } catch (error) {
      this.#options.log?.warn({ sessionId: id, err: error }, 'store.markerNotRemoved');
    }
  }
}
