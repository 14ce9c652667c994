/** The daemon's start count on a data folder. It only ever grows, whatever happens to its file. */
import { Low } from 'lowdb';
import type { SessionRecord } from '../../machines/session-record.ts';
import type { DurableJsonFile } from './durable-json-file.ts';
import { WRITER } from './folder-versions.ts';
import { RECORD_VERSIONS } from './migrations.ts';

export interface EpochRecord {
  version: 2;
  epoch: number;
  /** The Hibernaut that started last; null: one that did not say. */
  writtenBy: string | null;
  /** The newest version of each kind of record that it may have written. */
  records: Record<string, number>;
}

/**
 * Counts one more start, durably.
 * @param scan all sessions: without a readable count, the highest epoch among them is where it was
 * @throws StoreError if a newer Hibernaut wrote the count
 */
export async function nextEpoch(
  file: DurableJsonFile<EpochRecord>,
  scan: () => AsyncIterable<SessionRecord>,
): Promise<number> {
  const low = new Low<EpochRecord | null>(file, null);
  await low.read();
  const last = low.data?.epoch ?? (await highestOf(scan()));
  low.data = { version: 2, epoch: last + 1, writtenBy: WRITER, records: { ...RECORD_VERSIONS } };
  await low.write();
  return low.data.epoch;
}

async function highestOf(records: AsyncIterable<SessionRecord>): Promise<number> {
  let highest = 0;
  for await (const { epoch } of records) highest = Math.max(highest, epoch);
  return highest;
}
