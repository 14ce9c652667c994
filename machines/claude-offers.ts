/** What Claude Code offers in a folder, by its own word: models to choose from, and commands that people can give it. */
import type { Effort } from './session-record.ts';

export interface ModelOffer {
  /** What it is chosen by: `opus`, a full id … */
  value: string;
  /** For people. */
  name: string;
  /** The full id that the value stands for now, if Claude Code says so. */
  resolved: string | null;
  /** In the order from little to much; empty if it has none. */
  efforts: Effort[];
}

/** A slash command, a skill, or a command of the project's own. */
export interface CommandOffer {
  /** Without its slash. It may have dashes and colons, which Telegram's commands can't have. */
  name: string;
  description: string;
  /** What to write behind it, such as `<file>`; empty if nothing. */
  argumentHint: string;
  aliases: string[];
  /** Claude Code's own, not the person's, the project's or a plugin's. */
  isBuiltin: boolean;
}

export interface ClaudeOffers {
  models: ModelOffer[];
  commands: CommandOffer[];
}

/** The value of the model that is used if nobody chooses one. */
export const DEFAULT_MODEL = 'default';
