/** `hibernaut session`: one session, from the running daemon or, if none runs, from its record. */
import type { Command } from 'commander';
import { sessionDetail, type SessionDetail } from '../daemon/desk/session-detail.ts';
import { residentBytes } from '../resident-memory.ts';
import { readHistory } from '../store/history-files.ts';
import { askDaemon, noDaemonLine, readAtRest } from './at-rest.ts';
import { JSON_OPTION, withExamples, type CommandContext } from './command.ts';
import type { CliHost } from './host.ts';
import { ofThisVersion } from './of-this-version.ts';
import { reach } from './reach.ts';
import { resolveSession, SESSION_ARGUMENT } from './resolve-session.ts';
import { shownDetailSchema } from './daemon/session-methods.ts';
import { describeSession } from './session-text.ts';
import { describeTimeline } from './timeline-text.ts';

interface SessionOptions {
  json?: boolean;
  timeline?: boolean;
}

/** Without `--timeline`. */
const LAST_STATES = 10;

export function registerSession(program: Command, { host }: CommandContext): void {
  const command = program
    .command('session')
    .summary('one session: state, process, settings, what happened')
    .description(
      'Shows one session, without the words of its messages. If no daemon runs, as the last one left it. Reads only, and ' +
        'wakes nothing.',
    )
    .argument('[session]', SESSION_ARGUMENT)
    .option('--timeline', 'all of its states that are known, with what led to each, not only the last ten')
    .option(...JSON_OPTION)
    .action((given: string | undefined, options: SessionOptions) =>
      showSession(host, given ?? null, options),
    );
  withExamples(command, [
    ['hibernaut session k3v9'],
    ['hibernaut session k3v9 --timeline', 'what happened last night, when, and why'],
    ['hibernaut session k3v9 --json | jq .session.phase'],
  ]);
}

/** @throws ControlError if no session, or more than one, may be meant */
export async function showSession(
  host: CliHost,
  given: string | null,
  options: SessionOptions,
): Promise<void> {
  const { dataDir } = (await reach(host)).config;
  const answer = await askDaemon(dataDir, 'session', { session: given });
  const said = answer ?? (await detailAtRest(dataDir, given, host.now()));
  if (options.json) {
    host.out(`${JSON.stringify(said, null, 2)}\n`);
    return;
  }
  if (answer === null) host.err(`${noDaemonLine(dataDir)}\n`);
  const shown = ofThisVersion(shownDetailSchema, said);
  const { pid } = shown.session;
  const session = { ...shown.session, residentBytes: pid === null ? null : await residentBytes(pid) };
  const shownStates = options.timeline ? Infinity : LAST_STATES;
  host.out(describeSession({ ...shown, session }, host.now()));
  host.out(describeTimeline(shown.timeline, shownStates, host.now()));
}

async function detailAtRest(dataDir: string, given: string | null, now: number): Promise<SessionDetail> {
  const { records, views } = await readAtRest(dataDir, now);
  const view = resolveSession(views, given);
  const record = records.find(({ id }) => id === view.id);
  if (!record) throw new Error(`Session ${view.id} was read a moment ago.`);
  return sessionDetail({ ...record, process: null }, view, await readHistory(dataDir, view.id));
}
