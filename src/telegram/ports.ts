/** What Telegram's side asks of the daemon. Implemented in `src/daemon/`; tests hand in their own. */
import type { ClaudeOffers, CommandOffer } from '../../machines/claude-offers.ts';
import type { ClaudeUsage, FileChanges, RewindPoint } from '../../machines/claude-reports.ts';
import type { ClaudeSettings, TelegramEvent } from '../../machines/session-events.ts';
import type {
  Approval,
  ApprovalTap,
  ChoiceOption,
  OutgoingFile,
  SessionRecord,
  Unconfirmed,
  WhileWorking,
} from '../../machines/session-record.ts';
import type { SessionView } from '../../machines/session-view.ts';
import type { Arrival, DownloadPort } from './arrival.ts';

/** Where a conversation with people takes place: a chat, or one topic of it. */
export interface ChatAddress {
  chatId: number;
  /** Null outside forum topics. */
  threadId: number | null;
}

/** A person's message, ready for a session's inbox. */
export interface IncomingMessage {
  /** The same Telegram message always has the same one (uuid v5 of bot, chat and message id). */
  uuid: string;
  messageId: number;
  text: string;
  /** Wall clock, ms since the epoch. */
  at: number;
}

/** Refused with a sentence for the sender that says what to do instead. */
export interface Refusal {
  refused: string;
}

/** What the bot itself says to a message of a person, ready to be sent. */
export interface OwedReply {
  /** The message that it answers: each is answered once. Below 0: no message, but something else that happened once. */
  messageId: number;
  threadId: number | null;
  text: string;
  /** Telegram's own (Bot API, MessageEntity). */
  entities: Record<string, unknown>[];
  /** Rows of buttons, each with what it tells the bot. */
  buttons: { text: string; data: string }[][];
  /** Sent with the text as its caption. */
  file?: OutgoingFile;
  /** How many of its parts Telegram already took. */
  partsSent: number;
  /** How often the outcome of sending its next part is unknown. */
  doubts: number;
}

/** What waits for a chat that Telegram refuses (the bot is blocked, was thrown out …). */
export interface Undelivered {
  chatId: number;
  /** Wall clock, ms since the epoch. */
  since: number;
  /** Telegram's own words. */
  reason: string;
  items: number;
}

/** A stranger's word while a code waits for its person. */
export interface PairingAttempt {
  /** Telegram's; the private chat has the same id. */
  userId: number;
  /** As Telegram says it; anything may stand in it. */
  name: string;
  messageId: number;
  /** Null: they only knocked. */
  code: string | null;
}

/**
 * `asked`: they are to be told once what is wanted. `ignored`: nothing is said, because no code waits or they tried too
 * often. `paired` comes again for the same message.
 */
export type PairingOutcome = { kind: 'paired'; since: number } | { kind: 'wrong' | 'asked' | 'ignored' };

/** Who may use the bot: asked at each update and each send, as it changes while the daemon runs. */
export interface AccessPort {
  isAllowed(userId: number): boolean;
  /** All who are allowed. */
  userIds(): number[];
  /** Whether a code waits for its person. */
  readonly isPairing: boolean;
  /** Whether this message is the one that let the person in: it may be delivered again. */
  wasPairedBy(userId: number, messageId: number): boolean;
  /** Resolves when it is durable. */
  redeem(attempt: PairingAttempt): Promise<PairingOutcome>;
}

/** What the bot itself owes to chats: replies to commands, and to messages that it can't hand to Claude. */
export interface RepliesPort {
  /**
   * Whether the message was answered before, so that a redelivered command is not done again. Resolves when that is
   * durable, or Telegram has the reply.
   */
  wasAnswered(chatId: number, messageId: number): Promise<boolean>;
  /** Resolves when it is durable; it comes back through `TelegramPort.offerReplies`, also if the disk refuses now. */
  owe(chatId: number, reply: OwedReply): Promise<void>;
  /** Telegram took some of its parts. */
  notePart(chatId: number, messageId: number, partsSent: number): Promise<void>;
  /** Telegram took all of it. */
  noteTaken(chatId: number, messageId: number): Promise<void>;
  /** The connection broke before Telegram said whether it took the next part. The second time it is given up. */
  noteOutcomeUnknown(chatId: number, messageId: number): Promise<void>;
  /** Telegram takes nothing in this chat, in its own words. */
  noteChatRefused(chatId: number, reason: string): Promise<void>;
  /** Those that were given up since the person wrote last. */
  unconfirmed(chatId: number): Promise<Unconfirmed | null>;
}

