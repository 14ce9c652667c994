/** A person's message with all that it brings: its own words, files, and words of others; and how files are fetched. */

/** A person's message, ready for a session's inbox. */
export interface IncomingMessage {
  /** The same Telegram message always has the same one (uuid v5 of bot, chat and message id). */
  uuid: string;
  messageId: number;
  text: string;
  /** Wall clock, ms since the epoch. */
  at: number;
  /** It was sent with the command line, so the chat is shown it. */
  by?: 'commandLine';
}

/** As Telegram names the fields of a message (Bot API, Message). */
export const FILE_KINDS = [
  'photo',
  'document',
  'voice',
  'audio',
  'video',
  'video_note',
  'animation',
] as const;

export type FileKind = (typeof FILE_KINDS)[number];

/** A file that Telegram holds for us. Name and type are the uploader's words: anything. */
export interface SentFile {
  fileId: string;
  /** The message that it came with: the sender's, or the one that it replies to. */
  messageId: number;
  of: 'sender' | 'forwarded' | 'repliedTo';
  kind: FileKind;
  name: string | null;
  mimeType: string | null;
  sizeBytes: number | null;
  durationSeconds: number | null;
}

/** Something for Claude to know that is not in the sender's own words. */
export interface ContextNote {
  /** Ours: one line. */
  heading: string;
  /** Somebody's words, as they are. */
  quoted: string | null;
}

/** The text is the sender's own words; empty without any. */
export interface Arrival extends IncomingMessage {
  context: ContextNote[];
  files: SentFile[];
  /**
   * What Telegram cut into several messages has the same one in each of them (an album; texts of one person, one of
   * which may be the rest of a long paste). Null for a message that is whole for sure.
   */
  pieceOf: string | null;
  /** Whether another piece may follow. */
  mayGoOn: boolean;
}

/** How one try to fetch a file ended. Descriptions are for the log: no token, no address, no name. */
export type Download =
  | { outcome: 'complete'; bytes: number }
  /**
   * Telegram won't give it, later neither. `localServer`: the Bot API server runs with `--local` and names a place on
   * its own disk, which is not ours to read.
   */
  | { outcome: 'refused'; why: 'tooBig' | 'gone' | 'localServer'; description: string }
  /** It may work later, in `retryAfterMs` at the earliest if Telegram said so. */
  | { outcome: 'failed'; retryAfterMs: number | null; description: string };

export interface DownloadPort {
  /**
   * Fetches a file, piece by piece. What it throws is what `write` threw, or the signal's reason.
   * @param write awaited for each piece, in order; a try that fails may have written some
   */
  download(
    fileId: string,
    write: (piece: Uint8Array) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Download>;
}
