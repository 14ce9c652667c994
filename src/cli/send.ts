/** `hibernaut send`: a message to a session, as one from its chat, with or without waiting for the answer. */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { streamControl } from '../control/call.ts';
import { ControlError, OutcomeUnknownError } from '../control/protocol.ts';
import { JSON_OPTION, withExamples, type CommandContext } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { CliHost } from './host.ts';
import { ofThisVersion } from './of-this-version.ts';
import { printable } from './printable.ts';
import { reach } from './reach.ts';
import { sentSchema } from './daemon/session-methods.ts';
import { listenForStopOrders } from './daemon/stop-orders.ts';

interface SendOptions {
  wait?: boolean;
  json?: boolean;
  id?: string;
}

export function registerSend(program: Command, { host, exitWith }: CommandContext): void {
  const command = program
    .command('send')
    .summary('send a message to a session')
    .description(
      'Puts a message into a session, as if it were written in its chat. The chat shows it, and the answer. A suspended ' +
        'session wakes for it. Needs a running daemon.',
    )
    .argument('<session>', 'id, the beginning of one, or name, as "hibernaut sessions" shows them')
    .argument('<text>', 'the message; "-" reads it from standard input')
    .option('--wait', 'until it is answered, and print the answer (Ctrl+C ends the wait, not the turn)')
    .option('--id <id>', 'any name of your own: sent again with the same one, the message arrives once')
    .option(...JSON_OPTION)
    .action(async (session: string, text: string, options: SendOptions) =>
      exitWith(await send(host, session, text, options)),
    );
  withExamples(command, [
    ['hibernaut send k3v9 "run the tests"'],
    ['git diff | hibernaut send k3v9 --wait -', 'prints what Claude says to it'],
  ]);
}

/**
 * Resolves with the exit code: 0 once it is taken, or, with `--wait`, answered; 1 if it was taken and not answered.
 * @throws NoDaemonError; ControlError with the reason if it was not taken
 */
async function send(host: CliHost, session: string, given: string, options: SendOptions): Promise<number> {
  const { dataDir } = (await reach(host)).config;
  const text = given === '-' ? await host.readInput() : given;
  const waits = options.wait ?? false;
  const request = { session, requestId: options.id ?? randomUUID(), text: text.trimEnd(), waits };
  using orders = listenForStopOrders(host.process);
  let code: number = EXIT.ok;
  try {
    for await (const answer of streamControl(dataDir, 'session.send', request, orders.stop)) {
      const sent = ofThisVersion(sentSchema, answer);
      if (options.json) host.out(`${JSON.stringify(answer)}\n`);
      else tell(host, sent, waits);
      if (sent.type === 'unanswered') code = EXIT.failed;
    }
  } catch (error) {
    if (!(error instanceof OutcomeUnknownError)) throw error;
    throw new ControlError(`${error.message} ${againText(request, given === '-')}`, { cause: error });
  }
  return code;
}

/** The text is not repeated: errors end up in logs. */
function againText(
  { session, requestId, waits }: { session: string; requestId: string; waits: boolean },
  isPiped: boolean,
): string {
  const words = [
    ...['hibernaut send', quoted(session), '--id', quoted(requestId)],
    ...(waits ? ['--wait'] : []),
    isPiped ? '-' : "'the same text'",
  ];
  return `Whether the message was taken is not known. Sent again under the same id it arrives once:\n  ${words.join(' ')}`;
}

/** As a shell reads it. */
function quoted(word: string): string {
  return /^[\w.@%+:,/-]+$/.test(word) ? word : `'${printable(word).replaceAll("'", "'\\''")}'`;
}

type Sent = ReturnType<typeof sentSchema.parse>;

function tell(host: CliHost, sent: Sent, waits: boolean): void {
  switch (sent.type) {
    case 'taken':
      // With --wait, standard output is for the answer alone.
      (waits ? host.err : host.out)(
        `Sent to ${printable(`${sent.session.name} (${sent.session.id})`)}. Its chat shows it${waits ? '.' : ', and will show the answer.'}\n`,
      );
      return;
    case 'answered':
      host.out(`${linesOf(sent.markdown)}\n`);
      return;
    case 'unanswered':
      host.err(`It was not answered (${printable(sent.why)}). Its chat says more.\n`);
      return;
    case 'earlier':
      host.err('It was sent before, and its answer is in the chat.\n');
  }
}

/** Claude's words may hold anything: a terminal must not obey them. */
function linesOf(markdown: string): string {
  return markdown
    .split('\n')
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n');
}
