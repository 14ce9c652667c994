/** What the daemon asks of storage. `lowdb-store.ts` keeps it in files, `memory-store.ts` in memory; one suite holds both. */
import type { OwedReply } from '../../machines/owed-reply.ts';
import type { SessionRecord } from '../../machines/session-record.ts';

/** A file of a message that arrives. */
export interface ArrivingFile {
  /** Telegram's. */
  fileId: string;
  /** The message that it came with: the sender's, or the one that it replies to. */
  messageId: number;
  of: 'sender' | 'forwarded' | 'repliedTo';
  kind: 'photo' | 'document' | 'voice' | 'audio' | 'video' | 'video_note' | 'animation';
  /** As its uploader named it: anything. */
  name: string | null;
  mimeType: string | null;
  durationSeconds: number | null;
  state:
    | { type: 'wanted' }
    /** `path` is relative to the session's workspace. */
    | { type: 'kept'; path: string; bytes: number; transcript: Transcript }
    | { type: 'failed'; why: FileFailure };
}

/** What was said in a recording, in words. */
export type Transcript =
  | { type: 'none' }
  | { type: 'words'; text: string }
  /** No transcriber is configured. */
  | { type: 'notConfigured' }
  /** `detail`: how its program ended, in a few words of ours. */
  | { type: 'failed'; detail: string };

/** `gone`: Telegram has it no more. `unsafeFolder`: the folder for it leads out of the workspace. */
export type FileFailure =
  'tooBig' | 'gone' | 'localServer' | 'unreachable' | 'diskRefused' | 'unsafeFolder' | 'noWorkspace';

/** A message that is taken and not in a session's inbox yet: something of its prompt is still on its way. */
export interface ArrivingMessage {
  messageId: number;
  uuid: string;
  threadId: number | null;
  /** The session that was current when it came. */
  sessionId: string;
  /** Wall clock, ms since the epoch. */
  at: number;
  /** The uuid of the prompt that it becomes, or becomes a part of: that of the prompt's first message. */
  prompt: string;
  /** What the next piece of the prompt is known by; null if none follows. */
  waitsFor: string | null;
  /** The sender's own words. */
  text: string;
  context: { heading: string; quoted: string | null }[];
  files: ArrivingFile[];
}

/** A chat's sessions, which of them is the current one, and what the bot itself has said there. */
export interface ChatRecord {
  version: 2;
  chatId: number;
  sessions: {
    id: string;
    threadId: number | null;
    /** The message that asked for it: the same one never creates two. */
    createdBy: number;
  }[];
  /** By topic: the thread id as text, or `main` for the chat itself. */
  current: Record<string, string>;
  /** What people called topics that have no session yet, by thread id as text. */
  topicNames: Record<string, string>;
  /** The last messages that the bot answered itself, so that a command that comes again is not done again. */
  answered: number[];
  outbox: OwedReply[];
  /** Of the outbox; null while Telegram takes it. */
  undeliverable: SessionRecord['undeliverable'];
  unconfirmed: SessionRecord['unconfirmed'];
  /** In the order in which they go to their sessions, within each topic. */
  arriving: ArrivingMessage[];
  /** The last messages that came in by `arriving`, so that one that comes again is known. */
  arrived: number[];
  /** What people here were told once and for all. */
  hints: 'transcriber'[];
  /** How turns are shown, by topic as in `current`, where somebody chose it. */
  views: Record<string, TurnView>;
  /** The supergroup that the group became, where its sessions are, or are being, moved. */
  movedTo: number | null;
}

export interface TurnView {
  isVerbose: boolean;
  usesDrafts: boolean;
}

/** A person who was let in with a code from the host. */
export interface PairedPerson {
  /** Telegram's. */
  userId: number;
  /** As Telegram says it; anything may stand in it. */
  name: string;
  /** Wall clock, ms since the epoch. */
  since: number;
  how: 'paired';
  /** The message that carried the code, in the person's private chat. */
  messageId: number;
}

/** Who may use the bot besides those whom the settings name. */
export interface AccessRecord {
  version: 1;
  people: PairedPerson[];
  /** The code that waits for its person, as a hash; null if none does. */
  pairing: { codeHash: string; expiresAt: number } | null;
}

/** What people have let folders run for Claude, after it was shown to them (`FolderProgram`). */
export interface TrustRecord {
  version: 1;
  /** By their absolute paths, behind all links. */
  folders: Record<string, TrustedFolder>;
}

export interface TrustedFolder {
  /** Wall clock, ms since the epoch: when somebody tapped last. */
  at: number;
  /** The keys of what they have seen. */
  seen: string[];
}

/**
 * A file that could not be read or validated. It was renamed, never overwritten. One that a newer Hibernaut wrote, or
 * that the system does not let us read, stays in its place, and no save takes it.
 */
export interface SetAside {
  /** Where its bytes are now. */
  path: string;
  /** The session or chat it was of, as far as its name says. */
  name: string;
  why: string;
}

/** A save under an older epoch: another daemon has taken over, and this one must end its process. */
export class StaleEpochError extends Error {
  override name = 'StaleEpochError';
}

export interface SessionCounts {
  all: number;
  /** Those that are terminated; may be off by as many as a crash fell upon. */
  ended: number;
}

export interface Store {
  /** This daemon's start count on the data folder, one more at each `open`. */
  readonly epoch: number;
  /** Null if there is none, or none that can be read (then `setAside` tells). Rejects if it is the disk that refuses. */
  loadSession(id: string): Promise<SessionRecord | null>;
  /**
   * Resolves once this record, or a newer one of the same session, is durable. Saves of one session coalesce.
   * The caller does not change the object afterwards.
   * @throws StaleEpochError if the stored record has a higher epoch; Error with the path if the disk refuses
   */
  saveSession(record: SessionRecord): Promise<void>;
  /** Ids of the sessions that were not quiet (`isQuiet`) when last saved. Its cost does not grow with the quiet ones. */
  unquietSessions(): Promise<string[]>;
  /** Ids of all sessions. */
  sessionIds(): Promise<string[]>;
  /**
   * Of these sessions, those that were saved at that time or later; others may be among them. It reads none.
   * @param at wall clock, ms since the epoch
   */
  savedSince(ids: readonly string[], at: number): Promise<string[]>;
  /** Of all sessions, those that have ended; may be off by as many as a crash fell upon. It reads none. */
  endedSessions(): Promise<string[]>;
  /** Sessions that have this conversation of Claude's, as they were last saved; others may be among them. It reads none. */
  sessionsWith(claudeSessionId: string): Promise<string[]>;
  /** How many there are. It reads no session, only names. */
  countSessions(): Promise<SessionCounts>;
  loadChat(chatId: number): Promise<ChatRecord | null>;
  /** Resolves once it is durable. */
  saveChat(chat: ChatRecord): Promise<void>;
  chatIds(): Promise<number[]>;
  /** Ids of the chats that were not quiet (`isQuietChat`) when last saved. Its cost does not grow with the quiet ones. */
  unquietChats(): Promise<number[]>;
  /** Null if there is none, or none that can be read: then nobody beyond the settings has access. */
  loadAccess(): Promise<AccessRecord | null>;
  /** Resolves once it is durable. */
  saveAccess(access: AccessRecord): Promise<void>;
  /** Null if there is none, or none that can be read: then people are asked again. */
  loadTrust(): Promise<TrustRecord | null>;
  /** Resolves once it is durable. */
  saveTrust(trust: TrustRecord): Promise<void>;
  /** What was found unreadable since `open`. */
  readonly setAside: readonly SetAside[];
  /** Resolves once all saves under way are durable. */
  close(): Promise<void>;
}
