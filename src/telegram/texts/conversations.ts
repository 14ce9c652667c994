/** /resume and /fork in words. */
import type { SessionView } from '../../../machines/session-view.ts';
import { formatDuration } from '../../duration.ts';
import type { ListedConversation } from '../ports.ts';
import { bold, code, rich, type RichText } from '../render/rich-text.ts';

export const FORK_LABEL = 'Go on with a copy';

/** What a phone shows of a button. */
const LONGEST_TITLE = 34;

/** On a button; what a session has is called as the session. @param now wall clock, ms since the epoch */
export function conversationLabel({ title, lastUsedAt, session }: ListedConversation, now: number): string {
  const name = session ?? title;
  const characters = [...name];
  const shown =
    characters.length > LONGEST_TITLE ? `${characters.slice(0, LONGEST_TITLE - 1).join('')}…` : name;
  return `${session === null ? '' : '✓ '}${shown} – ${formatDuration(Math.max(0, now - lastUsedAt))}`;
}

export function conversationsText(
  folder: string,
  { total, page, pages }: { total: number; page: number; pages: number },
): RichText {
  const count = total === 1 ? 'one conversation' : `${String(total)} conversations`;
  const place = pages > 1 ? ` Page ${String(page + 1)} of ${String(pages)}.` : '';
  return rich`Claude Code keeps ${count} of ${code(folder)}, begun here or in a terminal.${place} Tap the one to go on with. Sessions of this chat have those with ✓.`;
}

export function noConversationsText(folder: string): RichText {
  return rich`Claude Code keeps no conversation of ${code(folder)} yet.`;
}

export function noMatchText(words: string, folder: string): RichText {
  return rich`No conversation of ${code(folder)} has ${bold(words)} in its title. /resume lists them.`;
}

export function severalMatchText(words: string): RichText {
  return rich`Several conversations have ${bold(words)} in their title. Tap the one to go on with.`;
}

/** @param where to write to it */
export function resumedText({ name, workspace }: SessionView, isNew: boolean, where: RichText): RichText {
  return isNew
    ? rich`New session ${bold(name)} goes on with that conversation in ${code(workspace)}. ${where}`
    : rich`The session ${bold(name)} has that conversation. ${where}`;
}

/** @param where to write to it */
export function forkedText({ name }: SessionView, where: RichText): RichText {
  return rich`New session ${bold(name)} goes on from here with a copy of the conversation; the original stays as it is. ${where}`;
}
