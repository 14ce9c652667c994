/** What is kept of a session between processes and between daemons: plain JSON, versioned, no library's snapshot. */
import type { FolderProgram } from './folder-programs.ts';

/** The four words people see. Everything finer is a substate. */
export type SessionState = 'active' | 'idle' | 'suspended' | 'terminated';

/** Claude Code's permission modes that a session can be in (the SDK's `PermissionMode`). */
export type PermissionMode = 'default' | 'acceptEdits' | 'plan' | 'bypassPermissions';

export const PERMISSION_MODES = [
  'default',
  'acceptEdits',
  'plan',
  'bypassPermissions',
] as const satisfies PermissionMode[];

/** How much a model may think before it answers (the SDK's `EffortLevel`). Which ones there are is the model's affair. */
export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const satisfies Effort[];

/**
 * Why a process ended. The first reason given is the one kept. `desk`: `hibernaut attach` took the session over.
 * `failed`: Claude said why it can't work, and the chat was told (not logged in, working directory gone …); it is no crash.
 */
export type EndReason = (typeof END_REASONS)[number];

export const END_REASONS = [
  'idle',
  'user',
  'drained',
  'crashed',
  'failed',
  'unresponsive',
  'evicted',
  'desk',
] as const;

/** A process that can't be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque start time from the kernel (`/proc/PID/stat` field 22 with the boot id, or `ps`'s lstart). */
  startTime: string;
  /** Wall clock, ms since the epoch: for people. */
  startedAt: number;
}

/** How and why the last process of a session ended. */
export interface ProcessEnd {
  reason: EndReason;
  code: number | null;
  signal: string | null;
  at: number;
}

/** Whether Claude works with what its folder brings along, as far as that is trusted, or without any of it. */
export type FolderSettings = 'asTrusted' | 'leftOut';

/** What becomes of messages that come while Claude works: it gets them within its turn, or one after the other. */
export type WhileWorking = 'steer' | 'queue';

/**
 * An accepted message that is not yet answered.
 * `waiting` goes to Claude as soon as it can; `delivered` was handed over and may have reached Claude; of `taken` Claude
 * has said that it did; `parked` was handed over when the work was put off, and is held once it is known that it did not
 * arrive; `held` waits until the sender writes again, because trying now would fail as before (not logged in, too many crashes …); `undecided` waits until
 * the sender chose whether it goes on (`Choice`); `said` was the answer to an approval, and no prompt.
 */
export interface InboxMessage {
  /** Derived from the Telegram message; Claude writes it to its transcript. */
  uuid: string;
  /** The Telegram message it came from, for replies. */
  messageId: number;
  text: string;
  at: number;
  state: 'waiting' | 'delivered' | 'taken' | 'parked' | 'held' | 'undecided' | 'said';
  /** 0 for the sender's own words, 1 for a "continue" after a turn that was cut off. */
  attempt: 0 | 1;
  /** What its sender wants of it, as long as nobody knows whether Claude has taken it. */
  wish: MessageWish | null;
}

export type MessageWish =
  /** These words in place of its own; under a new uuid, for Claude's queue takes none twice. */
  { type: 'edit'; uuid: string; text: string } | { type: 'withdraw' };

/** A tool call that Claude may only make after a person allowed it, or by which Claude asks that person something. */
export interface Approval {
  /** Opaque and unguessable; it is what a button carries. */
  id: string;
  toolName: string;
  /** The tool's whole input, as Claude gave it. */
  input: Record<string, unknown>;
  /**
   * What Claude suggested to keep: rules (for the session, or the project), or that all edits are accepted (for the
   * session; a mode is no rule).
   */
  suggestion: 'none' | 'rules' | 'edits';
  subject: ApprovalSubject;
  /** `words`: the next message is the answer (why it is denied, or something else than the options). */
  awaits: 'tap' | 'words';
  /** The Telegram message that asks, once it is sent. */
  messageId: number | null;
  request: ApprovalRequest;
}

