/** What the bot says about a session that is open at the desk, in a terminal on the host: that it waits, and what came of it. */
import type { Notice } from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import { formatDuration } from '../../words/duration.ts';
import { bold, code, concat, quote, rich, type RichText } from '../render/rich-text.ts';
import { counted, shortened } from './amounts.ts';
import { words } from './others-words.ts';

type Said<T extends Notice['type']> = Extract<Notice, { type: T }>;

/** What a phone shows of it without scrolling. */
const LONGEST_LAST_WORDS = 600;

export function deskHasItText({ host }: Said<'deskHasIt'>): RichText {
  return rich`This session is open at the desk, on ${host}. Claude gets your message when it is closed there. /detach takes it back now.`;
}

export function deskClosedText(closed: Said<'deskClosed'>): RichText {
  const { host, forMs, prompts, lastWords, isNewConversation } = closed;
  const begun = isNewConversation ? ', and it goes on with the conversation that was open there last' : '';
  const back = rich`This session is yours here again${begun}. It was open at the desk, on ${host}, for ${formatDuration(forMs)}: ${saidThere(prompts)}.`;
  if (lastWords === null) return back;
  return concat(back, '\n\nClaude said last:\n', quote(words(shortened(lastWords, LONGEST_LAST_WORDS))));
}

function saidThere(prompts: number): string {
  return prompts === 0 ? 'nothing was said there' : `${counted(prompts, 'prompt', 'prompts')} there`;
}

export function adoptedText({ host, workspace }: Said<'adopted'>): RichText {
  return rich`This session goes on with a conversation from a terminal on ${host}, in ${code(workspace)}. Claude knows what was said there: write to go on.`;
}

/** For an order that has to wait until the desk is through. */
export function atDeskText({ name, desk }: SessionView): RichText {
  return rich`${bold(name)} is open at the desk${onHost(desk)}, so that has to wait until it is closed there. /detach takes it back now.`;
}

/** As `atDeskText`, where there is no formatting. */
export function atDeskToast({ desk }: SessionView): string {
  return `It is open at the desk${onHost(desk)}. /detach takes it back.`;
}

/** As `atDeskText`, for a `Refusal`. */
export const AT_DESK_TEXT =
  'This session is open at the desk, so that has to wait until it is closed there. /detach takes it back now.';

export function detachText(session: SessionView): RichText {
  const { name, desk } = session;
  return desk
    ? rich`Closing ${bold(name)} at the desk${onHost(desk)}. I say here when it is yours again.`
    : rich`${bold(name)} is not open at the desk, so there is nothing to take back.`;
}

function onHost(desk: SessionView['desk']): string {
  return desk ? `, on ${desk.host}` : '';
}
