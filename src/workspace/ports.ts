/** What the daemon asks about the folders that sessions work in: files that go out to people. */
import type { OutgoingFile } from '../../machines/session-record.ts';

/** Refused with a sentence that says why, and what to do instead. */
export interface Refusal {
  refused: string;
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
