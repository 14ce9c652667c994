/** /sessions in words: the list, the card of one session, what its buttons are called and what they answer. */
import type { SessionView } from '../../../machines/session-view.ts';
import { formatDuration } from '../../words/duration.ts';
import type { ChatAddress } from '../ports.ts';
import { bold, code, concat, join, link, plain, rich, type RichText } from '../render/rich-text.ts';
import { topicLink } from '../topic-link.ts';
import { counted, shortened } from './amounts.ts';
import { statusText } from './status.ts';

export const SESSION_LABELS = {
  switch: 'Switch to it',
  suspend: 'Suspend',
  suspendActive: 'Interrupt and suspend',
  wake: 'Wake',
  detach: 'Take it back from the desk',
  askName: 'Rename',
  keepName: 'Keep the name',
  askEnd: 'End',
  end: 'End it',
  keep: 'Keep it',
  back: '‹ All sessions',
} as const;

export interface ListShown {
  /** Those of the page. */
  sessions: readonly SessionView[];
  currentId: string | null;
  /** Of all pages. */
  total: number;
  page: number;
  pages: number;
}

/** @param here the chat, or the topic, that asks */
export function sessionsText(shown: ListShown, here: ChatAddress): RichText {
  const { sessions, currentId, total, page, pages } = shown;
  const place = pages > 1 ? ` Page ${String(page + 1)} of ${String(pages)}.` : '';
  const blocks = sessions.map((session) => sessionBlock(session, session.id === currentId, here));
  return join(
    [plain(`${counted(total, 'session', 'sessions')} here.${place} Tap one for more.`), ...blocks],
    '\n\n',
  );
}

function sessionBlock(session: SessionView, isCurrent: boolean, here: ChatAddress): RichText {
  const mark = isCurrent ? '✓ ' : '';
  const lines = [rich`${mark}${nameOf(session, here)} – ${stateText(session)}`, code(session.workspace)];
  const waiting = waitingText(session);
  return join(waiting === null ? lines : [...lines, plain(waiting)], '\n');
}

/** Where a topic is the session's, its name leads there. */
function nameOf({ name, chatId, threadId }: SessionView, here: ChatAddress): RichText {
  const url = threadId === null || threadId === here.threadId ? null : topicLink({ chatId, threadId });
  return url === null ? bold(name) : link(name, url);
}

function stateText({ state, idleForMs, suspendsInMs, desk }: SessionView): string {
  if (desk) return `open at the desk, on ${desk.host}`;
  if (state === 'active') return 'active';
  const since = `${state} for ${formatDuration(idleForMs)}`;
  return suspendsInMs === null ? since : `${since}, suspends in ${formatDuration(suspendsInMs)}`;
}

function waitingText({ inbox, approvals }: SessionView): string | null {
  if (approvals > 0) return 'Claude waits for your answer.';
  if (inbox === 0) return null;
  return inbox === 1 ? '1 message waits.' : `${String(inbox)} messages wait.`;
}

/** @param now wall clock, ms since the epoch */
export function cardText(session: SessionView, isCurrent: boolean, here: ChatAddress, now: number): RichText {
  const where =
    session.threadId !== here.threadId
      ? rich`\nIt is in ${topicPhrase(session)}: what is written there goes to it.`
      : rich`\n${isCurrent ? 'Your messages here go to it.' : 'Your messages here go to another one.'}`;
  return concat(statusText(session, now), where);
}

function topicPhrase({ chatId, threadId }: SessionView): RichText {
  if (threadId === null) return plain('the chat itself');
  const url = topicLink({ chatId, threadId });
  return url === null ? plain('a topic of its own') : link('a topic of its own', url);
}

/** What a phone shows of a button, less the state behind the name. */
const LONGEST_NAME = 30;

/** On a button. */
export function sessionLabel({ name, state }: SessionView, isCurrent: boolean): string {
  return `${isCurrent ? '✓ ' : ''}${shortened(name, LONGEST_NAME)} – ${state}`;
}

export function askEndText({ name, inbox }: SessionView): RichText {
  const dropped =
    inbox === 0
      ? ''
      : ` ${inbox === 1 ? '1 message that waits' : `${String(inbox)} messages that wait`} will not be answered.`;
  return rich`End ${bold(name)}?${dropped} Claude Code keeps the conversation.`;
}

export function askNameText({ name }: SessionView): RichText {
  return rich`Reply to this message with the new name of ${bold(name)}.`;
}

export function renamedText({ name }: SessionView): RichText {
  return rich`The session is now called ${bold(name)}.`;
}

export function howToRenameText({ name }: SessionView): RichText {
  return rich`This session is called ${bold(name)}. ${code('/rename new name')} changes that.`;
}

/** Toasts, which have no formatting. */
export function selectedToast(name: string): string {
  return `Your messages now go to ${name}.`;
}
export const SUSPENDED_TOAST = 'Suspending it. Its conversation is kept.';
export const WOKEN_TOAST = 'Waking it.';
export const DETACHING_TOAST = 'Closing it at the desk.';
export const ENDED_TOAST = 'Ended.';
export const ELSEWHERE_TOAST = 'That session is in another topic: write there.';
export const SESSION_GONE_TOAST = 'That session has ended. /sessions lists the others.';
