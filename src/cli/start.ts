/** `hibernaut start`: the daemon if a bot token is set, the sandbox if not. */
import type { Command } from 'commander';
import { readConfig, wholeEnvironment } from '../config/config.ts';
import { withExamples, type CommandContext } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { CliHost } from './host.ts';

export function registerStart(program: Command, { host, exitWith }: CommandContext): void {
  const command = program
    .command('start')
    .summary('run the daemon, or the sandbox if there is no token')
    .description(
      'Runs the daemon until it is told to stop (Ctrl+C or SIGTERM; a second time at once). Without ' +
        'TELEGRAM_BOT_TOKEN it runs the sandbox instead: an emulated Telegram, whose address it prints, and a scripted ' +
        'model. Settings come from the environment and from the env file, which "hibernaut init" writes.',
    )
    .action(async () => exitWith(await start(host)));
  withExamples(command, [
    ['hibernaut start', 'the sandbox'],
    ['TELEGRAM_BOT_TOKEN=123456:ABC HIBERNAUT_ALLOWED_USERS=1234567 hibernaut start', 'the daemon'],
  ]);
}

/**
 * Resolves with the exit code when it was told to stop and has. Each of the two is loaded only when it is the one that
 * runs: with a token nothing of the sandbox exists in the process.
 */
export async function start(host: CliHost): Promise<number> {
  const config = readConfig(host.environment);
  const environment = wholeEnvironment(host.environment);
  if (config.telegram) {
    const { runDaemon } = await import('./daemon/run-daemon.ts');
    const { REAL_PARTS } = await import('./daemon/daemon-parts.ts');
    await runDaemon(config, config.telegram, host, REAL_PARTS);
    return EXIT.ok;
  }
  const { runSandbox } = await import('./run-sandbox.ts');
  return runSandbox({ ...host, environment });
}
