/** What a person wrote behind /new: which folder, and what the session is to be called. */
import { sessionName } from '../../words/session-name.ts';
import type { Refusal } from '../../telegram/ports.ts';
import { isThere, resolveFolder, type FolderRules } from './folders.ts';
import { noFolderButNameText } from '../../telegram/texts/refusals.ts';

export interface NewArguments {
  /** Absolute. */
  workspace: string;
  /** Null: after the folder. */
  name: string | null;
}

/** A folder's name in quotes, and what follows. */
const QUOTED = /^(?:"([^"]+)"|'([^']+)'|“([^”]+)”)\s*(.*)$/s;

/**
 * `folder`, `folder name`, `"folder with spaces" name`, or nothing. A folder's name may have spaces without quotes, too,
 * if nothing follows it. Words that name no folder are refused rather than guessed at.
 */
export async function readNewArguments(
  argument: string,
  rules: FolderRules,
): Promise<NewArguments | Refusal> {
  if (argument === '') return inFolder(null, '', rules);
  const quoted = QUOTED.exec(argument);
  if (quoted) {
    const [, double, single, curly, rest = ''] = quoted;
    return inFolder(double ?? single ?? curly ?? '', rest, rules);
  }
  if (await isThere(argument, rules)) return inFolder(argument, '', rules);
  const [first = '', rest = ''] = argument.split(/\s+(.*)/s);
  if (isPath(first) || (await isThere(first, rules))) return inFolder(first, rest, rules);
  return { refused: noFolderButNameText(first, rules.workspace, argument) };
}

async function inFolder(
  folder: string | null,
  name: string,
  rules: FolderRules,
): Promise<NewArguments | Refusal> {
  const workspace = await resolveFolder(folder, rules);
  return typeof workspace === 'string' ? { workspace, name: sessionName(name) } : workspace;
}

/** Whether it can only be meant as a folder. */
function isPath(words: string): boolean {
  return /[/\\]|^[~.]/.test(words);
}
