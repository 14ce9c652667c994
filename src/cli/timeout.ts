/** `hibernaut timeout`: when a session that is idle is suspended by itself. */
import type { Command } from 'commander';
import { callControl } from '../control/call.ts';
import { ControlError } from '../control/protocol.ts';
import { formatDuration, parseDuration, type BadDuration } from '../words/duration.ts';
import { JSON_OPTION, withExamples, type CommandContext } from './command.ts';
import type { CliHost } from './host.ts';
import { ofThisVersion } from './of-this-version.ts';
import { printable } from './printable.ts';
import { reach } from './reach.ts';
import { shownDetailSchema, shownSessionSchema } from './daemon/session-methods.ts';
import { timeLeft, type ShownSession } from './session-text.ts';

export function registerTimeout(program: Command, { host }: CommandContext): void {
  const command = program
    .command('timeout')
    .summary('when an idle session is suspended by itself')
    .description(
      'Shows after how long a session that is idle is suspended, or changes it, from now on. Needs a running daemon.',
    )
    .argument('<session>', 'id, the beginning of one, or name, as "hibernaut sessions" shows them')
    .argument('[duration]', '600 (seconds), 90s, 10m, 36h, 7d, or off; 1 s to 365 d')
    .option(...JSON_OPTION)
    .action((session: string, duration: string | undefined, options: { json?: boolean }) =>
      timeout(host, session, duration ?? null, options),
    );
  withExamples(command, [['hibernaut timeout k3v9'], ['hibernaut timeout k3v9 36h']]);
}

/** @throws ControlError if the duration is none; NoDaemonError */
async function timeout(
  host: CliHost,
  given: string,
  duration: string | null,
  options: { json?: boolean },
): Promise<void> {
  const { dataDir } = (await reach(host)).config;
  const answer =
    duration === null
      ? ofThisVersion(shownDetailSchema, await callControl(dataDir, 'session', { session: given })).session
      : await callControl(dataDir, 'session.timeout', { session: given, idleTimeoutMs: parsed(duration) });
  const session = ofThisVersion(shownSessionSchema, answer);
  host.out(options.json ? `${JSON.stringify(answer, null, 2)}\n` : timeoutText(session));
}

const WHY_NOT: Record<BadDuration, string> = {
  unreadable: 'is no duration. Write 600 (seconds), 90s, 10m, 36h, 7d, or off.',
  tooShort: 'is too short: 1 s is the least.',
  tooLong: 'is too long: 365 d is the most, or "off".',
};

function parsed(duration: string): number | null {
  const read = parseDuration(duration);
  if ('ms' in read) return read.ms;
  throw new ControlError(durationFault(duration, read.refused));
}

/** Why a text is no idle timeout, with what is one. */
export function durationFault(duration: string, why: BadDuration): string {
  return `${JSON.stringify(duration)} ${WHY_NOT[why]}`;
}

/** When the session is suspended, in a line. */
export function timeoutText(session: ShownSession): string {
  const name = printable(`${session.name} (${session.id})`);
  if (session.idleTimeoutMs === null) return `${name} is never suspended for being idle.\n`;
  const left = session.suspendsInMs === null ? '' : ` ${timeLeft(session)} are left.`;
  return `${name} is suspended after ${formatDuration(session.idleTimeoutMs)} of being idle.${left}\n`;
}
