/** Everything a session can be told, by whom, and what it tells its Claude process. Facts are in the past tense. */
import type { UntrustedFolder } from './folder-programs.ts';
import type { ExtractEvent } from 'xstate';
import type {
  Approval,
  ApprovalAnswer,
  ApprovalTap,
  ClaudeProblem,
  DeskHold,
  OutgoingFile,
  PermissionMode,
  ProcessIdentity,
  SessionRecord,
  Spending,
  WhileWorking,
} from './session-record.ts';

/** Wall clock of the event, ms since the epoch. Machines have no clock of their own. */
interface Timed {
  at: number;
}

/** Who asked, if it was not somebody in the chat. */
interface Asked {
  by?: 'commandLine';
}

export type UserEvent = Asked &
  (
    | ({ type: 'user.message'; uuid: string; messageId: number; text: string } & Timed)
    /** The sender changed their words. `newUuid` is for those, should Claude's queue have known the earlier ones. */
    | ({ type: 'user.edited'; messageId: number; newUuid: string; text: string } & Timed)
    /** The sender takes the message back. */
    | ({ type: 'user.withdrew'; messageId: number } & Timed)
    | ({ type: 'user.whileWorkingChanged'; whileWorking: WhileWorking } & Timed)
    | ({ type: 'user.timeoutChanged'; idleTimeoutMs: number | null } & Timed)
    | ({ type: 'user.renamed'; name: string } & Timed)
    /** Claude is to remember nothing; what it knew stays on disk under the id before. */
    | ({ type: 'user.newConversation'; claudeSessionId: string } & Timed)
    /** The conversation goes on in another folder (absolute). Only while no turn is open. */
    | ({ type: 'user.workspaceChanged'; workspace: string } & Timed)
    | ({ type: 'user.settingsChanged'; settings: Partial<ClaudeSettings> } & Timed)
    | ({ type: 'user.suspend' } & Timed)
    | ({ type: 'user.wake' } & Timed)
    | ({ type: 'user.interrupt' } & Timed)
    | ({ type: 'user.end' } & Timed)
    /** Claude has been silent for long, and the sender waits on. */
    | ({ type: 'user.keepWaiting' } & Timed)
    /** The process is ended, and a new one takes its turn up again. */
    | ({ type: 'user.restart' } & Timed)
    /** A message whose turn was cut off again goes on, or is given up. */
    | ({ type: 'user.continue'; uuid: string } & Timed)
    | ({ type: 'user.drop'; uuid: string } & Timed)
    /** What the folder would run may run: that is kept by now. */
    | ({ type: 'user.trust' } & Timed)
    /** Claude works without what the folder brings along. */
    | ({ type: 'user.withoutSettings' } & Timed)
    /** The phone takes the session back from the desk. */
    | ({ type: 'user.detach' } & Timed)
    | ({ type: 'user.approvalTapped'; id: string; tap: ApprovalTap } & Timed)
  );

export type DaemonEvent =
  /** The daemon is stopping: a session suspends, a working one once its turn ends. */
  | ({ type: 'daemon.drain' } & Timed)
  /** The daemon waits no longer. */
  | ({ type: 'daemon.stop' } & Timed)
  /** Its process is wanted for another session. Working sessions ignore it. */
  | ({ type: 'daemon.evict' } & Timed)
  /** Somebody has trusted a folder: it may be this one. */
  | ({ type: 'daemon.folderTrusted' } & Timed)
  /** Claude Code has a title for the conversation. One line. */
  | ({ type: 'daemon.titled'; title: string } & Timed)
  /** It is in this topic from now on; null: in the chat itself. */
  | ({ type: 'daemon.placed'; threadId: number | null } & Timed);

/** What a session hears that wants to start a process, from whoever gives room to processes. */
export type RoomEvent =
  /** The process may start. It has its place until it has gone. */
  | ({ type: 'room.granted' } & Timed)
  /** There is none, and what was wanted is not worth a wait. */
  | ({ type: 'room.refused' } & Timed)
  /**
   * All places are taken, and none of their sessions is idle. `places`: how many there are; `ahead`: how many sessions
   * get one before this one; `waitingForPeople`: in how many places Claude waits for somebody's answer.
   */
  | ({ type: 'room.full'; places: number; ahead: number; waitingForPeople: number } & Timed);

