/** What the bot says of itself, and of commands that it does not know. */
import { bold, code, join, rich, type RichText } from '../render/rich-text.ts';
import { COMMAND_SUMMARIES, type CommandName } from './command-names.ts';

/** Every command once, by what it concerns. */
export const HELP_GROUPS: readonly { concern: string; commands: readonly CommandName[] }[] = [
  { concern: 'Sessions', commands: ['new', 'sessions', 'rename', 'suspend', 'detach', 'timeout', 'end'] },
  { concern: 'While Claude works', commands: ['status', 'stop', 'queue', 'cancel'] },
  { concern: 'The conversation', commands: ['resume', 'fork', 'clear', 'compact', 'usage', 'cost'] },
  { concern: 'How Claude works', commands: ['mode', 'model', 'effort', 'commands'] },
  { concern: 'Files', commands: ['diff', 'get', 'rewind', 'cwd'] },
  { concern: 'What is shown here', commands: ['verbose', 'drafts', 'help'] },
];

export function helpText(): RichText {
  const groups = HELP_GROUPS.map(({ concern, commands }) =>
    join([bold(concern), ...commands.map((name) => rich`/${name} – ${COMMAND_SUMMARIES[name]}`)], '\n'),
  );
  return join(
    [
      rich`Write what you want done, and Claude Code does it in the session's folder. Photos, files and voice messages work, too.`,
      rich`A session that is idle for long is suspended. Your next message wakes it, and it knows all that was said.`,
      ...groups,
    ],
    '\n\n',
  );
}

export function greetingText(): RichText {
  return rich`Hello. Write what you want done, and Claude Code does it on the host, the computer that I run on. /help lists the commands.`;
}

/** For a command that is a switch, and got another word. */
export function onOrOffText(command: CommandName): RichText {
  return rich`Write ${code(`/${command} on`)} or ${code(`/${command} off`)}.`;
}

export function unknownCommandText(name: string): RichText {
  return rich`There is no command /${name}. /help lists mine, /commands Claude's own.`;
}
