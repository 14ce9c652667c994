/** What the daemon asks of a Claude Code process. Implemented in this folder; a steerable one for tests passes the same suite. */
import type {
  ClaudeCommand,
  ClaudeEvent,
  ClaudeInput,
  DeskCommand,
  DeskEvent,
  DeskVisit,
  Recovery,
  RecoveryInput,
} from '../../machines/session-events.ts';
import type { ClaudeOffers } from '../../machines/claude-offers.ts';
import type { ClaudeUsage, RewindPoint } from '../../machines/claude-reports.ts';
import type { DeskHold, ProcessIdentity } from '../../machines/session-record.ts';

/** What Claude Code says of its login (`login.ts`). */
export type ClaudeLogin =
  | {
      state: 'loggedIn';
      /** As Claude Code names it: `claude.ai`, `api_key`, `oauth_token`, `api_key_helper`, `third_party`, … */
      method: string;
      /** `firstParty`, `bedrock`, `vertex`, `foundry`, … */
      provider: string;
      email: string | null;
      /** `max`, `pro`, …; null if there is none or it is not known. */
      plan: string | null;
    }
  | { state: 'loggedOut' }
  /** A sentence or two with the repair. */
  | { state: 'unknown'; why: string };

/** What Claude is doing right now, for the live message. Each one replaces the one before; it is never kept on disk. */
export interface TurnProgress {
  /** The text of the answer so far, Markdown; empty until Claude begins to write. */
  text: string;
  /** The end of what Claude thinks right now, empty if it does not show that; null unless it thinks. */
  thought: string | null;
  /** Those used since the last answer, the newest last. */
  tools: { count: number; latest: ToolCall[] };
  /** What Claude has set itself to do in this turn, in its order. */
  todos: Todo[];
  /** Those at work now. */
  agents: SubAgent[];
}

export interface ToolCall {
  /** Of one line: `Bash: npm test`. */
  words: string;
  state: 'running' | 'done' | 'failed';
}

export interface Todo {
  /** Of one line. */
  words: string;
  state: 'open' | 'doing' | 'done';
}

export interface SubAgent {
  /** What it was given to do, in one line. */
  task: string;
  /** The tool that it used last, as a `ToolCall`'s words; null before the first. */
  doing: string | null;
}

/** What Claude wants to send to the people in the chat. Nothing about it is known to be true. */
export interface FilesToSend {
  /** As Claude named them. */
  paths: string[];
  /** Markdown, or null. */
  caption: string | null;
}

/** What people have let folders run (`FolderProgram`), and what they let them run from now on. */
export interface TrustKeeper {
  /** Keys of what somebody has seen of the folder (absolute, behind all links). */
  seen(folder: string): ReadonlySet<string>;
  /** A person has let Claude write this into the folder's settings: they have seen it, too. Never throws. */
  noteSeen(folder: string, keys: readonly string[]): void;
}

export interface ClaudeListener {
  readonly trust: TrustKeeper;
  /** Facts for the session machine, in order; `claude.exited` is the last one, and comes exactly once. */
  event(event: ClaudeEvent): void;
  /** At most one call per chunk that Claude streams. */
  progress(progress: TurnProgress): void;
  /** At the handshake, before `claude.ready`, and each time that they change. Never kept on disk. */
  offers(offers: ClaudeOffers): void;
  /**
   * Resolves once the files are sure to be sent, whatever becomes of them, of Claude and of the daemon: with their
   * names, or with a sentence for Claude that says why none of them is.
   */
  sendFiles(files: FilesToSend): Promise<{ names: string[] } | { refused: string }>;
}

/** One process behind one live session. */
export interface ClaudeProcess {
  /**
   * Never throws; a command that comes too late (the process has gone) is ignored. One prompt at a time: Claude Code
   * would take two that wait into one turn, with one answer.
   */
  send(command: ClaudeCommand): void;
  /** Null while it can't say: not ready, or ending. */
  usage(): Promise<ClaudeUsage | null>;
  /** The last messages before which Claude has changed files, the newest first; empty while it can't say. */
  rewindPoints(): Promise<RewindPoint[]>;
  /** Puts the files back to how they were before that message. Whether it could. */
  rewind(uuid: string): Promise<boolean>;
  /** Ends the whole tree at once, without the ladder: for a session whose actor failed. Resolves when nothing of it lives. */
  kill(): Promise<void>;
}

