/** What a folder's own settings would run, or change, for a Claude that works there: what a person is shown before. Pure. */

export const PROGRAM_KINDS = [
  'hook',
  'helper',
  'server',
  'environment',
  'permission',
  'plugin',
  'skill',
  'setting',
  'unreadable',
  'more',
] as const;

/** `helper`: a command that Claude Code runs for itself; `setting`: one that is not known to be harmless; `more`: those that are too many to list. */
export type ProgramKind = (typeof PROGRAM_KINDS)[number];

/** All of it is the folder's own words, and nothing of it is to be believed. */
export interface FolderProgram {
  kind: ProgramKind;
  /** The event of a hook, a server's name, a variable's, a setting's, a file's; of `more` how many. */
  name: string;
  /** The command, the rule, why it can't be read; cut. Never the value of a variable. */
  words: string;
  /** The file that it stands in: relative to the session's folder where it lies there, else absolute. */
  from: string;
  /** Stands for all of it, whatever was cut: what is the same was seen already. */
  key: string;
}

/** A folder that nobody has trusted with what it would run. */
export interface UntrustedFolder {
  /** Absolute, behind all links. */
  folder: string;
  /** What nobody has seen yet; at least one. */
  programs: FolderProgram[];
}