/** Messages for Claude. */
export interface IntakePort {
  /**
   * Puts the message into the inbox of the chat's current session, or of a new one. Refused if too many wait there, of
   * several such messages the first. Where something arrives (`arrive`), it takes its place behind that.
   */
  accept(address: ChatAddress, message: IncomingMessage): Promise<void | Refusal>;
  /**
   * Takes a message that may bring files, or be a piece of something longer. It goes to the session that is current
   * now, as one prompt with its other pieces, once its files were fetched. Refused as `accept` refuses.
   */
  arrive(address: ChatAddress, message: Arrival): Promise<void | Refusal>;
  /** Whether there is something that waits for another piece. */
  isArriving(address: ChatAddress, pieceOf: string): Promise<boolean>;
}

/** Which sessions a chat has, and which of them its messages go to. */
export interface SelectionPort {
  /**
   * Creates a session and makes it the chat's current one, unless it is for a topic that is still to be made (`place`).
   * @param request.messageId the message that asked: the same one never creates two
   * @param request.argument what was written behind the command: a folder (relative to the default workspace, or
   *   absolute), a folder and a name, or nothing
   */
  create(
    address: ChatAddress,
    request: { messageId: number; argument: string; at: number; isForTopic?: boolean },
  ): Promise<SessionView | Refusal>;
  /** The current session, or null if the chat has none (then the next message creates one). */
  current(address: ChatAddress): Promise<SessionView | null>;
  /** All sessions of the chat that are not terminated, those of all its topics, the last used first. */
  list(chatId: number): Promise<SessionView[]>;
  /** Makes it the chat's current session. Null if the chat has no such session. */
  select(address: ChatAddress, sessionId: string): Promise<SessionView | null>;
}

/** Orders to the current session; null if the chat has none. The view is the one after the change. */
export interface OrdersPort {
  suspend(address: ChatAddress, at: number): Promise<SessionView | null>;
  interrupt(address: ChatAddress, at: number): Promise<SessionView | null>;
  end(address: ChatAddress, at: number): Promise<SessionView | null>;
  setIdleTimeout(address: ChatAddress, idleTimeoutMs: number | null, at: number): Promise<SessionView | null>;
  setWhileWorking(address: ChatAddress, to: WhileWorking, at: number): Promise<SessionView | null>;
}

/** Which message a person changes or takes back: `uuid` as it was when the message came. */
interface SentBefore {
  messageId: number;
  uuid: string;
  at: number;
}

/** What people want of messages that they sent before. Its senders are told by their session what became of it. */
export interface WishesPort {
  /**
   * The message has other words now. `composed`: what Claude gets of it is more than those, so they can't take its place.
   * `unknown`: it waits nowhere (any more).
   * @param edit.newUuid another one for each change; `text` is null if it brought more than words
   */
  edit(
    chatId: number,
    edit: SentBefore & { newUuid: string; text: string | null },
  ): Promise<'noted' | 'composed' | 'unknown'>;
  /** Claude shall not get the message. Whether it was one that has no answer yet. */
  withdraw(chatId: number, message: SentBefore): Promise<boolean>;
}

/** A conversation that Claude Code keeps. */
export interface ListedConversation {
  claudeSessionId: string;
  /** One line. */
  title: string;
  /** Wall clock, ms since the epoch. */
  lastUsedAt: number;
  /** The name of the chat's session that has it; null if none has. */
  session: string | null;
}

/** `canFork`: what stands in the way of the conversation does not stand in the way of a copy. */
export type Resumed = { session: SessionView; isNew: boolean } | (Refusal & { canFork: boolean });

