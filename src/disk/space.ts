/** How much room a folder's file system has, and when that is too little. */
import { stat, statfs } from 'node:fs/promises';

export interface DiskSpace {
  /** Of the file system: two folders on the same one have the same. */
  device: number;
  totalBytes: number;
  /** To a user without privileges. */
  availableBytes: number;
}

const MIB = 1_024 * 1_024;
/** Enough for what Claude writes within a day; on a small disk a twentieth of it. */
const LOW_BYTES = 512 * MIB;
const LOW_SHARE = 0.05;
/** What is enough again, as a multiple of what is low, so that a file more or less does not go back and forth. */
const ENOUGH = 2;

/** @throws what `stat` and `statfs` throw: the folder is gone, or closed to us */
export async function diskSpace(folder: string): Promise<DiskSpace> {
  const [{ dev }, { bsize, blocks, bavail }] = await Promise.all([stat(folder), statfs(folder)]);
  return { device: dev, totalBytes: bsize * blocks, availableBytes: bsize * bavail };
}

export function lowBytes({ totalBytes }: Pick<DiskSpace, 'totalBytes'>): number {
  return Math.min(LOW_BYTES, totalBytes * LOW_SHARE);
}

/** `between`: neither; whatever was so before still counts. */
export function judgeSpace(space: Omit<DiskSpace, 'device'>): 'low' | 'between' | 'enough' {
  const low = lowBytes(space);
  // A file system that tells no size (some network and kernel ones) can not be judged.
  if (space.totalBytes === 0 || space.availableBytes >= low * ENOUGH) return 'enough';
  return space.availableBytes < low ? 'low' : 'between';
}
