/** A turn as people see it, and what they tap or take back while it goes. */
import type { Approval, ApprovalTap, ChoiceOption, SessionRecord } from '../../../machines/session-record.ts';
import type { ChatAddress } from './messages.ts';

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

/** `stale`: it was not open (any more), or had no such button. `after` is null once it is answered. */
export type TapOutcome = 'stale' | { before: Approval; after: Approval | null };

/** What a person tapped: which option, of which session's choice. Nothing about it is known to be true. */
export interface MadeChoice {
  sessionId: string;
  number: number;
  option: ChoiceOption;
}

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
