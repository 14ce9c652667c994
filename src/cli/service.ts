/** `hibernaut service`: the daemon as a service of systemd or launchd. Each subcommand is a file in `service/`. */
import { InvalidArgumentError, type Command } from 'commander';
import { JSON_OPTION, withExamples, type CommandContext } from './command.ts';
import type { InstallOptions } from './service/install.ts';
import type { LogsOptions } from './service/logs.ts';
import type { StatusOptions } from './service/status.ts';
import type { ScopeOptions } from './service/here.ts';

const SYSTEM_OPTION = ['--system', "the service of the whole machine, not a person's own"] as const;
const SHOWN_LINES = 50;

export function registerService(program: Command, context: CommandContext): void {
  const service = program
    .command('service')
    .summary('the daemon as a service: install, uninstall, status, logs')
    .description(
      'Keeps the daemon running as a service: of systemd, or of launchd on macOS. It starts with the machine or with your ' +
        'login, and again after a crash. What each line of the unit is for: docs/service.md.',
    );
  registerInstall(service, context);
  registerUninstall(service, context);
  registerStatus(service, context);
  registerLogs(service, context);
}

function registerInstall(service: Command, { host }: CommandContext): void {
  const command = service
    .command('install')
    .summary('write the service down, start it, wait until it serves')
    .description(
      'Writes the service down, enables and starts it, and waits until it serves. Run again it shows what it changes. The ' +
        'settings come from the env file that "hibernaut init" writes.',
    )
    .option(...SYSTEM_OPTION)
    .option('--user <name>', 'with --system: who runs it; the home and the Claude login are theirs')
    .option('--linger', 'let it run while you are logged out, too')
    .option('--allow-sudo', "let Claude's commands use sudo and other setuid programs")
    .option('--no-allow-sudo', 'forbid them that again')
    .option('--restart', 'start it anew though the unit is as it was, for new settings')
    .option('--print', 'print the unit, and do nothing')
    .option('--dry-run', 'say what would be done, and do nothing')
    .action(async (options: InstallOptions) => {
      const { installService } = await import('./service/install.ts');
      await installService(host, options);
    });
  withExamples(command, [
    ['hibernaut service install --linger'],
    ['sudo hibernaut service install --system --user anna', "for the whole machine, on Anna's account"],
  ]);
}

function registerUninstall(service: Command, { host }: CommandContext): void {
  service
    .command('uninstall')
    .summary('stop the service and remove it; sessions and settings stay')
    .description('Stops the service, lets running turns end, and removes it. Sessions and settings stay.')
    .option(...SYSTEM_OPTION)
    .action(async (options: ScopeOptions) => {
      const { uninstallService } = await import('./service/uninstall.ts');
      await uninstallService(host, options);
    });
}

function registerStatus(service: Command, { host, exitWith }: CommandContext): void {
  service
    .command('status')
    .summary('whether the service runs, and what it says')
    .description(
      'Shows what the service manager knows of the service, and what the daemon says itself. Exits with 0 if it runs, 3 if ' +
        'it does not, 4 if it is not installed.',
    )
    .option(...SYSTEM_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: StatusOptions) => {
      const { serviceStatus } = await import('./service/status.ts');
      exitWith(await serviceStatus(host, options));
    });
}

function registerLogs(service: Command, { host, exitWith }: CommandContext): void {
  service
    .command('logs')
    .summary('what the service has logged')
    .description("Shows the service's log: the journal's, or on macOS the file's.")
    .option(...SYSTEM_OPTION)
    .option('-f, --follow', 'go on with what comes, until Ctrl+C')
    .option('-n, --lines <count>', 'how many lines to begin with', lineCount, SHOWN_LINES)
    .action(async (options: LogsOptions) => {
      const { showServiceLogs } = await import('./service/logs.ts');
      exitWith(await showServiceLogs(host, options));
    });
}

function lineCount(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('It is a whole number, 0 or more.');
  return Number(text);
}
