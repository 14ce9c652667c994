/** The command line: `hibernaut <command>`. Each command is a file beside this one. */
import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { redact } from '../redact.ts';
import { listAccess, revokeAccess } from './access.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import type { CliHost } from './host.ts';
import { pair } from './pair.ts';
import { start } from './start.ts';
import { status } from './status.ts';

/**
 * Runs one command and resolves with the exit code of the process. Never rejects.
 * @param args without the program's name
 */
export async function runCli(args: readonly string[], host: CliHost): Promise<number> {
  try {
    let code: number = EXIT.ok;
    const program = buildProgram(host, (exitCode) => (code = exitCode));
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has said it already: help, the version, or what is wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.configuration;
    const code = exitCodeOf(error);
    host.err(`${code === null ? describeSurprise(error) : messageOf(error)}\n`);
    return code ?? EXIT.failed;
  }
}

function buildProgram(host: CliHost, exitWith: (code: number) => void): Command {
  const program = new Command('hibernaut')
    .description('Claude Code sessions on this machine, in your Telegram chat.')
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({ writeOut: host.out, writeErr: host.err })
    .showHelpAfterError('(hibernaut --help lists the commands)');
  program
    .command('start')
    .description('run the daemon, or the sandbox if TELEGRAM_BOT_TOKEN is not set')
    .action(async () => exitWith(await start(host)));
  program
    .command('status')
    .description('the daemon and its sessions')
    .option('--json', 'for programs')
    .action((options: { json?: boolean }) => status(host, options));
  program
    .command('pair')
    .description('show a code that lets one person use the bot')
    .option('--wait', 'until somebody has used it, and say who')
    .option('--json', 'for programs')
    .action(async (options: { wait?: boolean; json?: boolean }) => exitWith(await pair(host, options)));
  const access = program.command('access').description('who may use the bot');
  access
    .command('list')
    .description('everyone, and where their access comes from')
    .option('--json', 'for programs')
    .action((options: { json?: boolean }) => listAccess(host, options));
  access
    .command('revoke')
    .description('shut a person out who was let in with a code')
    .argument('<user id>', 'as "hibernaut access list" shows it')
    .action((userId: string) => revokeAccess(host, userId));
  program
    .command('version')
    .description('which Hibernaut this is')
    .action(() => host.out(`${packageJson.version}\n`));
  return program;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? redact(error.message) : String(error);
}

function describeSurprise(error: unknown): string {
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `Hibernaut failed, and this is a bug: ${redact(details)}`;
}
