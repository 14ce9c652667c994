/** What a command is, and what it gives back: each concern's commands are in a file of this folder. */
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { OutgoingFile } from '../../../../machines/session-record.ts';
import type { SessionView } from '../../../../machines/session-view.ts';
import type { SessionsPort, TelegramHealth } from '../../ports.ts';
import type { Place } from '../own-topic.ts';
import type { RichText } from '../../render/rich-text.ts';
import { atDeskText } from '../../texts/at-desk.ts';
import { noSessionText } from '../../texts/sessions.ts';

export interface CommandCall extends Place {
  /** The message that commands. */
  messageId: number;
  /** What follows the command; empty without. */
  argument: string;
  /** The message that it replies to, if any. */
  repliedTo: number | null;
  botId: number;
  /** Another program that takes updates over. */
  conflict: TelegramHealth['conflict'];
}

export interface Reply {
  text: RichText;
  keyboard?: InlineKeyboardMarkup;
  /** Sent with the text as its caption; its copy is made. */
  file?: OutgoingFile;
}

/** The command is Claude's: these words go to it as a message, and its answer is the answer. */
export interface ForClaude {
  forClaude: string;
}

/** Resolves when what the command does is durable. */
export type Run = (call: CommandCall, sessions: SessionsPort) => Promise<Reply | ForClaude>;

/** What there is to say of the current session, or that there is none. */
export function aboutCurrent<T extends SessionView>(
  session: T | null,
  text: (session: T) => RichText,
): Reply {
  return { text: session ? text(session) : noSessionText() };
}

/** For what is not done to a session that somebody has open at the desk. */
export function unlessAtDesk<T extends SessionView>(
  text: (session: T) => RichText,
): (session: T) => RichText {
  return (session) => (session.desk ? atDeskText(session) : text(session));
}
