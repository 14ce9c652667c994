/** How Claude works in a session: its settings, the files of its folder, what it has used. */
import type { ClaudeOffers } from '../../../machines/claude-offers.ts';
import type { ClaudeUsage, FileChanges, RewindPoint } from '../../../machines/claude-reports.ts';
import type { ClaudeSettings } from '../../../machines/session-events.ts';
import type { OutgoingFile } from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import type { ChatAddress, Refusal } from './messages.ts';

/** How Claude works in a session. */
export interface SettingsPort {
  /** Whether a session may be put into the mode that asks for nothing. */
  readonly allowsBypass: boolean;
  /** The current session, or a new one that becomes it: the same message never creates two. */
  currentOrNew(address: ChatAddress, messageId: number, at: number): Promise<SessionView>;
  /** From now on, in the middle of a turn too. Null if the chat has no such session. */
  changeSettings(
    chatId: number,
    sessionId: string,
    settings: Partial<ClaudeSettings>,
    at: number,
  ): Promise<SessionView | null>;
  /**
   * Goes on in another folder; the conversation stays. Refused while Claude works, and for a folder in which sessions
   * may not work. Null if the chat has no such session.
   * @param folder relative to the default workspace, or absolute
   */
  changeFolder(
    chatId: number,
    sessionId: string,
    folder: string,
    at: number,
  ): Promise<SessionView | Refusal | null>;
  /** Claude remembers nothing from now on. A turn that is open is interrupted. Null if the chat has no such session. */
  newConversation(chatId: number, sessionId: string, at: number): Promise<SessionView | null>;
  /**
   * What Claude Code offers in the session's folder. Starts its process if no process has said so yet, and waits some
   * seconds for it; null if Claude does not get ready.
   */
  offers(session: Pick<SessionView, 'id' | 'workspace'>, at: number): Promise<ClaudeOffers | null>;
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

/** What changed in a session's folder. */
export interface FolderChanges {
  /** Since when: what was asked for, or the last commit if nothing is known of the turn. */
  since: 'turn' | 'commit';
  /** When the turn began: wall clock, ms since the epoch. Null for a commit. */
  at: number | null;
  /** In git's words: `2 files changed, 3 insertions(+)`. Empty if nothing did. */
  summary: string;
  /** As git writes it; where it is too long for a message a file, which the caller has to owe next. */
  patch: string | OutgoingFile;
  /** It was too long even for a file, which is its beginning. */
  isCut: boolean;
  /** How many changed or new files are too large to be compared. */
  leftOut: number;
}

/** Files of the current session's folder that go out to the chat. */
export interface FilesPort {
  /**
   * A copy of the file, which the caller has to owe next, or what lies in the folder.
   * @param named relative to the session's folder (without a session: the default one), absolute, or under `~`
   */
  getFile(address: ChatAddress, named: string): Promise<OutgoingFile | FolderListing | Refusal>;
  /** What changed in the current session's folder; null if the chat has none. */
  changes(address: ChatAddress, since: FolderChanges['since']): Promise<FolderChanges | Refusal | null>;
  /** The bytes of a file that is owed, or null if its copy is gone. Rejects if the disk refuses. */
  readCopy(key: string): Promise<Uint8Array | null>;
}

/** What Claude is asked about its work in a session. */
export interface ReportsPort {
  /** As it is now, or as it was said last since the daemon started; null if it never was. Wakes nothing. */
  usage(sessionId: string): Promise<{ usage: ClaudeUsage; at: number } | null>;
  /**
   * The messages before which Claude changed files, the newest first. Starts its process if need be.
   * Refused while Claude works, or if it does not start. Null if the chat has no such session.
   */
  rewindPoints(chatId: number, sessionId: string, at: number): Promise<RewindPoint[] | Refusal | null>;
  /** Puts the files back to how they were before that message. As `rewindPoints`. */
  rewind(chatId: number, sessionId: string, uuid: string, at: number): Promise<FileChanges | Refusal | null>;
}
