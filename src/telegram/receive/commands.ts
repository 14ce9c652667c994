/** What each command does. The words are in `texts/commands.ts`, the list that Telegram shows comes from here. */
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { SessionView } from '../../../machines/session-view.ts';
import { parseDuration } from '../../duration.ts';
import type { Command } from './addressed.ts';
import { sessionKeyboard } from './callback-data.ts';
import type { ChatAddress, SessionsPort, TelegramHealth } from '../ports.ts';
import { join, plain, type RichText } from '../render/rich-text.ts';
import * as texts from '../texts/commands.ts';
import { troubleLines } from '../texts/troubles.ts';

export interface CommandCall {
  address: ChatAddress;
  /** The message that commands. */
  messageId: number;
  /** What follows the command; empty without. */
  argument: string;
  /** Wall clock, ms since the epoch. */
  at: number;
  /** Another program that takes updates over. */
  conflict: TelegramHealth['conflict'];
}

export interface Reply {
  text: RichText;
  keyboard?: InlineKeyboardMarkup;
}

type Run = (call: CommandCall, sessions: SessionsPort) => Promise<Reply>;

/** In the order in which Telegram lists them. */
const COMMANDS: Record<texts.CommandName, Run> = {
  new: async ({ address, messageId, argument, at }, sessions) => {
    const folder = argument === '' ? null : argument;
    const created = await sessions.create(address, { messageId, folder, at });
    return { text: 'refused' in created ? plain(created.refused) : texts.createdText(created) };
  },
  status: async ({ address, at, conflict }, sessions) => {
    const session = await sessions.current(address);
    const troubles = {
      conflict,
      undelivered: sessions.undelivered(),
      unconfirmed: [session?.unconfirmed ?? null, await sessions.replies.unconfirmed(address.chatId)],
    };
    const about = session ? texts.statusText(session, at) : texts.noSessionText();
    return { text: join([about, ...troubleLines(address.chatId, troubles, at)], '\n') };
  },
  timeout: async ({ address, argument, at }, sessions) => {
    if (argument === '') return aboutCurrent(await sessions.current(address), texts.timeoutText);
    const duration = parseDuration(argument);
    if ('refused' in duration) return { text: plain(duration.refused) };
    const changed = await sessions.setIdleTimeout(address, duration.ms, at);
    return aboutCurrent(changed, texts.timeoutChangedText);
  },
  suspend: async ({ address, at }, sessions) =>
    aboutCurrent(await sessions.suspend(address, at), texts.suspendText),
  stop: async ({ address, at }, sessions) =>
    aboutCurrent(await sessions.interrupt(address, at), texts.interruptText),
  end: async ({ address, at }, sessions) => aboutCurrent(await sessions.end(address, at), texts.endedText),
  sessions: async ({ address }, sessions) => sessionsReply(address, sessions),
  help: () => Promise.resolve({ text: texts.helpText() }),
};

/** The commands as `setMyCommands` wants them. */
export const MENU = texts.COMMAND_NAMES.map((command) => ({
  command,
  description: texts.COMMAND_SUMMARIES[command],
}));

/** Does what the command says; resolves when that is durable. */
export async function runCommand(
  { name, argument }: Command,
  call: Omit<CommandCall, 'argument'>,
  sessions: SessionsPort,
): Promise<Reply> {
  // What Telegram sends when a person opens the bot for the first time.
  if (name === 'start') return { text: texts.greetingText() };
  const known = texts.COMMAND_NAMES.find((command) => command === name);
  if (!known) return { text: texts.unknownCommandText(name) };
  return COMMANDS[known]({ ...call, argument }, sessions);
}

/** The list with a button for each session. */
export async function sessionsReply(address: ChatAddress, sessions: SessionsPort): Promise<Reply> {
  const [list, current] = await Promise.all([sessions.list(address), sessions.current(address)]);
  if (list.length === 0) return { text: texts.noSessionText() };
  return { text: texts.sessionsText(list), keyboard: sessionKeyboard(list, current?.id ?? null) };
}

function aboutCurrent(session: SessionView | null, text: (session: SessionView) => RichText): Reply {
  return { text: session ? text(session) : texts.noSessionText() };
}