/** Conversations that Claude Code keeps, begun here or in a terminal. */
export interface ConversationChoicePort {
  /** Those of the folder in which the current session works (without one: the default folder), the last used first. */
  conversations(address: ChatAddress): Promise<{ folder: string; conversations: ListedConversation[] }>;
  /** Goes on with it, in a new session or in the one that has it, which is current then. Doing it again changes nothing. */
  resume(
    address: ChatAddress,
    request: { claudeSessionId: string; at: number; isForTopic?: boolean },
  ): Promise<Resumed>;
  /**
   * Goes on with a copy in a new session, which is current then.
   * @param request.requestId of what asks: the same one never makes two
   * @param request.claudeSessionId null: the current session's
   * @param request.name one line; null: after the original
   */
  fork(
    address: ChatAddress,
    request: {
      requestId: number;
      claudeSessionId: string | null;
      name: string | null;
      at: number;
      isForTopic?: boolean;
    },
  ): Promise<SessionView | Refusal>;
}

/** Topics of a chat, each the place of a session. */
export interface TopicsPort {
  /** Puts a session that was created for a topic there, or elsewhere; it is current there then. Null if it is not the chat's. */
  place(chatId: number, sessionId: string, threadId: number | null, at: number): Promise<SessionView | null>;
  /** A person made the topic, or gave it another name: its session is called so, also the one to come. */
  nameTopic(address: ChatAddress, name: string, at: number): Promise<void>;
}

export type SessionOrder = 'suspend' | 'wake' | 'end';

/**
 * One session of the chat by its id, whether it is current or not. Null if the chat has no such session, or it ended.
 * The view is the one after the change.
 */
export interface NamedSessionPort {
  one(chatId: number, sessionId: string): Promise<SessionView | null>;
  order(chatId: number, sessionId: string, order: SessionOrder, at: number): Promise<SessionView | null>;
  /** @param name one line, as `sessionName` makes it */
  rename(chatId: number, sessionId: string, name: string, at: number): Promise<SessionView | null>;
}

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

/** What people tap. */
export interface AnswersPort {
  /** An approval answers once: the second time is `stale`. */
  tapApproval(chatId: number, approvalId: string, tap: ApprovalTap, at: number): Promise<TapOutcome>;
  /** Whether the choice was still open and had this option. It is made once: the second time is `false`. */
  choose(chatId: number, made: MadeChoice, at: number): Promise<boolean>;
}

/** How turns are shown in a chat or topic. */
export interface TurnView {
  /** Every tool call, and what Claude thinks; not only what it does now. */
  isVerbose: boolean;
  /** As drafts, which Telegram animates and forgets, instead of a message. In private chats only. */
  usesDrafts: boolean;
}

/** What a person who watches a turn may do about it, and how they see it. */
export interface WatchingPort {
  /** Interrupts the turn, if it is still the session's, in this chat. Whether it was. */
  stopTurn(chatId: number, turn: StoppedTurn, at: number): Promise<boolean>;
  /** As far as it is known by now: what was chosen is read in the background the first time that it is asked for. */
  viewOf(address: ChatAddress): TurnView;
  /** From the next frame on, or, as to drafts, from the next turn. */
  changeView(address: ChatAddress, change: Partial<TurnView>): Promise<void>;
}

/**
 * The sessions of all chats. Each call resolves when its effect is durable, so that the update may be confirmed,
 * and doing it again for the same Telegram message changes nothing.
 */
export interface SessionsPort
  extends
    IntakePort,
    SelectionPort,
    ConversationChoicePort,
    OrdersPort,
    NamedSessionPort,
    TopicsPort,
    SettingsPort,
    ReportsPort,
    FilesPort,
    AnswersPort,
    WishesPort,
    WatchingPort {
  readonly replies: RepliesPort;
  readonly access: AccessPort;
  /** Somebody wrote in the chat, so what Telegram refused there is offered again. */
  heard(chatId: number): void;
  /**
   * The group lives on as a supergroup, and so do its sessions. Done again it changes nothing.
   * @returns whether anything is kept of the group
   */
  migrate(from: number, to: number): Promise<boolean>;
  /** Chats that anything is kept of. */
  chatIds(): Promise<number[]>;
  /** What Telegram refuses, of all chats. */
  undelivered(): Undelivered[];
}

/** `stale`: it was not open (any more), or had no such button. `after` is null once it is answered. */
export type TapOutcome = 'stale' | { before: Approval; after: Approval | null };

/** What a person tapped: which option, of which session's choice. Nothing about it is known to be true. */
export interface MadeChoice {
  sessionId: string;
  number: number;
  option: ChoiceOption;
}

