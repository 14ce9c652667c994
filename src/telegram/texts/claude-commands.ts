/** What the bot says of Claude Code's own commands: /commands, and the menu. */
import type { CommandOffer } from '../../../machines/claude-offers.ts';
import { bold, join, rich, type RichText } from '../render/rich-text.ts';
import { shortened } from './amounts.ts';
import { COMMAND_NAMES } from './command-names.ts';

const LONGEST_SUMMARY = 90;

/** They are for a terminal's window, or for other programs, and do nothing that a chat would see. */
const FOR_A_TERMINAL = new Set([
  'agents',
  'auto-mode-setup',
  'color',
  'focus',
  'heapdump',
  'rename',
  'workflow-launch-exec',
]);

/** Those that are left out work, too. */
export function isWorthListing({ name }: CommandOffer): boolean {
  const isOurs = COMMAND_NAMES.some((own) => own === name);
  return !isOurs && !name.startsWith('_') && !FOR_A_TERMINAL.has(name);
}

export function commandListText(commands: readonly CommandOffer[]): RichText {
  const listed = commands.filter(isWorthListing);
  const own = listed.filter(({ isBuiltin }) => !isBuiltin);
  const builtin = listed.filter(({ isBuiltin }) => isBuiltin);
  const group = (title: string, of: CommandOffer[]): RichText[] =>
    of.length === 0 ? [] : [join([rich`${bold(title)}`, ...of.map(line)], '\n')];
  return join(
    [
      rich`Claude's own commands in this folder. Telegram takes neither dashes nor colons in a command, so I write them as _.`,
      ...group("The project's, the plugins' and yours", own),
      ...group('Built in', builtin),
    ],
    '\n\n',
  );
}

export function noCommandListText(): RichText {
  return rich`Claude did not start, so its commands are not known. Send a message to see why.`;
}

/** Telegram's alphabet for commands is a-z, 0-9 and _ (Bot API, BotCommand). */
export function telegramName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9_]/g, '_');
}

/** One line, short enough for a phone: what it is for, not how the model is to use it. */
export function summaryOf({ name, description }: CommandOffer): string {
  const text = description.replace(/\s+/g, ' ').trim();
  const sentence = /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
  if (sentence === '') return name;
  return shortened(sentence, LONGEST_SUMMARY);
}

function line(offer: CommandOffer): RichText {
  return rich`/${telegramName(offer.name)} – ${summaryOf(offer)}`;
}
