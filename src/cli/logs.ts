/** `hibernaut logs`: the last lines of the running daemon's log, and, with `-f`, those that come. */
import { Option, type Command } from 'commander';
import { NoDaemonError, streamControl } from '../control/call.ts';
import { ControlError } from '../control/protocol.ts';
import { LOG_LEVELS, type LogLevel } from '../log/level.ts';
import { LINES_KEPT } from '../log/log-ring.ts';
import { JSON_OPTION, withExamples, type CommandContext } from './command.ts';
import type { CliHost } from './host.ts';
import { logBatchSchema } from './daemon/log-methods.ts';
import { describeLogLine } from './log-text.ts';
import { ofThisVersion } from './of-this-version.ts';
import { reach } from './reach.ts';
import { listenForStopOrders } from './daemon/stop-orders.ts';

interface LogsOptions {
  follow?: boolean;
  lines: string;
  level: LogLevel;
  json?: boolean;
}

export function registerLogs(program: Command, { host }: CommandContext): void {
  const command = program
    .command('logs')
    .summary('what the daemon logs')
    .description(
      "Shows the last lines of the running daemon's log, which holds no token, prompt or answer, and no line below " +
        'HIBERNAUT_LOG_LEVEL.',
    )
    .option('-f, --follow', 'also those that come, until Ctrl+C')
    .option('-n, --lines <count>', `how many of the last lines, ${String(LINES_KEPT)} at most`, '100')
    .addOption(
      new Option('--level <level>', 'nothing below it').choices([...LOG_LEVELS]).default('trace' as const),
    )
    .option(...JSON_OPTION)
    .action((options: LogsOptions) => showLogs(host, options));
  withExamples(command, [
    ['hibernaut logs -f'],
    ['hibernaut logs --level warn --json | jq .msg', 'what went wrong lately, as it was written'],
  ]);
}

/** @throws ControlError with where the log is if no daemon runs, and when the daemon stops while it is followed */
async function showLogs(host: CliHost, options: LogsOptions): Promise<void> {
  const { dataDir } = (await reach(host)).config;
  const { follow: follows = false, level } = options;
  const wish = { last: parsed(options.lines), level, follows };
  const show = options.json ? (line: string) => line : describeLogLine;
  using orders = listenForStopOrders(host.process);
  try {
    for await (const answer of streamControl(dataDir, 'logs', wish, orders.stop)) {
      const { lines, leftOut } = ofThisVersion(logBatchSchema, answer);
      if (leftOut > 0)
        host.err(`${String(leftOut)} lines were left out: they came faster than they were read.\n`);
      host.out(lines.map((line) => `${show(line)}\n`).join(''));
    }
  } catch (error) {
    if (!(error instanceof NoDaemonError)) throw error;
    throw new ControlError(
      `${error.message} The log of one that ran as a service: "hibernaut service logs". Of any other, it went to its standard error.`,
      { cause: error },
    );
  }
}

/** @throws ControlError */
function parsed(lines: string): number {
  const count = /^\d{1,4}$/.test(lines) ? Number(lines) : Number.NaN;
  if (count <= LINES_KEPT) return count;
  throw new ControlError(
    `${JSON.stringify(lines)} is no number of lines: from 0 to ${String(LINES_KEPT)}, which is what the daemon keeps.`,
  );
}
