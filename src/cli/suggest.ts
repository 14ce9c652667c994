/** What a shell offers at a point of the command line: commands, options, their values, and sessions. */
import type { Command as Completed, Complete } from '@bomb.sh/tab';
import type { Argument, Command, Option } from 'commander';
import { oneLine } from '../words/one-line.ts';
import { askDaemon, readAtRest } from './at-rest.ts';
import type { CliHost } from './host.ts';
import { ofThisVersion } from './of-this-version.ts';
import { reach } from './reach.ts';
import { shownSessionsSchema } from './daemon/session-methods.ts';

/** A word and what it means; bash shows the word alone. */
type Suggestion = readonly [word: string, meaning: string];

/**
 * Prints what may come next, as the library's scripts read it.
 * @param words all but the program's name; the last one is being written, and may be empty
 */
export async function suggest(program: Command, words: readonly string[], host: CliHost): Promise<void> {
  // For this alone: the other commands start without it.
  const { RootCommand } = await import('@bomb.sh/tab');
  const root = new RootCommand();
  const sessions = await sessionsToName(host);
  describe(root, program, sessions);
  for (const [path, command] of commandsBelow(program)) {
    // Commander's own command, "help", has no summary.
    const meaning = command.summary() || command.description();
    describe(root.command(path, meaning), command, sessions);
  }
  root.parse([...words]);
}

/** `['access list', the command]`, without those that the help hides. */
function commandsBelow(parent: Command, path: readonly string[] = []): (readonly [string, Command])[] {
  return parent
    .createHelp()
    .visibleCommands(parent)
    .flatMap((command) => {
      const words = [...path, command.name()];
      return [[words.join(' '), command] as const, ...commandsBelow(command, words)];
    });
}

function describe(completed: Completed, command: Command, sessions: readonly Suggestion[]): void {
  for (const option of command.createHelp().visibleOptions(command)) {
    const { long, short, description } = option;
    if (!long) continue;
    const [name, alias] = [long.slice(2), short?.slice(1)];
    if (option.required || option.optional)
      completed.option(name, description, offer(choicesOf(option)), alias);
    else if (alias === undefined) completed.option(name, description);
    else completed.option(name, description, alias);
  }
  for (const argument of command.registeredArguments) {
    const isSession = argument.name() === 'session';
    completed.argument(argument.name(), offer(isSession ? sessions : choicesOf(argument)), argument.variadic);
  }
}

function choicesOf({ argChoices }: Option | Argument): Suggestion[] {
  return (argChoices ?? []).map((choice) => [choice, '']);
}

function offer(suggestions: readonly Suggestion[]): (complete: Complete) => void {
  return (complete) => {
    for (const [word, meaning] of suggestions) complete(word, meaning);
  };
}

/** Those that have not ended. None if they can't be read: nobody who presses Tab wants to know why. */
async function sessionsToName({
  environment,
  now,
}: Pick<CliHost, 'environment' | 'now'>): Promise<Suggestion[]> {
  try {
    const { dataDir } = (await reach({ environment, err: () => undefined })).config;
    const said = (await askDaemon(dataDir, 'sessions')) ?? (await readAtRest(dataDir, now())).views;
    return ofThisVersion(shownSessionsSchema, said)
      .filter(({ state }) => state !== 'terminated')
      .map(({ id, name, state }) => [id, oneLine(`${name}, ${state}`)]);
  } catch {
    return [];
  }
}
