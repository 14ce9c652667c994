/** Builds the indexes that are missing, in one pass over all records, while the store is in use already. */
import type { MarkerIndex } from './marker-index.ts';
import type { StoreLog } from './unreadable-files.ts';

/** What is built: an index, and how a record is noted in it. */
export interface Buildable<T> {
  index: MarkerIndex;
  note: (record: T) => Promise<void>;
}

export interface IndexBuilding {
  /** Resolves once all indexes are whole. Rejects if the disk refuses; the next start builds them again. */
  built: Promise<void>;
  /** Resolves once nothing is done any more; what is not whole by then, the next start builds. */
  stop(): Promise<void>;
}

/**
 * Saves go on meanwhile, and each notes what it saves: a record that is read here before such a save can only leave a
 * marker too many.
 */
export function buildIndexes<T>(
  indexes: readonly Buildable<T>[],
  records: () => AsyncIterable<T>,
  log: StoreLog | undefined,
): IndexBuilding {
  const missing = indexes.filter(({ index }) => !index.isWhole);
  let isStopped = false;
  const build = async (): Promise<void> => {
    if (missing.length === 0) return;
    for await (const record of records()) {
      if (isStopped) throw new Error('The store was closed before its indexes were built again.');
      for (const { note } of missing) await note(record);
    }
    for (const { index } of missing) await index.noteWhole();
  };
  const built = build();
  built.catch((error: unknown) => {
    if (!isStopped) log?.error({ err: error }, 'store.indexNotBuilt');
  });
  return {
    built,
    stop: async () => {
      isStopped = true;
      await built.catch(() => undefined);
    },
  };
}