/** What Telegram's side reports to a session: what was delivered, and which message is the live one. */
export type ReportToSession = (sessionId: string, event: TelegramEvent) => void;

/** A turn as it goes; the newest replaces the one before. */
export interface ShownProgress {
  /** Opaque: which turn it is, for its Stop button. */
  turn: string;
  /** When the turn began, or its last answer was given: wall clock, ms since the epoch. */
  startedAt: number;
  /** `waiting`: for a person's answer. `stopping`: it was interrupted. */
  phase: 'working' | 'waiting' | 'stopping';
  /** Of the answer so far, Markdown. */
  text: string;
  /** The end of what Claude thinks right now, empty if it does not show that; null unless it thinks. */
  thought: string | null;
  /** Those used since `startedAt`, of which the newest are the last. */
  tools: { count: number; latest: { words: string; state: 'running' | 'done' | 'failed' }[] };
  todos: { words: string; state: 'open' | 'doing' | 'done' }[];
  /** Sub-agents at work. */
  agents: { task: string; doing: string | null }[];
}

/** Whose turn it is. */
export type ShownSession = Pick<SessionRecord, 'id' | 'chatId' | 'threadId'>;

/** The turn that a Stop button belongs to. Nothing about it is known to be true. */
export interface StoppedTurn {
  sessionId: string;
  turn: string;
}

/** What a topic's title says of its session. */
export interface ShownTopic {
  chatId: number;
  threadId: number;
  name: string;
  state: 'working' | 'asking' | 'idle' | 'suspended' | 'ended';
}

/** A message that a person wrote. */
export interface PersonMessage {
  chatId: number;
  messageId: number;
}

/** What has become of a person's message. `taken`: by Claude. `dropped`: it has no answer, and gets none. */
export type Standing = 'waiting' | 'taken' | 'answered' | 'dropped';

/** Whether updates are being received. The poller machine's states. */
export type PollingState = 'starting' | 'polling' | 'backingOff' | 'displaced' | 'stopped';

export interface TelegramHealth {
  state: PollingState;
  /** When the last `getUpdates` was answered, ms since the epoch; null if never. */
  lastPollAt: number | null;
  /** What Telegram or the network last refused, without the token; null once it works again. */
  lastError: string | null;
  /** Another program takes updates over with the same token; null when none did for a while. */
  conflict: { since: number; lastAt: number; count: number } | null;
}

/** What the daemon asks of Telegram's side. */
export interface TelegramPort extends DownloadPort {
  /** Proves the token (`getMe`), registers the commands and begins to poll. Throws TelegramTokenError on a 401. */
  start(): Promise<void>;
  /**
   * Delivers whatever `record.outbox` holds, in its order, once each, reporting each step. Called at each change of the
   * record and at boot; items that it is already delivering are known by session and item id.
   */
  offer(record: SessionRecord): void;
  /** Delivers what the bot itself owes to a chat, in this order, once each, reporting to `SessionsPort.replies`. */
  offerReplies(chatId: number, replies: readonly OwedReply[]): void;
  /** Shows the turn in the live message, at the pace that the chat allows. */
  show(session: ShownSession, progress: ShownProgress): void;
  /**
   * The turn is over, or an answer was given in it: what was shown shrinks to a line. Changes nothing if nothing is shown.
   * @param costUsd what it cost; 0 if that is not known
   */
  conclude(session: ShownSession, costUsd: number): void;
  /** Offers Claude's own commands in the chat's menu, behind the bot's. */
  showCommands(chatId: number, commands: readonly CommandOffer[]): void;
  /** Shows the session's name and state in the title of its topic, once they have stayed the same for a while. */
  showTopic(sessionId: string, topic: ShownTopic): void;
  /** Shows by a reaction what became of a message, once that has stayed the same for a moment. */
  react(message: PersonMessage, standing: Standing): void;
  /** Shows or hides "typing" while Claude works. */
  typing(address: ChatAddress, sessionId: string, on: boolean): void;
  /** No update is taken after it resolved, and those taken are confirmed. Deliveries go on. */
  stopPolling(): Promise<void>;
  /** Waits for the deliveries under way, `withinMs` at most; what is left stays in the records. */
  stop(withinMs: number): Promise<void>;
  readonly health: TelegramHealth;
  /** The bot's name without the @; null until Telegram has told it. */
  readonly botUsername: string | null;
}