/** What happens at the desk, where `hibernaut attach` opens the session in a terminal. */
export type DeskEvent =
  /** It wants the session. A turn that is open is interrupted. */
  | ({ type: 'desk.requested'; hold: Pick<DeskHold, 'host' | 'wrapper'> } & Timed)
  /** The terminal's Claude runs. */
  | ({ type: 'desk.opened'; claude: ProcessIdentity } & Timed)
  /** The conversation that is open there now. */
  | ({ type: 'desk.conversationSeen'; claudeSessionId: string } & Timed)
  /** Its Claude has ended, by its own word, and these conversations were open there. */
  | ({ type: 'desk.handedBack'; conversations: string[] } & Timed)
  /** Nothing of it runs any more. */
  | ({ type: 'desk.detached'; visit: DeskVisit } & Timed)
  /** A person at the desk put the conversation of this session here. */
  | ({ type: 'desk.adopted'; host: string } & Timed);

/** What happened at the desk, as the transcript tells. */
export interface DeskVisit {
  /** The conversation that was open there last. */
  claudeSessionId: string;
  /** Whether anything was ever said in it. */
  isStarted: boolean;
  /** How many prompts were given there. */
  prompts: number;
  /** What Claude said last there, cut; null: nothing. */
  lastWords: string | null;
  /** What the conversation has cost in all, if it says so. */
  spent: Spending | null;
}

/** What the session tells whoever watches the desk. */
export type DeskCommand =
  | { type: 'desk.watch'; claude: ProcessIdentity }
  /** Its `hibernaut attach` is through, though it may live for a moment still. */
  | { type: 'desk.release'; conversations: string[] }
  /** End the terminal's Claude. */
  | { type: 'desk.close' };

export type DeskInput = Pick<SessionRecord, 'id' | 'desk'>;

export type TelegramEvent =
  | ({ type: 'telegram.partSent'; outboxId: number; partsSent: number } & Timed)
  | ({ type: 'telegram.delivered'; outboxId: number; messageId: number | null } & Timed)
  /** The connection broke before Telegram said whether it took the item's next part. */
  | ({ type: 'telegram.outcomeUnknown'; outboxId: number } & Timed)
  /** Telegram takes nothing in this chat (the bot is blocked, was thrown out …), in its own words. */
  | ({ type: 'telegram.chatRefused'; reason: string } & Timed)
  | ({ type: 'telegram.liveMessageChanged'; messageId: number | null } & Timed)
  /** This topic was deleted. */
  | ({ type: 'telegram.topicGone'; threadId: number } & Timed)
  /** The group has become a supergroup, with another id and messages of its own. */
  | ({ type: 'telegram.chatMigrated'; chatId: number } & Timed);

/** What the process tells the session. */
export type ClaudeEvent =
  | ({ type: 'claude.spawned'; process: ProcessIdentity } & Timed)
  /** The protocol's handshake is done; prompts may be handed over. */
  | ({ type: 'claude.ready' } & Timed)
  /** Claude took up work: for a prompt of ours, or by itself (a background task ended). */
  | ({ type: 'claude.turnStarted' } & Timed)
  /** A sign of life during a turn; at most one a second. */
  | ({ type: 'claude.heard' } & Timed)
  /** What Claude has spent in all, this `result` included, and how long the result took. It comes before its answer. */
  | ({ type: 'claude.spent'; total: Spending; durationMs: number } & Timed)
  /** Claude has begun with the prompt, or has taken it into the turn that runs: it can't be withdrawn any more. */
  | ({ type: 'claude.promptTaken'; uuid: string } & Timed)
  /** As asked for: Claude has not begun with the prompt, and never will. */
  | ({ type: 'claude.promptWithdrawn'; uuid: string } & Timed)
  /** One `result`: the final text for the prompts of a turn, or, for none, of work that Claude took up by itself. */
  | ({ type: 'claude.answered'; markdown: string; answers: string[] } & Timed)
  /**
   * Claude can't start or can't work in a way that the person can mend. After it the process ends (`claude.exited`),
   * and the transcript tells what became of the prompts in its hands.
   */
  | ({ type: 'claude.failed'; problem: ClaudeProblem; detail: string } & Timed)
  /** Claude's own word that it is idle (`session_state_changed: idle`). */
  | ({ type: 'claude.turnEnded' } & Timed)
  | ({ type: 'claude.backgroundTasksChanged'; count: number } & Timed)
  | ({ type: 'claude.approvalRequested'; approval: Approval } & Timed)
  /** Claude no longer waits for this answer (the turn was interrupted, the request cancelled). */
  | ({ type: 'claude.approvalWithdrawn'; id: string } & Timed)
  /** "Allow for this session" granted these rules; they outlive the process. */
  | ({ type: 'claude.sessionRulesGranted'; rules: Record<string, unknown>[] } & Timed)
  /** By its own word it is in this mode now: because it was told, or because a plan was approved. */
  | ({ type: 'claude.permissionModeChanged'; permissionMode: PermissionMode } & Timed)
  /** By a tool of ours; the copies of the files are on disk. */
  | ({ type: 'claude.filesSent'; files: OutgoingFile[]; caption: string | null } & Timed)
  /** `untrusted`: it was not even started, because nobody has trusted the folder with what it would run. */
  | ({
      type: 'claude.exited';
      code: number | null;
      signal: string | null;
      untrusted?: UntrustedFolder;
    } & Timed);

