/** All commands by name: which one a message means, and the menu that Telegram shows. */
import type { SessionsPort } from '../../ports.ts';
import { COMMAND_NAMES, COMMAND_SUMMARIES, type CommandName } from '../../texts/command-names.ts';
import { greetingText, helpText } from '../../texts/help.ts';
import type { Command } from '../addressed.ts';
import type { CommandCall, ForClaude, Reply, Run } from './command.ts';
import { CONVERSATION_COMMANDS } from './conversations.ts';
import { FILE_COMMANDS } from './files.ts';
import { CLAUDE_COMMANDS, claudesOwn } from './offered.ts';
import { LIFECYCLE_COMMANDS } from './lifecycle.ts';
import { REWIND_COMMANDS } from './rewind.ts';
import { SESSION_COMMANDS } from './sessions.ts';
import { SETTINGS_COMMANDS } from './settings.ts';
import { USAGE_COMMANDS } from './usage.ts';
import { VIEW_COMMANDS } from './views.ts';
import { WHILE_WORKING_COMMANDS } from './while-working.ts';

const COMMANDS: Record<CommandName, Run> = {
  ...SESSION_COMMANDS,
  ...CONVERSATION_COMMANDS,
  ...LIFECYCLE_COMMANDS,
  ...FILE_COMMANDS,
  ...SETTINGS_COMMANDS,
  ...VIEW_COMMANDS,
  ...WHILE_WORKING_COMMANDS,
  ...CLAUDE_COMMANDS,
  ...USAGE_COMMANDS,
  ...REWIND_COMMANDS,
  help: () => Promise.resolve({ text: helpText() }),
};

/** Claude Code's other names for what the bot does itself. */
const ALIASES: Record<string, CommandName> = { reset: 'clear' };

/** The commands as `setMyCommands` wants them. */
export const MENU = COMMAND_NAMES.map((command) => ({
  command,
  description: COMMAND_SUMMARIES[command],
}));

/** Does what the command says; resolves when that is durable. */
export async function runCommand(
  { name, argument }: Command,
  call: Omit<CommandCall, 'argument'>,
  sessions: SessionsPort,
): Promise<Reply | ForClaude> {
  // What Telegram sends when a person opens the bot for the first time.
  if (name === 'start') return { text: greetingText() };
  const known = COMMAND_NAMES.find((command) => command === (ALIASES[name] ?? name));
  if (!known) return claudesOwn(name, { ...call, argument }, sessions);
  return COMMANDS[known]({ ...call, argument }, sessions);
}
