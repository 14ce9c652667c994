/** What the daemon asks of Telegram's side. */
import type { OwedReply } from '../../../machines/owed-reply.ts';
import type { CommandOffer } from '../../../machines/claude-offers.ts';
import type { TelegramEvent } from '../../../machines/session-events.ts';
import type { SessionRecord } from '../../../machines/session-record.ts';
import type { DownloadPort } from '../arrival.ts';
import type { ChatAddress, PersonMessage, Standing } from './messages.ts';
import type { ShownProgress, ShownSession } from './turns.ts';

/** What Telegram's side reports to a session: what was delivered, and which message is the live one. */
export type ReportToSession = (sessionId: string, event: TelegramEvent) => void;

/** What a topic's title says of its session. */
export interface ShownTopic {
  chatId: number;
  threadId: number;
  name: string;
  state: 'working' | 'asking' | 'idle' | 'suspended' | 'ended';
}

/** `refused`: why there is none, in words of others. */
export type MadeTopic = { threadId: number } | { refused: string };

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
  /**
   * Makes a topic of that name for a session that was not asked for in the chat. Null if the chat has no topics. Never
   * rejects: what fails is refused, in Telegram's words or the network's.
   */
  makeTopic(chatId: number, name: string): Promise<MadeTopic | null>;
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
