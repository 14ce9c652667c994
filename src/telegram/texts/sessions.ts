/** What the bot says about the chat's sessions: begun, put to sleep, interrupted, ended, listed. */
import type { SessionView } from '../../../machines/session-view.ts';
import { formatDuration } from '../../duration.ts';
import { bold, code, rich, type RichText } from '../render/rich-text.ts';

export function noSessionText(): RichText {
  return rich`There is no session here. Your next message starts one.`;
}

export function createdText({ name, workspace }: SessionView): RichText {
  return rich`New session ${bold(name)} in ${code(workspace)}. Your next message goes to it.`;
}

export function suspendText({ name }: SessionView): RichText {
  return rich`${bold(name)} is suspended. Its conversation is kept; your next message wakes it.`;
}

export function interruptText({ state, name }: SessionView): RichText {
  return state === 'active'
    ? rich`Interrupting ${bold(name)}.`
    : rich`${bold(name)} is ${state}, so there is nothing to interrupt.`;
}

export function endedText({ name }: SessionView): RichText {
  return rich`${bold(name)} is ended. Your next message starts a new session.`;
}

export function sessionsText(sessions: readonly SessionView[]): RichText {
  return sessions.length === 1
    ? rich`There is one session here.`
    : rich`There are ${String(sessions.length)} sessions here. Tap the one that your messages should go to.`;
}

/** What a phone shows of a button, less the state behind the name. */
const LONGEST_NAME = 30;

/** On a button. */
export function sessionLabel(session: SessionView, isCurrent: boolean): string {
  const idle = session.state === 'active' ? '' : `, ${formatDuration(session.idleForMs)}`;
  const { name } = session;
  const shownName = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  return `${isCurrent ? '✓ ' : ''}${shownName} – ${session.state}${idle}`;
}
