/** `hibernaut attach`: the desk takes a session over from the phone, and hands it back when Claude ends there. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { claudeExecutable } from '../claude/executable.ts';
import { terminalArguments, terminalEnvironment } from '../claude/desk/terminal.ts';
import { OWNER_VARIABLE } from '../claude/process/owner.ts';
import type { Config } from '../config/config.ts';
import { ControlError } from '../control/protocol.ts';
import type { HandedBack, Loan } from '../daemon/desk/attaching.ts';
import type { Desk } from './attach/desk.ts';
import { handBack, noteOpened, take } from './attach/lender.ts';
import { runInTerminal, type Ended } from './attach/terminal.ts';
import { withExamples, type CommandContext } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { CliHost } from './host.ts';
import { printable } from './printable.ts';
import { reach } from './reach.ts';
import { SESSION_ARGUMENT } from './resolve-session.ts';

export function registerAttach(program: Command, { host, exitWith }: CommandContext): void {
  const command = program
    .command('attach')
    .summary('go on with a session here, in the terminal')
    .description(
      'Takes a session over from the phone: its process ends, and Claude Code opens in this terminal, in its folder, with ' +
        'its conversation. Messages from the phone wait meanwhile, and say so; /detach takes the session back. When Claude ' +
        'here ends, the chat is told what happened, and gets the session back. Exits as Claude does. What follows -- goes ' +
        'to Claude Code.',
    )
    .argument('[session]', SESSION_ARGUMENT)
    .argument('[claude options...]', 'for Claude Code, behind --')
    .option('--now', 'interrupt Claude if it works, instead of waiting for it')
    .action(async (given: string | undefined, more: string[], options: { now?: boolean }) =>
      exitWith(await attach(host, given ?? null, { ...options, more })),
    );
  withExamples(command, [
    ['hibernaut attach k3v9'],
    ['hibernaut attach k3v9 --now', 'whatever it is at'],
    ['hibernaut attach k3v9 -- --model opus'],
  ]);
}

interface AttachOptions {
  now?: boolean;
  /** For Claude Code. */
  more: readonly string[];
}

/**
 * Resolves with Claude's exit code once the session is the chat's again.
 * @throws ControlError if there is no such session, or it can't be taken over; LockHeldError, StoreError
 */
export async function attach(host: CliHost, given: string | null, options: AttachOptions): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw new ControlError(NO_TERMINAL);
  // It would wait for the very turn that runs it.
  if (host.environment[OWNER_VARIABLE] !== undefined) throw new ControlError(WITHIN_A_SESSION);
  const { config, environment } = await reach(host);
  const command = claudeExecutable(config.claudeCommand);
  if (command === null) throw new ControlError(NO_CLAUDE);
  const desk: Desk = { config, now: host.now };
  const loan = await borrow(desk, given, options.now ?? false, host);
  if (!loan) return EXIT.failed;
  const { ended, conversations } = await open(desk, loan, { command, more: options.more, environment }, host);
  const handedBack = await handBack(desk, loan.sessionId, conversations);
  if ('failed' in ended) throw new ControlError(notOpenedText(loan, ended.failed));
  host.out(endText(loan, ended, handedBack));
  return ended.signal === null ? (ended.code ?? EXIT.failed) : 128 + ended.signalNumber;
}

/** Null if the person does not want to wait. */
async function borrow(desk: Desk, given: string | null, now: boolean, host: CliHost): Promise<Loan | null> {
  let isUrgent = now;
  let isAsked = now;
  for (;;) {
    const taken = await take(desk, given, isUrgent);
    if (taken.type === 'yours') return taken.loan;
    const name = printable(taken.name);
    if (taken.type === 'refused') throw new ControlError(refusalText(name, taken));
    if (!isAsked && /^live\.active/.test(taken.phase)) {
      isAsked = true;
      const choice = await ask(name, taken.approvals);
      if (choice === 'leave') return null;
      isUrgent = choice === 'now';
      if (!isUrgent) host.err('Waiting for the end of its turn. Ctrl+C gives up.\n');
    }
    await wait(LOOK_AGAIN_MS);
  }
}

const LOOK_AGAIN_MS = 100;

