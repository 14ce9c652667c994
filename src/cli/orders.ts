/** `hibernaut suspend`, `wake`, `stop` and `end`: one session is told, and what came of it is waited for. */
import { callControl } from '../control/call.ts';
import { JSON_OPTION, withExamples, type CommandContext, type Register } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { CliHost } from './host.ts';
import { ofThisVersion } from './of-this-version.ts';
import { isInVain, orderText } from './order-text.ts';
import { reach } from './reach.ts';
import { SESSION_ARGUMENT } from './resolve-session.ts';
import { obeyedSchema, type ORDERS } from './daemon/session-methods.ts';

type Order = (typeof ORDERS)[number];

/** The daemon waits for a minute at most, twice if the session is just ending or is looked for. */
const CALL_TIMEOUT_MS = 150_000;

const HELP: Record<Order, { summary: string; description: string }> = {
  suspend: {
    summary: 'end the process of a session, and keep the rest',
    description:
      'Suspends a session: its process ends, its conversation is kept, and the next message wakes it. A turn that runs is ' +
      'put off until then, and its chat is told.',
  },
  wake: {
    summary: 'start the process of a suspended session',
    description: 'Starts the process of a suspended session, so that its next message finds it ready.',
  },
  stop: {
    summary: 'interrupt the turn of a session',
    description:
      'Interrupts what Claude does in a session, as /stop does in its chat, which is told. The process stays.',
  },
  end: {
    summary: 'end a session for good',
    description:
      'Ends a session: its process ends, and the next message in its chat starts another one. The chat is told. /resume in ' +
      'the chat goes on with the conversation, which Claude Code keeps.',
  },
};

export const ORDER_COMMANDS: readonly Register[] = [
  registerOrder('suspend'),
  registerOrder('wake'),
  registerOrder('stop'),
  registerOrder('end'),
];

function registerOrder(order: Order): Register {
  return (program, { host, exitWith }: CommandContext) => {
    const { summary, description } = HELP[order];
    // What can't be taken back names what it means.
    const argument = order === 'end' ? '<session>' : '[session]';
    const command = program
      .command(order)
      .summary(summary)
      .description(`${description} Needs a running daemon.`)
      .argument(argument, order === 'end' ? WITHOUT_DEFAULT : SESSION_ARGUMENT)
      .option(...JSON_OPTION)
      .action(async (given: string | undefined, options: { json?: boolean }) =>
        exitWith(await giveOrder(host, order, given ?? null, options)),
      );
    withExamples(command, [[`hibernaut ${order} k3v9`]]);
  };
}

const WITHOUT_DEFAULT = SESSION_ARGUMENT.split(';')[0] ?? SESSION_ARGUMENT;

/**
 * Resolves with the exit code: 0 if it is as it was wanted, also if it was so before; else 1.
 * @throws NoDaemonError, ControlError
 */
async function giveOrder(
  host: CliHost,
  order: Order,
  session: string | null,
  options: { json?: boolean },
): Promise<number> {
  const { dataDir } = (await reach(host)).config;
  const answer = await callControl(dataDir, 'session.order', { session, order }, CALL_TIMEOUT_MS);
  const obeyed = ofThisVersion(obeyedSchema, answer);
  const isBad = isInVain(obeyed);
  if (options.json) host.out(`${JSON.stringify(answer, null, 2)}\n`);
  else (isBad ? host.err : host.out)(`${orderText(order, obeyed)}\n`);
  return isBad ? EXIT.failed : EXIT.ok;
}
