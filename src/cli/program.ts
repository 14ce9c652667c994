/** The command line: `hibernaut <command>`. Each command is a file beside this one, and registers itself. */
import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { redact } from '../log/redact.ts';
import { registerAccess } from './access.ts';
import { registerAdopt } from './adopt.ts';
import { registerAttach } from './attach.ts';
import type { CommandContext, Register } from './command.ts';
import { registerCompletion } from './completion.ts';
import { registerDoctor } from './doctor.ts';
import { registerDrain } from './drain.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import type { CliHost } from './host.ts';
import { registerInspect } from './inspect.ts';
import { registerInit } from './init.ts';
import { registerLogs } from './logs.ts';
import { ORDER_COMMANDS } from './orders.ts';
import { registerPair } from './pair.ts';
import { registerService } from './service.ts';
import { registerSend } from './send.ts';
import { registerSession } from './session.ts';
import { registerSessions } from './sessions.ts';
import { registerStart } from './start.ts';
import { registerStatus } from './status.ts';
import { registerTimeout } from './timeout.ts';
import { registerVersion } from './version.ts';
import { registerWatch } from './watch.ts';

/** Every command, in the order of the help and under its headings. */
const COMMANDS: readonly (readonly [heading: string, registers: readonly Register[]])[] = [
  ['Run:', [registerInit, registerStart, registerDrain, registerService]],
  [
    'Sessions:',
    [
      registerStatus,
      registerSessions,
      registerSession,
      registerAttach,
      registerAdopt,
      ...ORDER_COMMANDS,
      registerTimeout,
      registerSend,
      registerLogs,
      registerWatch,
      registerInspect,
    ],
  ],
  ['People:', [registerPair, registerAccess]],
  ['About Hibernaut:', [registerDoctor, registerCompletion, registerVersion]],
];

/**
 * Runs one command and resolves with the exit code of the process. Never rejects.
 * @param args without the program's name
 */
export async function runCli(args: readonly string[], host: CliHost): Promise<number> {
  try {
    let code: number = EXIT.ok;
    const program = buildProgram({ host, exitWith: (exitCode) => (code = exitCode) });
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has said it already: help, the version, or what is wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.configuration;
    const code = exitCodeOf(error);
    host.err(`${code === null ? describeSurprise(error) : messageOf(error)}\n`);
    return code ?? EXIT.failed;
  }
}

/**
 * The program with every command. Of the command line itself, it is the part that can be looked at: its help, its
 * completion.
 */
export function buildProgram(context: CommandContext): Command {
  const { host } = context;
  const program = new Command('hibernaut')
    .description('Claude Code sessions on this machine, in your Telegram chat.')
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    // What a command takes is in its own help: the list has room for a name and a line.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({ writeOut: host.out, writeErr: host.err })
    .showHelpAfterError('(hibernaut --help lists the commands)');
  for (const [heading, registers] of COMMANDS) {
    program.commandsGroup(heading);
    for (const register of registers) register(program, context);
  }
  // Last, as it goes under the last heading.
  program.helpCommand('help [command]', 'print the help of a command');
  return program;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? redact(error.message) : String(error);
}

function describeSurprise(error: unknown): string {
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `Hibernaut failed, and this is a bug: ${redact(details)}`;
}
