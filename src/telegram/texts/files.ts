/** What the bot says about files of a session's folder. */
import { formatDuration } from '../../words/duration.ts';
import type { FolderChanges, FolderListing } from '../ports.ts';
import { code, concat, join, plain, pre, rich, type RichText } from '../render/rich-text.ts';
import { visible } from '../render/visible.ts';

export function howToGetText(): RichText {
  return rich`Which file? ${code('/get path')} sends you one from the session's folder, ${code('/get .')} lists what is in it.`;
}

export function listingText({ folder, names, more }: FolderListing): RichText {
  if (names.length === 0) return rich`${code(folder)} is empty.`;
  const rest = more > 0 ? plain(`\n… and ${String(more)} more`) : plain('');
  return concat(rich`In ${code(folder)}:\n`, join(names.map(code), '\n'), rest);
}

export function howToDiffText(): RichText {
  return rich`${code('/diff')} shows what changed in the session's folder since your last message, ${code('/diff all')} since the last commit.`;
}

/**
 * With the patch, unless that is in a file.
 * @param now wall clock, ms since the epoch
 */
export function changesText(changes: FolderChanges, wanted: FolderChanges['since'], now: number): RichText {
  const { summary, patch, isCut, leftOut } = changes;
  const lines = [rich`${sinceText(changes, wanted, now)}: ${summary || 'nothing changed'}.`];
  if (leftOut > 0) lines.push(leftOutText(leftOut));
  if (isCut) lines.push(rich`This is only the beginning: it goes on for more than 10 MB.`);
  if (typeof patch === 'string' && patch !== '') lines.push(pre(visible(patch.trimEnd()), 'diff'));
  return join(lines, '\n');
}

function sinceText({ since, at }: FolderChanges, wanted: FolderChanges['since'], now: number): string {
  if (since === 'turn' && at !== null)
    return `Since your message ${formatDuration(Math.max(0, now - at))} ago`;
  return wanted === 'turn'
    ? 'How the folder was at your last message is not known. Since the last commit'
    : 'Since the last commit';
}

function leftOutText(count: number): RichText {
  return count === 1
    ? rich`One file of more than 2 MB is left out.`
    : rich`${String(count)} files of more than 2 MB are left out.`;
}
