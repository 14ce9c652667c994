/** `hibernaut sessions`: a line for each session, from the running daemon or, if none runs, from the records. */
import { Option, type Command } from 'commander';
import type { SessionView } from '../../machines/session-view.ts';
import { ControlError } from '../control/protocol.ts';
import { residentBytes } from '../resident-memory.ts';
import { askDaemon, noDaemonLine, readAtRest } from './at-rest.ts';
import { JSON_OPTION, withExamples, type CommandContext } from './command.ts';
import type { CliHost } from './host.ts';
import { ofThisVersion } from './of-this-version.ts';
import { reach } from './reach.ts';
import { shownSessionsSchema } from './daemon/session-methods.ts';
import { describeSessions, type ShownSession } from './session-text.ts';

interface SessionsOptions {
  json?: boolean;
  state?: SessionView['state'];
  chat?: string;
  all?: boolean;
}

const STATES = ['active', 'idle', 'suspended', 'terminated'] as const;

export function registerSessions(program: Command, { host }: CommandContext): void {
  const command = program
    .command('sessions')
    .summary('a line for each session')
    .description(
      'Lists the sessions of all chats, the last used first, without those that have ended. If no daemon runs, as the ' +
        'last one left them. Reads only, and wakes nothing.',
    )
    .addOption(new Option('--state <state>', 'only those in this state').choices([...STATES]))
    .option('--chat <id>', 'only those of this Telegram chat')
    .option('--all', 'also those that have ended')
    .option(...JSON_OPTION)
    .action((options: SessionsOptions) => listSessions(host, options));
  withExamples(command, [
    ['hibernaut sessions'],
    ['hibernaut sessions --state idle --json', 'for a script: those whose process waits'],
  ]);
}

/** @throws ControlError if the daemon does not answer, or the chat is none */
export async function listSessions(host: CliHost, options: SessionsOptions): Promise<void> {
  const { dataDir } = (await reach(host)).config;
  const isShown = filterOf(options);
  const answer = await askDaemon(dataDir, 'sessions');
  const said = answer ?? (await readAtRest(dataDir, host.now())).views;
  const sessions = await withMemory(ofThisVersion(shownSessionsSchema, said).filter(isShown));
  if (options.json) {
    // As they were said: what this version does not know is for the program to read.
    const ids = new Map(sessions.map(({ id, residentBytes: bytes }) => [id, bytes]));
    const full = (said as SessionView[]).filter(({ id }) => ids.has(id));
    const shown = full.map((session) => ({ ...session, residentBytes: ids.get(session.id) ?? null }));
    host.out(`${JSON.stringify({ from: answer ? 'daemon' : 'records', sessions: shown }, null, 2)}\n`);
    return;
  }
  if (answer === null) host.err(`${noDaemonLine(dataDir)}\n`);
  host.out(sessions.length === 0 ? `${noneText(options)}\n` : describeSessions(sessions));
}

type Filtered = Pick<ShownSession, 'state' | 'chatId'>;

/** @throws ControlError */
function filterOf({ state, chat, all }: SessionsOptions): (session: Filtered) => boolean {
  if (chat !== undefined && !/^-?[1-9]\d{0,15}$/.test(chat)) {
    throw new ControlError(
      `${JSON.stringify(chat)} is no Telegram chat id: a number, below 0 for a group. "hibernaut sessions --json" shows them.`,
    );
  }
  return (session) => {
    if (chat !== undefined && session.chatId !== Number(chat)) return false;
    if (state !== undefined) return session.state === state;
    return all === true || session.state !== 'terminated';
  };
}

function noneText({ state, chat, all }: SessionsOptions): string {
  if (state !== undefined || chat !== undefined) return 'No session is like that.';
  return all
    ? 'No sessions yet. The first message to the bot starts one.'
    : 'No session. The next message to the bot starts one.';
}

/** The processes are on this machine, so nobody has to be asked. */
function withMemory<T extends ShownSession>(sessions: readonly T[]): Promise<(T & ShownSession)[]> {
  return Promise.all(
    sessions.map(async (session) => ({
      ...session,
      residentBytes: session.pid === null ? null : await residentBytes(session.pid),
    })),
  );
}
