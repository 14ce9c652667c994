/** The files that something is being done to, and those that were written last. The others cost no memory: most are at rest. */
import { Low } from 'lowdb';
import type { DurableJsonFile } from './durable-json-file.ts';

/** How many files at rest are remembered: as many as there are busy sessions, and their next save need not read them. */
const REMEMBERED = 200;

export class OpenFiles<T> {
  readonly #create: (name: string) => DurableJsonFile<T>;
  readonly #files = new Map<string, DurableJsonFile<T>>();

  constructor(create: (name: string) => DurableJsonFile<T>) {
    this.#create = create;
  }

  /** A fresh object, after the saves asked for before. Null if there is no readable one. */
  async load(name: string): Promise<T | null> {
    return this.#with(name, async (low) => {
      await low.read();
      return low.data;
    });
  }

  /** Resolves once `record`, or a newer one of that name, is durable. */
  async save(name: string, record: T): Promise<void> {
    await this.#with(name, (low) => {
      low.data = record;
      return low.write();
    });
  }

  /** Resolves once everything asked for so far has ended, well or badly. */
  async settled(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.settled()));
  }

  async #with<R>(name: string, work: (low: Low<T | null>) => Promise<R>): Promise<R> {
    // One adapter per file while it is in use, so that its reads and writes take turns.
    const file = this.#files.get(name) ?? this.#create(name);
    // To the end: the one that was not used for longest comes first.
    this.#files.delete(name);
    this.#files.set(name, file);
    try {
      return await work(new Low<T | null>(file, null));
    } finally {
      this.#forgetOldest();
    }
  }

  #forgetOldest(): void {
    for (const [name, file] of this.#files) {
      if (this.#files.size <= REMEMBERED) return;
      if (file.isFree) this.#files.delete(name);
    }
  }
}
