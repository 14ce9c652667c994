/** The mark that every process of a session carries in its environment, and hands on to whatever it starts. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';

/** A tool of Claude's may leave its process group and its parent; this variable it keeps. */
export const OWNER_VARIABLE = 'HIBERNAUT_OWNER';

/** What the processes of all sessions of one data folder have in common. Differs between folders. */
export function ownerPrefixOf(dataDir: string): string {
  return `${createHash('sha256').update(canonical(dataDir)).digest('hex').slice(0, 16)}/`;
}

/** The value of `HIBERNAUT_OWNER` for one session. */
export function ownerOf(dataDir: string, sessionId: string): string {
  return ownerPrefixOf(dataDir) + sessionId;
}

/** The same folder by another path is the same owner. */
function canonical(dataDir: string): string {
  try {
    return realpathSync(dataDir);
  } catch {
    // It does not exist yet: then no process was ever started for it by another path.
    return resolve(dataDir);
  }
}