/** How Claude asks for it. */
export type ApprovalRequest =
  /** Its process waits for the answer, under an id of its own. */
  | { state: 'open'; id: string }
  /** That process has gone, and the turn goes on: Claude is expected to ask for the same again. */
  | { state: 'cutOff' }
  /** As cut off, and a person has answered already: the answer is for that same request, once. */
  | { state: 'answered'; answer: ApprovalAnswer };

/** What a person is asked with buttons when only they can know. */
export interface Choice {
  /** Counts up within the session; with the session's id it is what a button carries. */
  number: number;
  about: ChoiceSubject;
  /** The Telegram message that asks, once it is sent. */
  messageId: number | null;
}

export type ChoiceSubject =
  /** In this turn Claude has said nothing for so long. */
  | { type: 'silence'; silentForMs: number }
  /** The turn of this message (uuid, in the inbox) was cut off again after it had been continued. */
  | { type: 'cutOff'; uuid: string }
  /** Claude was not started, because nobody has trusted its folder with this. */
  | { type: 'trust'; folder: string; programs: FolderProgram[] };

export type ChoiceOption =
  'keepWaiting' | 'interrupt' | 'restart' | 'continue' | 'drop' | 'trust' | 'withoutSettings';

/** What was chosen, or `overtaken`: nobody needs to choose any more. */
export type ChoiceOutcome = ChoiceOption | 'overtaken';

export type ApprovalSubject =
  | { type: 'tool' }
  /** A plan that Claude wants to begin with. */
  | { type: 'plan' }
  /** Asked one after the other. `answers`: of those before the open one; `chosen`: its options so far. */
  | { type: 'questions'; questions: Question[]; answers: string[]; chosen: string[] };

export interface Question {
  question: string;
  options: { label: string; description: string }[];
  /** Whether several options may be chosen. */
  multiSelect: boolean;
}

/** A button of an approval. An option carries the number of its question, so that an older message's is known. */
export type ApprovalTap =
  | 'allow'
  | 'allowForSession'
  | 'allowForProject'
  | 'acceptEdits'
  | 'deny'
  | 'words'
  | { question: number; option: number | 'done' };

/**
 * Why nobody needs to answer any more. `notAskedAgain`: its process had gone, and in the turn that was taken up again
 * Claude did without it.
 */
export type ApprovalEnd = 'interrupted' | 'ended' | 'notAskedAgain';

/** What Claude gets. */
export type ApprovalAnswer =
  | { type: 'allow' | 'allowForSession' | 'allowForProject' }
  /** Of a plan: begin, and ask no more for edits. */
  | { type: 'acceptEdits' }
  | { type: 'deny'; why: string | null }
  /** By question. */
  | { type: 'answers'; answers: Record<string, string> };

/** What the bot has to tell a person, by name; its words are in `src/telegram/texts.ts`. */
export type Notice =
  | { type: 'problem'; problem: ClaudeProblem; detail: string }
  | {
      type: 'crashed';
      code: number | null;
      signal: string | null;
      outcome: 'continuing' | 'restarting' | 'gaveUp';
    }
  | { type: 'tooManyCrashes'; count: number; withinMs: number }
  /** `dropped`: how many messages beside the one that it answers went with the turn. */
  | { type: 'interrupted'; dropped: number }
  /** The sender changed or took back what Claude had already. */
  | { type: 'tooLate'; wish: MessageWish['type'] }
  | { type: 'withdrawn' }
  | { type: 'unresponsive'; waitedFor: 'start' | 'interrupt' }
  | { type: 'processStuck'; pid: number | null }
  /** The message waits for a process; the numbers are `RoomEvent`'s. */
  | { type: 'noRoom'; places: number; ahead: number; waitingForPeople: number }
  | { type: 'noAnswer' }
  | { type: 'resumedAfterRestart' }
  | { type: 'notSaved'; detail: string }
  | { type: 'internalError' }
  /** It may or may not be in the chat; it is not sent a third time. */
  | { type: 'mayBeMissing'; what: 'answer' | 'question' | 'report' | 'files' }
  /** The session before it could not be read and this one takes its place; its bytes are at `path`, if they were moved. */
  | { type: 'recordUnreadable'; path: string | null }
  /** The session was suspended before Claude got to so many messages. */
  | { type: 'heldBySuspend'; count: number }
  /** Somebody wants to answer an approval in words. */
  | { type: 'wordsWanted'; about: ApprovalSubject['type'] }
  /** Claude's process ended after words were said to it, and perhaps before it got them. */
  | { type: 'wordsLost' }
  /** A message waits because somebody has the session open in a terminal on that machine. */
  /** What was sent to Claude with the command line, so that the chat has it too. */
  | { type: 'saidOnHost'; text: string }
  | { type: 'deskHasIt'; host: string }
  /**
   * The session is the chat's again. `prompts`: how many were given there; `lastWords`: what Claude said last there, cut;
   * `isNewConversation`: it is not the one that it was before.
   */
  | {
      type: 'deskClosed';
      host: string;
      forMs: number;
      prompts: number;
      lastWords: string | null;
      isNewConversation: boolean;
    }
  /** A conversation that was begun in a terminal on that machine was put here from there. */
  | { type: 'adopted'; host: string; workspace: string }
  /** The first message in the topic that was made for the session. */
  | { type: 'topicBegun'; workspace: string }
  | { type: 'ended'; dropped: number };