export type SessionEvent = UserEvent | DaemonEvent | RoomEvent | DeskEvent | TelegramEvent | ClaudeEvent;

export type EventOf<T extends SessionEvent['type']> = ExtractEvent<SessionEvent, T>;

/** How Claude works in a session, as its people want it. */
export type ClaudeSettings = Pick<SessionRecord, 'model' | 'effort' | 'permissionMode'>;

/** What the session tells the process. */
export type ClaudeCommand =
  /** Also while a turn runs: then Claude takes it in as soon as it can. */
  | { type: 'claude.prompt'; uuid: string; text: string }
  /** If Claude has not taken it, it never shall: then `claude.promptWithdrawn` follows, else nothing. */
  | { type: 'claude.withdraw'; uuid: string }
  | { type: 'claude.interrupt' }
  /** From now on, in the middle of a turn too. */
  | { type: 'claude.configure'; settings: Partial<ClaudeSettings> }
  | { type: 'claude.answerApproval'; id: string; answer: ApprovalAnswer }
  /** Begin the ladder: close stdin, SIGTERM, SIGKILL. `claude.exited` follows. */
  | { type: 'claude.stop' };

/** What an event makes of the record, and what the process is told of it, in order. */
export interface Booked {
  record: SessionRecord;
  forClaude: readonly ClaudeCommand[];
}

/** What a process needs to know to start or to resume a conversation. */
export type ClaudeInput = Pick<
  SessionRecord,
  | 'id'
  | 'epoch'
  | 'workspace'
  | 'model'
  | 'effort'
  | 'permissionMode'
  | 'folderSettings'
  | 'sessionRules'
  | 'claudeSessionId'
  | 'conversationStarted'
>;

/** Who wants room for a process, and what for: a message goes before a wake, and a restore waits for nothing. */
export interface RoomInput {
  id: string;
  wantedFor: 'message' | 'wake' | 'restore';
  /** Wall clock, ms since the epoch: among those that want it for the same, the first comes first. */
  since: number;
}

/** What became of a prompt that was in Claude's hands when its process, or the daemon, died. */
export type DeliveryFate =
  | { uuid: string; fate: 'absent' }
  | { uuid: string; fate: 'answered'; markdown: string }
  /** It arrived and the turn was cut off; `continuationUuid` is for the one prompt that continues it. */
  | { uuid: string; fate: 'cutOff'; continuationUuid: string }
  /** It was taken into the turn of an earlier one of these prompts, and shares its fate. */
  | { uuid: string; fate: 'joined'; turnOf: string };

/** What is to be looked up in the transcript, and whose process may still be there. */
export type RecoveryInput = Pick<SessionRecord, 'id' | 'workspace' | 'claudeSessionId' | 'process'> & {
  /** Of the inbox messages that Claude may have got, in order. */
  uuids: string[];
};

/** What recovery found, after it ended whatever was left of the earlier process. */
export interface Recovery {
  fates: DeliveryFate[];
  at: number;
}
