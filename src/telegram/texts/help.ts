/** What the bot says of itself, and of commands that it does not know. */
import { concat, join, rich, type RichText } from '../render/rich-text.ts';
import { COMMAND_NAMES, COMMAND_SUMMARIES } from './command-names.ts';

export function helpText(): RichText {
  const lines = COMMAND_NAMES.map((name) => rich`/${name} – ${COMMAND_SUMMARIES[name]}`);
  return concat(
    rich`Write a message and Claude Code answers. A session that nobody talks to is suspended: its process ends, its conversation stays, and your next message continues it.\n\n`,
    join(lines, '\n'),
  );
}

export function greetingText(): RichText {
  return rich`Hello. Write what you want done and Claude Code does it on this machine. /help lists the commands.`;
}

export function unknownCommandText(name: string): RichText {
  return rich`There is no command /${name}. /help lists those that there are, /commands Claude's own.`;
}
