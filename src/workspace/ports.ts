/** What the daemon asks about the folders that sessions work in: files that go out to people. */
import type { OutgoingFile } from '../../machines/session-record.ts';

/** Refused with a sentence that says why, and what to do instead. */
export interface Refusal {
  refused: string;
}

/** What changed in a session's folder. */
export interface Changes {
  /** Since when: what was asked for, or the last commit if nothing is known of the turn. */
  since: 'turn' | 'commit';
  /** When the turn began: wall clock, ms since the epoch. Null for a commit. */
  at: number | null;
  /** In git's words: `2 files changed, 3 insertions(+)`. Empty if nothing did. */
  summary: string;
  /** As git writes it, in whatever encoding the files have. */
  patch: Uint8Array;
  /** It was too long, and this is its beginning. */
  isCut: boolean;
  /** How many changed or new files are too large to be compared. */
  leftOut: number;
}

/** What lies in a folder. */
export interface FolderListing {
  /** Its real path. */
  folder: string;
  /** In order; those of folders end with a slash. */
  names: string[];
  /** How many more there are. */
  more: number;
}

/** Whose a copy is: the id of the session, or of the chat, whose record names it. */
export type CopyOwner = { sessionId: string } | { chatId: number };

export interface WorkspacePort {
  /**
   * Copies the file, so that it can be sent whatever becomes of it meanwhile. What the copy is for must be in a record
   * next; if it comes to no record, it is for `drop`.
   * @param named absolute, under `~`, or relative to the session's folder
   */
  copy(owner: CopyOwner, named: string, workspace: string): Promise<OutgoingFile | FolderListing | Refusal>;
  /** As `copy`, of bytes that are in no file. */
  copyBytes(owner: CopyOwner, name: string, bytes: Uint8Array): Promise<OutgoingFile | Refusal>;
  /** A turn begins in the folder: what is in it now is what `changes` compares with. Nobody has to wait for it. */
  beginTurn(sessionId: string, folder: string): Promise<void>;
  /** What changed since the session's last turn began, or since the last commit. */
  changes(since: Changes['since'], sessionId: string, folder: string): Promise<Changes | Refusal>;
  /** The session is over. Never rejects. */
  forgetTurns(sessionId: string): Promise<void>;
  /** The copy's bytes, or null if it is gone. Rejects if the disk refuses. */
  read(key: string): Promise<Uint8Array | null>;
  /** They are needed no longer. Never rejects: what stays is for `sweep`. */
  drop(keys: readonly string[]): Promise<void>;
  /**
   * Drops the copies that were there when this was called and that no record names: a crash came between.
   * @param keysOf what the owner's record names; null if that can't be told now
   */
  sweep(keysOf: (owner: CopyOwner) => Promise<ReadonlySet<string> | null>): Promise<void>;
}
