/** What lies in the data folder, by what it is for. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface Disk {
  /** Files in the folders that hold what is on its way only: they are empty when nothing is. */
  underWay: number;
  /** Sessions that ever were; each is kept until somebody removes it. */
  sessions: number;
  chats: number;
  /** Of the records of sessions and chats, and of the histories. */
  bytes: number;
  /** Of the largest of these files. */
  largestBytes: number;
}

const UNDER_WAY = ['unquiet', 'outgoing', 'tmp'];
const KEPT = ['sessions', 'chats', 'history'];

export async function diskOf(dataDir: string): Promise<Disk> {
  const countOf = async (folder: string) => (await filesIn(join(dataDir, folder))).length;
  const underWay = await Promise.all(UNDER_WAY.map(countOf));
  const kept = (await Promise.all(KEPT.map((folder) => filesIn(join(dataDir, folder))))).flat();
  const sizes = await Promise.all(kept.map(async (path) => (await stat(path)).size));
  return {
    underWay: underWay.reduce((sum, count) => sum + count, 0),
    sessions: await countOf('sessions'),
    chats: await countOf('chats'),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    largestBytes: Math.max(0, ...sizes),
  };
}

/** Folders that are not there have nothing in them; `.whole-…` in an index says no more than that it is whole. */
async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.filter((name) => !name.startsWith('.')).map((name) => join(folder, name));
}
