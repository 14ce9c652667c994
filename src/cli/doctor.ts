/** `hibernaut doctor`: what of this machine keeps Hibernaut from working, and how each of it is mended. */
import type { Command } from 'commander';
import { JSON_OPTION, withExamples, type CommandContext } from './command.ts';

export function registerDoctor(program: Command, { host, exitWith }: CommandContext): void {
  const command = program
    .command('doctor')
    .summary('what is wrong on this machine, and how it is mended')
    .description(
      'Looks at all that Hibernaut needs: the settings, Node, Claude Code and its login, Telegram, the clock, the data ' +
        'folder and its records, processes that were left behind, the workspace. Each line says what it found, and how it ' +
        'is mended. It takes no updates from the daemon and changes nothing without --fix. Exits with 0 if nothing needs ' +
        'mending, and with 1 otherwise.',
    )
    .option('--fix', 'mend what can be mended without asking; then look again')
    .option(...JSON_OPTION)
    .action(async (options: { fix?: boolean; json?: boolean }) => {
      const { doctor } = await import('./doctor/doctor.ts');
      exitWith(await doctor(host, options));
    });
  withExamples(command, [
    ['hibernaut doctor'],
    ['hibernaut doctor --json || echo "something needs mending"', 'for a script'],
  ]);
}
