/** `hibernaut pair`: a code that lets one person use the bot. */
import type { Command } from 'commander';
import { refuseWithinSession } from './by-a-person.ts';
import { JSON_OPTION, withExamples, type CommandContext } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { CliHost } from './host.ts';
import { describeOffer, openPairing, waitForNewcomer, type Newcomer } from './pairing.ts';
import { printable } from './printable.ts';
import { reach } from './reach.ts';
import { given, listenForStopOrders } from './daemon/stop-orders.ts';

export function registerPair(program: Command, { host, exitWith }: CommandContext): void {
  const command = program
    .command('pair')
    .summary('a code that lets one person use the bot')
    .description(
      'Shows a code that lets one person use the bot, once they send it to the bot in a private chat. The daemon has to ' +
        'run. A newer code takes the place of the one before.',
    )
    .option('--wait', 'wait until somebody has used it, and say who; exits with 1 if nobody has')
    .option(...JSON_OPTION)
    .action(async (options: { wait?: boolean; json?: boolean }) => exitWith(await pair(host, options)));
  withExamples(command, [['hibernaut pair --wait']]);
}

/**
 * Resolves with the exit code: 1 if it was to wait and nobody came. Ctrl+C ends the wait, not the code.
 * @throws NoDaemonError, ControlError also within a session
 */
export async function pair(host: CliHost, options: { wait?: boolean; json?: boolean }): Promise<number> {
  refuseWithinSession(host.environment);
  const { dataDir } = (await reach(host)).config;
  const offer = await openPairing(dataDir);
  host.out(options.json ? `${JSON.stringify(offer)}\n` : describeOffer(offer, host.now()));
  if (!options.wait) return EXIT.ok;

  using orders = listenForStopOrders(host.process);
  if (!options.json) host.out('Waiting for them. Ctrl+C ends this, and leaves the code as it is.\n');
  const newcomer = await Promise.race([
    waitForNewcomer(dataDir, offer, { signal: orders.stop }).catch(nobodyOnceStopped(orders.stop)),
    given(orders.stop).then(() => 'stopped' as const),
  ]);
  if (newcomer === 'stopped') return EXIT.ok;
  if (options.json) host.out(`${JSON.stringify(newcomer)}\n`);
  else if (newcomer) host.out(describeNewcomer(newcomer));
  else
    host.err('Nobody used the code, and it is of no use any more. Run "hibernaut pair" for another one.\n');
  return newcomer ? EXIT.ok : EXIT.failed;
}

function describeNewcomer({ userId, name }: Newcomer): string {
  const who = printable(name ?? 'Somebody without a name');
  return `${who}, Telegram id ${String(userId)}, is in. If that is not who you meant: hibernaut access revoke ${String(userId)}\n`;
}

/** The wait rejects when it is told to stop; by then nobody listens. */
function nobodyOnceStopped(stop: AbortSignal): (error: unknown) => null {
  return (error) => {
    if (stop.aborted) return null;
    throw error;
  };
}
