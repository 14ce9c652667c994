/**
 * The mark that every process of a session carries in its environment, and hands on to whatever it starts:
 * `<data folder>/<session>/<daemon>`, the folder as a hash, the daemon as a number drawn at its start.
 */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';

/** A tool of Claude's may leave its process group and its parent; this variable it keeps. */
export const OWNER_VARIABLE = 'HIBERNAUT_OWNER';

/** Whether a process with this mark is meant. */
export type OwnerTest = (owner: string) => boolean;

/** The value of `HIBERNAUT_OWNER` for one session under one daemon. */
export function ownerOf(dataDir: string, sessionId: string, daemonId: string): string {
  return `${hashOf(dataDir)}/${sessionId}/${daemonId}`;
}

/** Those that any daemon started on this data folder. */
export function ofFolder(dataDir: string): OwnerTest {
  const prefix = `${hashOf(dataDir)}/`;
  return (owner) => owner.startsWith(prefix);
}

/** Those of one session, whichever daemon started them. */
export function ofSession(dataDir: string, sessionId: string): OwnerTest {
  const prefix = `${hashOf(dataDir)}/${sessionId}/`;
  return (owner) => owner.startsWith(prefix);
}

/** Those that one daemon started, and not the one before it or after it on the same folder. */
export function ofDaemon(daemonId: string): OwnerTest {
  const suffix = `/${daemonId}`;
  return (owner) => owner.endsWith(suffix);
}

/** Differs between folders; the same folder by another path is the same owner. */
function hashOf(dataDir: string): string {
  return createHash('sha256').update(canonical(dataDir)).digest('hex').slice(0, 16);
}

function canonical(dataDir: string): string {
  try {
    return realpathSync(dataDir);
  } catch {
    // It does not exist yet: then no process was ever started for it by another path.
    return resolve(dataDir);
  }
}
