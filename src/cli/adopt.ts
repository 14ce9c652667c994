/** `hibernaut adopt`: a conversation that was begun in a terminal goes on in the chat. */
import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import type { z } from 'zod';
import { callControl } from '../control/call.ts';
import { ControlError } from '../control/protocol.ts';
import { formatDuration } from '../words/duration.ts';
import { noTopicText } from '../telegram/texts/topics.ts';
import { adoptablesSchema, adoptedSchema } from './daemon/adopt-methods.ts';
import { JSON_OPTION, withExamples, type CommandContext } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { CliHost } from './host.ts';
import { ofThisVersion } from './of-this-version.ts';
import { printable } from './printable.ts';
import { reach } from './reach.ts';
import { table } from './table.ts';

interface AdoptOptions {
  last?: boolean;
  chat?: string;
  name?: string;
  json?: boolean;
}

type Adoptable = z.infer<typeof adoptablesSchema>[number];

export function registerAdopt(program: Command, { host, exitWith }: CommandContext): void {
  const command = program
    .command('adopt')
    .summary('put a conversation of this folder into the chat')
    .description(
      'Puts a conversation that Claude Code began in a terminal into the chat, as a session in the folder where it was ' +
        'begun; the chat is told. Without an argument those of the current folder are shown to choose from. The daemon has ' +
        'to run, and Claude has to have ended in the terminal.',
    )
    .argument('[conversation]', 'its id, as "claude --resume" shows it')
    .option('--last', 'the one that was used last in this folder')
    .option('--chat <id>', 'the Telegram chat; without it the only private one')
    .option('--name <name>', 'what the session is called; without it as the conversation')
    .option(...JSON_OPTION)
    .action(async (given: string | undefined, options: AdoptOptions) =>
      exitWith(await adopt(host, given ?? null, options)),
    );
  withExamples(command, [
    ['hibernaut adopt'],
    ['hibernaut adopt --last --name "blue gate"', 'what you were at just now'],
  ]);
}

/**
 * Resolves with the exit code: 1 if nothing was chosen.
 * @throws NoDaemonError, ControlError
 */
export async function adopt(host: CliHost, given: string | null, options: AdoptOptions): Promise<number> {
  const { dataDir } = (await reach(host)).config;
  const chatId = chatOf(options.chat);
  const claudeSessionId = given ?? (await choose(dataDir, options, host));
  if (claudeSessionId === null) return EXIT.failed;
  const request = { claudeSessionId, chatId, name: options.name ?? null, host: hostname() };
  const answer = await callControl(dataDir, 'adopt', request);
  if (options.json) {
    host.out(`${JSON.stringify(answer, null, 2)}\n`);
    return EXIT.ok;
  }
  const { id, name, chatId: chat, threadId, workspace, noTopic } = ofThisVersion(adoptedSchema, answer);
  const where = `${threadId === null ? '' : 'a topic of its own in '}chat ${String(chat)}, in ${printable(workspace)}`;
  host.out(`${printable(name)} (${id}) goes on in ${where}. "hibernaut attach ${id}" takes it back here.\n`);
  if (noTopic !== null) host.err(`${printable(noTopicText(noTopic).text.trim())}\n`);
  return EXIT.ok;
}

/** Null if the person chose none. */
async function choose(dataDir: string, options: AdoptOptions, host: CliHost): Promise<string | null> {
  const folder = await realpath(process.cwd());
  const found = ofThisVersion(adoptablesSchema, await callControl(dataDir, 'adopt.list', { folder }));
  const free = found.filter(({ sessionId }) => sessionId === null);
  const [latest] = free;
  if (!latest) throw new ControlError(noneText(folder, found.length));
  if (options.last) return latest.claudeSessionId;
  if (process.stdin.isTTY && process.stdout.isTTY && !options.json) return ask(free, host.now());
  throw new ControlError([WHICH, ...rowsOf(free, host.now())].join('\n'));
}

async function ask(free: readonly Adoptable[], now: number): Promise<string | null> {
  const { isCancel, select } = await import('@clack/prompts');
  const choice = await select({
    message: 'Which conversation goes on in the chat?',
    options: free.map(({ claudeSessionId, title, lastUsedAt }) => ({
      value: claudeSessionId,
      label: printable(title),
      hint: `${formatDuration(now - lastUsedAt)} ago`,
    })),
  });
  return isCancel(choice) ? null : choice;
}

function rowsOf(free: readonly Adoptable[], now: number): string[] {
  const rows = free.map(({ claudeSessionId, title, lastUsedAt }) => [
    claudeSessionId,
    `${formatDuration(now - lastUsedAt)} ago`,
    printable(title),
  ]);
  return table([['CONVERSATION', 'USED', 'TITLE'], ...rows]);
}

/** @throws ControlError */
function chatOf(given: string | undefined): number | null {
  if (given === undefined) return null;
  if (/^-?[1-9]\d{0,15}$/.test(given)) return Number(given);
  throw new ControlError(`${JSON.stringify(given)} is no Telegram chat id: a number, below 0 for a group.`);
}

function noneText(folder: string, known: number): string {
  return known === 0
    ? `Claude Code has no conversation that was begun in ${printable(folder)}. Go to the folder where it was, or give its id.`
    : `All conversations of ${printable(folder)} are sessions already. "hibernaut sessions" shows them.`;
}

const WHICH = 'Say which, by its id, or --last:';
