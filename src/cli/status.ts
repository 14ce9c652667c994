/** `hibernaut status`: what the running daemon says, or, if none runs, what the last one left on disk; the sandbox's, if only that runs. */
import type { Command } from 'commander';
import { viewSession, type SessionView } from '../../machines/session-view.ts';
import { readConfig, wholeEnvironment } from '../config.ts';
import { callControl, NoDaemonError } from '../control/call.ts';
import { byChat, undeliveredOf } from '../daemon/chats/undelivered.ts';
import { peekAccess } from '../store/access-file.ts';
import type { SetAside } from '../store/ports.ts';
import { scan } from '../store/session-scan.ts';
import type { Undelivered } from '../telegram/ports.ts';
import { JSON_OPTION, type CommandContext } from './command.ts';
import type { CliHost } from './host.ts';
import { ofThisVersion } from './of-this-version.ts';
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
      "Shows the daemon, its sessions and what could not be delivered. If none runs: the sandbox's if only that does, " +
        'and else what the last daemon left on disk. Reads only, and wakes nothing.',
    )
    .option(...JSON_OPTION)
    .action((options: { json?: boolean }) => status(host, options));
}

/** Reads only: no session wakes, and no file changes. */
export async function status(host: CliHost, options: { json?: boolean }): Promise<void> {
  const { dataDir } = readConfig(host.environment);
  const answer = await askDaemon(dataDir);
  if (options.json) {
    host.out(`${JSON.stringify(answer ?? (await readAtRest(dataDir, host.now())), null, 2)}\n`);
    return;
  }
  const sandbox = answer === null ? await askSandbox(wholeEnvironment(host.environment)) : null;
  const said = answer ?? sandbox?.answer ?? (await readAtRest(dataDir, host.now()));
  const shown = ofThisVersion(shownStatusSchema, said);
  const isSandbox = sandbox !== null;
  host.out(describeStatus(shown, { dataDir: sandbox?.dataDir ?? dataDir, isSandbox, now: host.now() }));
}

/** Null if no sandbox runs. */
async function askSandbox(
  environment: NodeJS.ProcessEnv,
): Promise<{ answer: unknown; dataDir: string } | null> {
  // A daemon with a token loads nothing of the sandbox.
  const { sandboxFolder } = await import('../sandbox/sandbox-environment.ts');
  const dataDir = sandboxFolder(environment);
  const answer = await askDaemon(dataDir);
  return answer === null ? null : { answer, dataDir };
}

/** Null if no daemon runs. */
async function askDaemon(dataDir: string): Promise<unknown> {
  try {
    return await callControl(dataDir, 'status');
  } catch (error) {
    if (error instanceof NoDaemonError) return null;
    throw error;
  }
}

async function readAtRest(dataDir: string, now: number): Promise<StatusAtRest> {
  const { records, unreadable } = await scan({ dataDir });
  const access = await peekAccess(dataDir);
  // A process in a record may be one that died with the daemon, and no timer runs.
  const views = records.map((record) => ({
    ...viewSession({ ...record, process: null }, record.state, now),
    suspendsAt: null,
    suspendsInMs: null,
  }));
  return {
    daemon: null,
    sessions: views.sort((a, b) => b.lastActivityAt - a.lastActivityAt),
    unreadable: [...(access.unreadable ? [access.unreadable] : []), ...unreadable],
    undelivered: byChat(records.map(undeliveredOf).filter((mail) => mail !== null)),
  };
}
