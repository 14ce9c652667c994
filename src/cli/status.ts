/** `hibernaut status`: what the running daemon says, or, if none runs, what the last one left on disk. */
import type { Command } from 'commander';
import type { SessionView } from '../../machines/session-view.ts';
import { byChat, undeliveredOf } from '../daemon/chats/undelivered.ts';
import { peekAccess } from '../store/access-file.ts';
import type { SetAside } from '../store/ports.ts';
import type { Undelivered } from '../telegram/ports.ts';
import { askDaemon, readAtRest } from './at-rest.ts';
import { JSON_OPTION, type CommandContext } from './command.ts';
import type { CliHost } from './host.ts';
import { ofThisVersion } from './of-this-version.ts';
import { reach } from './reach.ts';
import { describeStatus, shownStatusSchema } from './status-text.ts';

/** What `--json` prints if no daemon runs. */
interface StatusAtRest {
  daemon: null;
  sessions: SessionView[];
  /** Files that can't be read, and those that were set aside. */
  unreadable: SetAside[];
  undelivered: Undelivered[];
}

export function registerStatus(program: Command, { host }: CommandContext): void {
  program
    .command('status')
    .summary('the daemon and its sessions')
    .description(
      'Shows the daemon, its sessions and what could not be delivered. If none runs, what the last one left on disk. ' +
        'Reads only, and wakes nothing.',
    )
    .option(...JSON_OPTION)
    .action((options: { json?: boolean }) => status(host, options));
}

/** Reads only: no session wakes, and no file changes. */
export async function status(host: CliHost, options: { json?: boolean }): Promise<void> {
  const { dataDir } = (await reach(host)).config;
  const answer = await askDaemon(dataDir, 'status');
  const said = answer ?? (await statusAtRest(dataDir, host.now()));
  if (options.json) {
    host.out(`${JSON.stringify(said, null, 2)}\n`);
    return;
  }
  host.out(describeStatus(ofThisVersion(shownStatusSchema, said), { dataDir, now: host.now() }));
}

async function statusAtRest(dataDir: string, now: number): Promise<StatusAtRest> {
  const { records, views, unreadable } = await readAtRest(dataDir, now);
  const access = await peekAccess(dataDir);
  return {
    daemon: null,
    sessions: views,
    unreadable: [...(access.unreadable ? [access.unreadable] : []), ...unreadable],
    undelivered: byChat(records.map(undeliveredOf).filter((mail) => mail !== null)),
  };
}
