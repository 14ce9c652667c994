/**
 * A folder of empty files whose names tell something of records, so that nobody has to read those. Nothing is lost with
 * one: it is built again from the records, while the store is in use already.
 */
import { join } from 'node:path';
import type { Disk } from './disk.ts';
import type { SetAside } from './ports.ts';

/**
 * The file which says that no record is missing in the index, and up to which start: one that an earlier Hibernaut, which
 * did not know of the index, has come after is not to be relied on, nor one of another day than the records beside it.
 */
const WHOLE = '.whole-';

export interface MarkerIndexOptions {
  disk: Disk;
  folder: string;
  /** As people are told of it. */
  name: string;
  /** This start's number. */
  epoch: number;
  setAside: (found: SetAside) => Promise<void>;
}

export class MarkerIndex {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #whole: string;
  /** False until all records have been noted since it was found to be incomplete, or missing. */
  readonly isWhole: boolean;

  private constructor({ disk, folder, epoch }: MarkerIndexOptions, isWhole: boolean) {
    this.#disk = disk;
    this.#folder = folder;
    this.#whole = `${WHOLE}${String(epoch)}`;
    this.isWhole = isWhole;
  }

  static async open(options: MarkerIndexOptions): Promise<MarkerIndex> {
    const { disk, folder, name, epoch, setAside } = options;
    if (await isInTheWay(options)) await setAside({ path: folder, name, why: 'not a folder' });
    await disk.makePrivateFolder(folder);
    const earlier = `${WHOLE}${String(epoch - 1)}`;
    const isWhole = await disk.exists(join(folder, earlier));
    const index = new MarkerIndex(options, isWhole);
    if (isWhole) await disk.move(join(folder, earlier), join(folder, index.#whole));
    return index;
  }

  /** To be called once all records have been noted. */
  async noteWhole(): Promise<void> {
    await this.add(this.#whole);
    const others = (await this.#list()).filter((name) => name.startsWith(WHOLE) && name !== this.#whole);
    for (const name of others) await this.remove(name);
  }

  async names(): Promise<string[]> {
    return (await this.#list()).filter((name) => !name.startsWith('.'));
  }

  has(name: string): Promise<boolean> {
    return this.#disk.exists(join(this.#folder, name));
  }

  /** Resolves when it is durable. */
  async add(name: string): Promise<void> {
    await this.#disk.createMarker(join(this.#folder, name));
  }

  /** Not durable: a crash may bring it back. */
  async remove(name: string): Promise<void> {
    await this.#disk.remove(join(this.#folder, name));
  }

  async #list(): Promise<string[]> {
    return (await this.#disk.list(this.#folder)) ?? [];
  }
}

/** A file of somebody's is kept, as everything that we can't read is. */
async function isInTheWay({ disk, folder }: MarkerIndexOptions): Promise<boolean> {
  return (await disk.exists(folder)) && !(await disk.isFolder(folder));
}
