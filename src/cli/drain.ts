/** `hibernaut drain`: before an upgrade or a reboot, the daemon lets its running turns end, suspends all, and stops. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { callControl, NoDaemonError } from '../control/call.ts';
import { ControlError } from '../control/protocol.ts';
import { parseDuration } from '../words/duration.ts';
import { JSON_OPTION, withExamples, type CommandContext } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { CliHost } from './host.ts';
import { ofThisVersion } from './of-this-version.ts';
import { printable } from './printable.ts';
import { reach } from './reach.ts';
import { describeDrain, shownStatusSchema, type ShownStatus } from './status-text.ts';
import { given, listenForStopOrders } from './daemon/stop-orders.ts';

interface DrainOptions {
  wait?: boolean;
  timeout?: string;
  json?: boolean;
}

export function registerDrain(program: Command, { host, exitWith }: CommandContext): void {
  const command = program
    .command('drain')
    .summary('let running turns end, then stop the daemon')
    .description(
      'Has the daemon begin no more turns, lets those that run end, suspends all sessions and stops it, with exit code 0, ' +
        'so that a service manager leaves it stopped. What people write meanwhile is kept, and answered after the next ' +
        'start. Needs a running daemon.',
    )
    .option('--wait', 'until it has stopped, and show what it waits for')
    .option('--timeout <duration>', 'how long running turns may go on, such as 10m; else HIBERNAUT_DRAIN')
    .option(...JSON_OPTION)
    .action(async (options: DrainOptions) => exitWith(await drain(host, options)));
  withExamples(command, [['hibernaut drain --wait --timeout 10m', 'before an upgrade']]);
}

const ASK_EVERY_MS = 500;

/**
 * Resolves with the exit code: 1 if it was to wait and was told to stop (Ctrl+C), which leaves the drain going.
 * @throws NoDaemonError, ControlError
 */
async function drain(host: CliHost, options: DrainOptions): Promise<number> {
  const { dataDir } = (await reach(host)).config;
  const params = { timeoutMs: options.timeout === undefined ? null : readTimeout(options.timeout) };
  // From the start: whoever presses Ctrl+C at once shall know, too, that the drain goes on.
  using orders = options.wait ? listenForStopOrders(host.process) : null;
  const answer = await callControl(dataDir, 'drain', params);
  const show = shower(host, options.json ?? false);
  show(answer);
  if (!orders) return EXIT.ok;

  const pid = ofThisVersion(shownStatusSchema, answer).daemon?.pid ?? null;
  const end = await Promise.race([
    stoppedOf(dataDir, pid, show, orders.stop),
    given(orders.stop).then(() => 'left' as const),
  ]);
  if (end === 'left') {
    host.err('The drain goes on without this command. "hibernaut status" shows what it waits for.\n');
    return EXIT.failed;
  }
  if (!options.json)
    host.out(
      'Hibernaut has stopped. What waits is kept. To go on: "hibernaut start", or "hibernaut service install" for the service.\n',
    );
  return EXIT.ok;
}

/** Prints what has changed since the last time. */
function shower(host: CliHost, asJson: boolean): (answer: unknown) => void {
  let shown = '';
  return (answer) => {
    const status = ofThisVersion(shownStatusSchema, answer);
    const waitsFor = busyWords(status);
    if (waitsFor === shown) return;
    shown = waitsFor;
    if (asJson) host.out(`${JSON.stringify(answer)}\n`);
    else for (const line of describeDrain(status, host.now())) host.out(`${printable(line)}\n`);
  };
}

/** The same as long as it waits for the same. */
function busyWords({ daemon, sessions }: ShownStatus): string {
  const busy = sessions.filter(({ pid, state }) => pid !== null || state === 'active');
  return JSON.stringify([daemon?.state, busy.map(({ chatId, name, phase }) => [chatId, name, phase])]);
}

/** Resolves once the daemon of that pid has stopped; another one may run by then. */
async function stoppedOf(
  dataDir: string,
  pid: number | null,
  show: (answer: unknown) => void,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    try {
      const answer = await callControl(dataDir, 'status');
      if (ofThisVersion(shownStatusSchema, answer).daemon?.pid !== pid) return;
      show(answer);
    } catch (error) {
      if (error instanceof NoDaemonError) return;
      // Its socket closed while we asked: the next look tells.
      if (!(error instanceof ControlError) && !isCut(error)) throw error;
    }
    await wait(ASK_EVERY_MS);
  }
}

function isCut(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

/** @throws ControlError that says what to write */
function readTimeout(text: string): number {
  const parsed = parseDuration(text);
  if ('refused' in parsed || parsed.ms === null) {
    throw new ControlError(
      `--timeout is ${JSON.stringify(text)}. Write a duration from 1s to 365d, such as 90s or 10m.`,
    );
  }
  return parsed.ms;
}