/** The ways Claude can fail to start or to work, each with a sentence that names the repair. */
export type ClaudeProblem = (typeof CLAUDE_PROBLEMS)[number];

export const CLAUDE_PROBLEMS = [
  'executableNotFound',
  'notLoggedIn',
  'outOfUsage',
  'overloaded',
  'workspaceGone',
  'conversationUnknown',
  'startFailed',
] as const;

/** A file on its way to a chat. Its bytes are in a copy of ours, so whatever becomes of the original does not matter. */
export interface OutgoingFile {
  /** The copy's name (`src/workspace/copies.ts`). */
  key: string;
  /** As the chat shows it. */
  name: string;
  sizeBytes: number;
  /** A picture that Telegram takes as such, or anything. */
  as: 'photo' | 'document';
}

/** Something that is owed to the chat. It leaves the record when Telegram took it. */
export interface OutboxItem {
  /** Counts up within the session. */
  id: number;
  at: number;
  /** The message that it answers, if any. */
  replyTo: number | null;
  /** How many of its parts Telegram already took. */
  partsSent: number;
  /** How often the outcome of sending its next part is unknown, because the connection broke. */
  doubts: number;
  body:
    | { kind: 'answer'; markdown: string }
    | { kind: 'notice'; notice: Notice }
    /** Files that Claude sends. The caption is Markdown, as Claude wrote it. */
    | { kind: 'files'; files: OutgoingFile[]; caption: string | null }
    | { kind: 'approval'; approvalId: string }
    | {
        kind: 'approvalClosed';
        messageId: number;
        toolName: string;
        why: ApprovalEnd | 'answered';
      }
    | { kind: 'choice'; number: number }
    | { kind: 'choiceClosed'; messageId: number; about: ChoiceSubject['type']; outcome: ChoiceOutcome }
    /** The live message of a turn that a crash cut off, which would say "working" for ever. */
    | { kind: 'liveMessageClosed'; messageId: number };
}

/** Telegram refuses a chat (the bot is blocked, was thrown out …), so what is owed there waits for a sign of life. */
export interface Undeliverable {
  /** Wall clock, ms since the epoch. */
  since: number;
  /** Telegram's own words. */
  reason: string;
}

/** Messages whose connection broke twice before Telegram said that it took them. Counted until a person writes again. */
export interface Unconfirmed {
  count: number;
  /** Of the last one: wall clock, ms since the epoch. */
  at: number;
}

