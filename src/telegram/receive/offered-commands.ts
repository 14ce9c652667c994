/** Claude Code's commands under names that Telegram can write: `/code-review` as `/code_review`. Pure. */
import type { BotCommand } from 'grammy/types';
import type { CommandOffer } from '../../../machines/claude-offers.ts';
import { COMMAND_NAMES } from '../texts/command-names.ts';
import { isWorthListing, summaryOf, telegramName } from '../texts/claude-commands.ts';

/** Bot API, BotCommand and setMyCommands. */
const LONGEST_NAME = 32;
const MOST_COMMANDS = 100;

/** The name by which Claude Code knows it, or null. */
export function findOffered(written: string, offered: readonly CommandOffer[]): string | null {
  const names = offered.flatMap(({ name, aliases }) => [name, ...aliases]);
  const isMeant = (name: string): boolean => telegramName(name) === telegramName(written);
  return names.find((name) => name.toLowerCase() === written) ?? names.find(isMeant) ?? null;
}

/** The bot's own commands, then Claude's: those of people and projects first. */
export function menuWith(own: readonly BotCommand[], offered: readonly CommandOffer[]): BotCommand[] {
  const taken = new Set<string>([...COMMAND_NAMES, ...own.map(({ command }) => command)]);
  const more = offered
    .filter(isWorthListing)
    .toSorted((a, b) => Number(a.isBuiltin) - Number(b.isBuiltin))
    .map((offer) => ({ command: telegramName(offer.name), description: summaryOf(offer) }))
    .filter(({ command }) => {
      const fits = command.length <= LONGEST_NAME && !taken.has(command);
      taken.add(command);
      return fits;
    });
  return [...own, ...more].slice(0, MOST_COMMANDS);
}