async function ask(name: string, approvals: number): Promise<'wait' | 'now' | 'leave'> {
  const { isCancel, select } = await import('@clack/prompts');
  const at = approvals > 0 ? 'Claude waits for an answer in the chat' : 'Claude is at work';
  const choice = await select<'wait' | 'now' | 'leave'>({
    message: `${at} in ${name}.`,
    options: [
      { value: 'wait', label: 'Wait until it is done' },
      { value: 'now', label: 'Interrupt it', hint: 'the chat is told' },
      { value: 'leave', label: 'Leave it to the chat' },
    ],
  });
  return isCancel(choice) ? 'leave' : choice;
}

/** Resolves when the terminal's Claude has gone, with the conversations that were open in it. */
async function open(
  desk: Desk,
  loan: Loan,
  {
    command,
    more,
    environment,
  }: { command: string; more: readonly string[]; environment: NodeJS.ProcessEnv },
  host: CliHost,
): Promise<{ ended: Ended; conversations: string[] }> {
  return runInTerminal({
    command,
    args: terminalArguments(loan, more),
    cwd: loan.workspace,
    environment: environmentFor(desk.config, loan, environment),
    process: host.process,
    claudeSessionId: loan.claudeSessionId,
    // It is the process that the daemon watches, so it has to know it; if it can't be told now, it finds it by itself.
    onStarted: (pid) => void noteOpened(desk, loan.sessionId, pid),
  });
}

/** The conversation is where the daemon keeps it, whatever this terminal's settings are. */
function environmentFor(config: Config, loan: Loan, own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const environment = terminalEnvironment(own, config.claudeEnvironment);
  if ((environment['CLAUDE_CONFIG_DIR'] ?? null) === loan.configFolder) return environment;
  const { CLAUDE_CONFIG_DIR: _, ...rest } = environment;
  return loan.configFolder === null ? rest : { ...rest, CLAUDE_CONFIG_DIR: loan.configFolder };
}

function endText(loan: Loan, ended: Ended, handedBack: HandedBack | null): string {
  const name = printable(handedBack?.name ?? loan.name);
  const took = 'isAsked' in ended && ended.isAsked ? 'The phone took it back. ' : '';
  const waiting = handedBack?.waiting ?? 0;
  const goesOn =
    waiting === 0
      ? ''
      : ` ${waiting === 1 ? '1 message that waited goes' : `${String(waiting)} messages that waited go`} to Claude there now.`;
  return `${took}${name} is the chat's again.${goesOn}\n`;
}

type Refused = Extract<Awaited<ReturnType<typeof take>>, { type: 'refused' }>;

function refusalText(name: string, { why, host, pid }: Refused): string {
  switch (why) {
    case 'openAtDesk':
      return `${name} is open at a desk already (on ${printable(host ?? '?')}, process ${String(pid)}). End it there, or send /detach in its chat.`;
    case 'openElsewhere':
      return `The conversation of ${name} is open in another Claude Code on this machine, which Hibernaut did not start. End it there first.`;
    case 'ended':
      return `${name} has ended. To go on with its conversation, use "claude --resume" in its folder.`;
    case 'notRecovered':
      return `What became of the last turn of ${name} is not known, because its transcript can't be read. Write to it in the chat; it tries again.`;
    case 'stopping':
      return `Hibernaut is stopping, or nobody in the chat of ${name} has access any more. Try again once it runs.`;
    case 'unseen':
      return 'The daemon can not see this process: it runs in another container or as another user. Use attach where the daemon runs.';
    default:
      return `The record of ${name} can't be read. "hibernaut status" says why.`;
  }
}

function notOpenedText({ workspace }: Loan, failed: string): string {
  return `Claude Code did not open in ${printable(workspace)}: ${failed} The session is the chat's again.`;
}

const NO_TERMINAL =
  'attach opens Claude Code in the terminal that it is called from, and this is none. "hibernaut send" writes to a session from a script.';
const WITHIN_A_SESSION =
  'This is inside of a session: Claude runs this command. A session can be taken over from a terminal of your own.';
const NO_CLAUDE = 'Claude Code is not found. Install Hibernaut again, or set CLAUDE_COMMAND to where it is.';
