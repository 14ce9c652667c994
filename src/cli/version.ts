/** `hibernaut version`: which Hibernaut this is, as `--version` says it, too. */
import type { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { CommandContext } from './command.ts';

export function registerVersion(program: Command, { host }: CommandContext): void {
  program
    .command('version')
    .summary('which Hibernaut this is')
    .description('Prints the version of this Hibernaut, as --version does.')
    .action(() => host.out(`${packageJson.version}\n`));
}