/** Figures that add up. Dollars are Claude Code's own estimate, at list prices. */
export interface Spending {
  costUsd: number;
  /** Neither read from the prompt cache nor written to it. */
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

/** What a session has used since it began, its sub-agents included. */
export interface SessionUsage extends Spending {
  /** One for each result: of a prompt, and of work that Claude took up by itself. */
  turns: number;
  /** Of those turns together. */
  durationMs: number;
}

/** A session that somebody has open in a terminal: `hibernaut attach` runs Claude Code there for them. */
export interface DeskHold {
  /** The machine's name, for people. */
  host: string;
  /** Wall clock, ms since the epoch. */
  since: number;
  /** `hibernaut attach` itself. */
  wrapper: ProcessIdentity;
  /** The Claude Code that it opened; null as long as it has not said so. */
  claude: ProcessIdentity | null;
  /** The conversations that were open there, the last one now. */
  conversations: string[];
  /** Whether a sender was told that messages wait. */
  isTold: boolean;
}

/** One session. Fields are added with a new version and a migration (`src/store/migrations.ts`). */
export interface SessionRecord {
  version: 5;
  id: string;
  /** The daemon's start count under which it was last saved; a save under an older one is refused. */
  epoch: number;
  chatId: number;
  /** The forum topic it belongs to, or null for the chat itself. */
  threadId: number | null;
  name: string;
  /** Who chose the name: what follows from the folder gives way to the conversation's title, and that to a person's. */
  namedBy: 'folder' | 'conversation' | 'person';
  /** Absolute path of the working directory. */
  workspace: string;
  /** Null: Claude Code's own default. */
  model: string | null;
  /** Null: the model's own default. */
  effort: Effort | null;
  permissionMode: PermissionMode;
  whileWorking: WhileWorking;
  folderSettings: FolderSettings;
  /** What "Allow for this session" granted: the SDK's `PermissionUpdate`s, handed back on resume. */
  sessionRules: Record<string, unknown>[];
  /** Null: never suspended for idleness. */
  idleTimeoutMs: number | null;
  createdAt: number;
  lastActivityAt: number;
  state: SessionState;
  /** Chosen by us when the session is created. */
  claudeSessionId: string;
  /** Whether Claude ever took a prompt in this conversation, so that it must be resumable. */
  conversationStarted: boolean;
  /** The process that is alive now, or null. Never stale while a daemon runs. */
  process: ProcessIdentity | null;
  lastEnd: ProcessEnd | null;
  /** Who has it open at the desk; null: it is the chat's. */
  desk: DeskHold | null;
  /** When its processes crashed, of the last ten minutes. */
  crashes: number[];
  inbox: InboxMessage[];
  outbox: OutboxItem[];
  nextOutboxId: number;
  /** Null: Telegram took what was sent last, or nothing was. */
  undeliverable: Undeliverable | null;
  unconfirmed: Unconfirmed | null;
  approvals: Approval[];
  choices: Choice[];
  usage: SessionUsage;
  /**
   * Claude's own running totals: as last reported, and as its conversation keeps them on disk for the next process. Null
   * while they are not known: the conversation is older than the session.
   */
  claudeTotals: { reported: Spending | null; kept: Spending | null };
  /** The Telegram message that shows the turn as it goes, while there is one. */
  liveMessageId: number | null;
  /** The uuids of the last messages that left the inbox, so that a redelivered one is known. */
  handled: string[];
}

/** How many uuids `handled` remembers. Telegram redelivers at most one batch of 100. */
export const HANDLED_KEPT = 200;

/** True if nothing is running and nothing is owed in either direction. */
export function isQuiet(record: SessionRecord): boolean {
  return (
    (record.state === 'suspended' || record.state === 'terminated') &&
    record.process === null &&
    record.desk === null &&
    record.outbox.length === 0 &&
    record.inbox.every(({ state }) => state === 'held' || state === 'undecided') &&
    !isToBeRestored(record)
  );
}

/** True if it is quiet but for what Telegram refuses to take: it rests, until somebody writes in its chat. */
export function isStranded(record: SessionRecord): boolean {
  return record.undeliverable !== null && record.outbox.length > 0 && isQuiet({ ...record, outbox: [] });
}

/** True if a drained daemon left it live in all but process, so that the next one brings it back. */
export function isToBeRestored(record: SessionRecord): boolean {
  return record.state === 'suspended' && record.lastEnd?.reason === 'drained';
}

/** When the idle timer suspends it (ms since the epoch), or null if it never does. */
export function idleDeadline(record: Pick<SessionRecord, 'lastActivityAt' | 'idleTimeoutMs'>): number | null {
  return record.idleTimeoutMs === null ? null : record.lastActivityAt + record.idleTimeoutMs;
}
