/** `hibernaut inspect`: the machines in the Stately inspector, for as long as the command runs. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { z } from 'zod';
import { NoDaemonError, streamControl } from '../control/call.ts';
import { ControlError } from '../control/protocol.ts';
import { withExamples, JSON_OPTION, type CommandContext } from './command.ts';
import type { CliHost } from './host.ts';
import { openedSchema } from './daemon/inspect-methods.ts';
import { ofThisVersion } from './of-this-version.ts';
import { openBrowser } from './open-browser.ts';
import { printable } from './printable.ts';
import { reach } from './reach.ts';
import { listenForStopOrders } from './daemon/stop-orders.ts';

interface InspectOptions {
  session?: string;
  open?: boolean;
  json?: boolean;
}

type ShownOpened = z.infer<typeof openedSchema>;

export function registerInspect(program: Command, { host }: CommandContext): void {
  const command = program
    .command('inspect')
    .summary('the machines in the Stately inspector, until Ctrl+C')
    .description(
      'Streams the state machines of the running daemon, as they run, to the Stately inspector: states and events, and ' +
        'nothing that people or Claude wrote. Shows the address to open, which holds a token and is good until the command ' +
        'ends. After a restart of the daemon it goes on.',
    )
    .option(
      '--session <session>',
      'only this session (id, the beginning of one, or name), also when it wakes later',
    )
    .option('--open', 'open it in the browser of this machine')
    .option(...JSON_OPTION)
    .action((options: InspectOptions) => inspect(host, options));
  withExamples(command, [
    ['hibernaut inspect --open'],
    ['hibernaut inspect --session k3v9', 'one session, with what it has started'],
  ]);
}

const ASK_EVERY_MS = 1_000;

/** Resolves after Ctrl+C. @throws NoDaemonError, ControlError if it can't be opened in the first place */
async function inspect(host: CliHost, options: InspectOptions): Promise<void> {
  const { dataDir } = (await reach(host)).config;
  using orders = listenForStopOrders(host.process);
  const { stop } = orders;
  let last: ShownOpened | null = null;
  let trouble: string | null = null;
  const note = async (answer: unknown): Promise<void> => {
    const opened = ofThisVersion(openedSchema, answer);
    if (opened.url !== last?.url) await showAddress(host, dataDir, opened, options);
    else if (trouble !== null) host.err(AGAIN);
    last = opened;
    trouble = null;
  };
  const noteTrouble = (error: ControlError | NoDaemonError): void => {
    const text = error instanceof NoDaemonError || trouble === null ? GONE : `${printable(error.message)}\n`;
    if (text !== trouble) host.err(text);
    trouble = text;
  };
  while (!stop.aborted) {
    try {
      await forEachAnswer(dataDir, wishFor(options, last), stop, note);
    } catch (error) {
      const isAway = error instanceof NoDaemonError || error instanceof ControlError;
      if (last === null || !isAway) throw error;
      noteTrouble(error);
      await wait(ASK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}

interface InspectWish {
  session: string | null;
  again: string | null;
}

/** The same again, if it has been open before. */
function wishFor({ session }: InspectOptions, last: ShownOpened | null): InspectWish {
  return { session: last?.session ?? session ?? null, again: last?.url ?? null };
}

async function forEachAnswer(
  dataDir: string,
  wish: InspectWish,
  stop: AbortSignal,
  act: (answer: unknown) => Promise<void>,
): Promise<void> {
  for await (const answer of streamControl(dataDir, 'inspect', wish, stop)) await act(answer);
}

const GONE = 'The daemon has stopped. The inspector goes on with the next one; Ctrl+C ends it.\n';
const AGAIN = 'The daemon runs again, at the same address. An open page finds back by itself.\n';

async function showAddress(
  host: CliHost,
  dataDir: string,
  opened: ShownOpened,
  { open, json }: InspectOptions,
): Promise<void> {
  host.out(json ? `${JSON.stringify(opened)}\n` : addressText(opened));
  if (!open) return;
  const file = { dataDir, name: 'inspect-open.html', environment: host.environment };
  const refused = await openBrowser(opened.url, file);
  if (refused !== null)
    host.err(`No browser could be opened here (${refused}). Open the address yourself.\n`);
}

function addressText({ url, session, stays }: ShownOpened): string {
  const { port } = new URL(url);
  return [
    `${session === null ? 'All machines' : `Session ${session}`}, in a browser on this machine:`,
    '',
    `  ${url}`,
    '',
    stays
      ? 'HIBERNAUT_INSPECT keeps it open as long as the daemon runs.'
      : 'It is good until this command ends: Ctrl+C.',
    `From elsewhere, first: ssh -L ${port}:127.0.0.1:${port} <user>@<this machine>`,
    '',
  ].join('\n');
}
