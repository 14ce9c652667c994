/** How a command becomes part of the command line: each command's file registers it, and `program.ts` lists them. */
import type { Command } from 'commander';
import type { CliHost } from './host.ts';

/** What a command is given when it is registered. */
export interface CommandContext {
  readonly host: CliHost;
  /** Sets the exit code of the process, which is 0 otherwise. An error sets it by itself: see `exitCodeOf`. */
  readonly exitWith: (code: number) => void;
}

/** Adds one command, with its subcommands, to `program`. */
export type Register = (program: Command, context: CommandContext) => void;

/** The option of every command that programs may read: one word and one meaning. */
export const JSON_OPTION = ['--json', 'print it as JSON, for programs'] as const;

/** Ends the help of `command` with lines to copy; each may have a word above it that says what it does. */
export function withExamples(
  command: Command,
  examples: readonly (readonly [line: string, does?: string])[],
): Command {
  const lines = examples.map(([line, does]) => (does ? `  # ${does}\n  $ ${line}` : `  $ ${line}`));
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
