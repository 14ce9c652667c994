/** What the bot says about files of a session's folder. */
import type { FolderListing } from '../ports.ts';
import { code, concat, join, plain, rich, type RichText } from '../render/rich-text.ts';

export function howToGetText(): RichText {
  return rich`Which file? ${code('/get path')} sends you one from the session's folder, ${code('/get .')} lists what is in it.`;
}

export function listingText({ folder, names, more }: FolderListing): RichText {
  if (names.length === 0) return rich`${code(folder)} is empty.`;
  const rest = more > 0 ? plain(`\n… and ${String(more)} more`) : plain('');
  return concat(rich`In ${code(folder)}:\n`, join(names.map(code), '\n'), rest);
}
