/** `hibernaut watch`: the address of the live page, which lets one browser in. */
import type { Command } from 'commander';
import { callControl } from '../control/call.ts';
import { formatDuration } from '../words/duration.ts';
import { JSON_OPTION, withExamples, type CommandContext } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { CliHost } from './host.ts';
import { ofThisVersion } from './of-this-version.ts';
import { openBrowser } from './open-browser.ts';
import { reach } from './reach.ts';
import { shownAddressSchema } from './daemon/watch-methods.ts';

interface WatchOptions {
  open?: boolean;
  shutOut?: boolean;
  json?: boolean;
}

export function registerWatch(program: Command, { host, exitWith }: CommandContext): void {
  const command = program
    .command('watch')
    .summary('the live page: all sessions in a browser')
    .description(
      'Shows the address of the live page. It lets one browser in, once, which is then known for 30 days. Needs a running ' +
        'daemon.',
    )
    .option('--open', 'open it in the browser of this machine')
    .option('--shut-out', 'before that, forget all browsers that are known')
    .option(...JSON_OPTION)
    .action(async (options: WatchOptions) => exitWith(await watch(host, options)));
  withExamples(command, [
    ['hibernaut watch --open'],
    ['hibernaut watch', 'for another machine, or a phone: through an SSH tunnel'],
  ]);
}

/**
 * Resolves with the exit code.
 * @throws NoDaemonError, ControlError
 */
async function watch(host: CliHost, { open, shutOut = false, json }: WatchOptions): Promise<number> {
  const { dataDir } = (await reach(host)).config;
  const answer = await callControl(dataDir, 'watch.open', { shutsOut: shutOut });
  const { address, expiresAt } = ofThisVersion(shownAddressSchema, answer);
  if (json) host.out(`${JSON.stringify(answer, null, 2)}\n`);
  else host.out(addressText(address, expiresAt - host.now()));
  if (!open) return EXIT.ok;
  const file = { dataDir, name: 'watch-open.html', environment: host.environment };
  const refused = await openBrowser(address, file);
  if (refused === null) return EXIT.ok;
  host.err(`No browser could be opened here (${refused}). Open the address yourself.\n`);
  return EXIT.failed;
}

function addressText(address: string, lastsMs: number): string {
  const { port } = new URL(address);
  return [
    'Open in a browser on this machine:',
    '',
    `  ${address}`,
    '',
    `It lets one browser in, once, within ${formatDuration(lastsMs)}; that browser is then known for 30 days.`,
    `From elsewhere, a phone too, first: ssh -L ${port}:127.0.0.1:${port} <user>@<this machine>`,
    '',
  ].join('\n');
}
