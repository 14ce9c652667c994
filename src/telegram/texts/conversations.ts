/** /resume and /fork in words. */
import type { SessionView } from '../../../machines/session-view.ts';
import { formatDuration } from '../../words/duration.ts';
import type { ListedConversation } from '../ports.ts';
import { bold, code, rich, type RichText } from '../render/rich-text.ts';
import { counted, shortened } from './amounts.ts';

export const FORK_LABEL = 'Go on with a copy';

/** What a phone shows of a button. */
const LONGEST_TITLE = 30;

/** On a button; what a session has is called as the session. @param now wall clock, ms since the epoch */
export function conversationLabel({ title, lastUsedAt, session }: ListedConversation, now: number): string {
  const name = session ?? title;
  const ago = formatDuration(Math.max(0, now - lastUsedAt));
  return `${session === null ? '' : '✓ '}${shortened(name, LONGEST_TITLE)} – ${ago} ago`;
}

export function conversationsText(
  folder: string,
  { total, page, pages }: { total: number; page: number; pages: number },
): RichText {
  const count = counted(total, 'conversation', 'conversations');
  const place = pages > 1 ? ` Page ${String(page + 1)} of ${String(pages)}.` : '';
  return rich`Claude Code keeps ${count} in ${code(folder)}, begun here or in a terminal.${place} Tap one to go on with it. Those with ✓ have a session in this chat.`;
}

export function noConversationsText(folder: string): RichText {
  return rich`Claude Code keeps no conversation in ${code(folder)} yet.`;
}

export function noMatchText(words: string, folder: string): RichText {
  return rich`No conversation in ${code(folder)} has ${bold(words)} in its title. /resume lists them all.`;
}

export function severalMatchText(words: string): RichText {
  return rich`Several conversations have ${bold(words)} in their title. Tap one to go on with it.`;
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