/** A conversation that Claude Code keeps, whoever began it. */
export interface KnownConversation {
  claudeSessionId: string;
  /** Its title, or what its person said; one line or more, of any length. */
  title: string;
  /** Absolute: where it was begun, and can be continued. */
  folder: string;
  /** Wall clock, ms since the epoch. */
  lastUsedAt: number;
}

/** Claude Code's conversations on disk. None of it needs a process, and none of it disturbs one. */
export interface ConversationsPort {
  /** Those that were begun in this folder (absolute), the last used first; those of sub-agents are left out. */
  list(folder: string): Promise<KnownConversation[]>;
  /** Null if Claude Code knows no such conversation, or nothing was said in it. */
  find(claudeSessionId: string): Promise<KnownConversation | null>;
  /**
   * Copies the conversation as it is now; the original is not touched.
   * @param title null: the original's, marked as a fork
   * @returns the id of the copy, with which it can be resumed
   */
  fork(claudeSessionId: string, title: string | null): Promise<string>;
  /** The pid of a Claude Code process, ours or any other's, that has the conversation open now; else null. */
  openIn(claudeSessionId: string): Promise<number | null>;
  /** The conversation that this Claude Code process says it has open, or had when it was killed; else null. */
  openBy(pid: number): Promise<string | null>;
}

/** Claude Code in a person's own terminal, where they go on with a session. */
export interface DeskPort {
  /** Of a process that runs and that we can see; else null. */
  identify(pid: number): ProcessIdentity | null;
  /** Whether Claude Code has written anything of the conversation, so that it can only be resumed. */
  isBegun(claudeSessionId: string): Promise<boolean>;
  /** Where it keeps conversations, if it was told so; else null. */
  readonly configFolder: string | null;
  /** What happened in these conversations since then. */
  visit(of: Pick<DeskHold, 'since' | 'conversations'>): Promise<DeskVisit>;
  /**
   * Tells what can be seen of it from outside: `desk.detached` is the last word, and comes when neither the terminal's
   * Claude nor what opened it runs any more.
   */
  watch(
    desk: DeskHold,
    tell: (event: DeskEvent) => void,
  ): { send(command: DeskCommand): void; release(): void };
}

export interface ProcessMemory {
  /** How many processes, those of tools included. */
  processes: number;
  /** What they share counts for each. */
  residentBytes: number;
}

export interface ClaudePort {
  readonly conversations: ConversationsPort;
  readonly desk: DeskPort;
  /**
   * Starts or resumes the conversation. Returns at once and never throws: whatever goes wrong is `claude.failed`
   * followed by `claude.exited`. Where nobody has trusted the folder with what it would run, nothing is started, and
   * `claude.exited` says so.
   * @param beforePrompt awaited before each prompt is handed over: the record that says so must be durable first
   */
  start(input: ClaudeInput, listener: ClaudeListener, beforePrompt: () => Promise<void>): ClaudeProcess;
  /** Ends whatever is left of the session's process, then looks up in the transcript what became of the prompts. */
  recover(input: RecoveryInput): Promise<Recovery>;
  /**
   * Ends every process that a daemon on this data folder left behind, whole trees; resolves with those it ended
   * (`startedAt` is then the time when they were found). Where the system does not tell the environment of
   * processes (macOS) it finds none, and `recover` ends those that records name.
   */
  endOrphans(): Promise<ProcessIdentity[]>;
  /**
   * What this daemon's processes hold in memory, with whatever they started. It reads the process table: not for often.
   * @param roots those that are known to live; where the environment of processes is told, others are found too
   */
  memory(roots: readonly ProcessIdentity[]): Promise<ProcessMemory>;
}
