/** What the bot answers to commands, and what it says about each of them. Functions of facts, so that they can be translated. */
import type { EndReason } from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import { formatDuration } from '../../duration.ts';
import { bold, code, concat, join, rich, type RichText } from '../render/rich-text.ts';

/** In the order of Telegram's menu. */
export const COMMAND_NAMES = [
  'new',
  'status',
  'timeout',
  'suspend',
  'stop',
  'end',
  'sessions',
  'help',
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];

/** One line each: Telegram's menu shows them as they are (256 characters at most). */
export const COMMAND_SUMMARIES: Record<CommandName, string> = {
  new: 'Start a new session: /new, or /new folder',
  status: 'What the session is doing, and when it goes to sleep',
  timeout: 'When an idle session goes to sleep: /timeout 10m, or off',
  suspend: 'Put the session to sleep now',
  stop: 'Interrupt Claude',
  end: 'End the session; the next message starts a new one',
  sessions: 'List the sessions and switch between them',
  help: 'What this bot can do',
};

export function helpText(): RichText {
  const lines = COMMAND_NAMES.map((name) => rich`/${name} – ${COMMAND_SUMMARIES[name]}`);
  return concat(
    rich`Write a message and Claude Code answers. A session that nobody talks to is suspended: its process ends, its conversation stays, and your next message continues it.\n\n`,
    join(lines, '\n'),
  );
}

export function greetingText(): RichText {
  return rich`Hello. Write what you want done and Claude Code does it on this machine. /help lists the commands.`;
}

export function unknownCommandText(name: string): RichText {
  return rich`There is no command /${name}. /help lists those that there are.`;
}

export function noSessionText(): RichText {
  return rich`There is no session here. Your next message starts one.`;
}

export function createdText({ name, workspace }: SessionView): RichText {
  return rich`New session ${bold(name)} in ${code(workspace)}. Your next message goes to it.`;
}

/** @param now wall clock, ms since the epoch */
export function statusText(session: SessionView, now: number): RichText {
  const lines: RichText[] = [
    rich`${bold(session.name)} is ${bold(stateWords(session))}${sinceWords(session, now)}`,
    rich`Last activity: ${formatDuration(session.idleForMs)} ago`,
    rich`Idle timeout: ${formatDuration(session.idleTimeoutMs)}`,
    ...suspendLines(session),
    rich`Process: ${session.pid === null ? 'none' : String(session.pid)}`,
    rich`Folder: ${code(session.workspace)}`,
    rich`Model: ${session.model ?? "Claude Code's default"}`,
    rich`Permission mode: ${session.permissionMode}`,
    rich`Waiting messages: ${String(session.inbox)}`,
  ];
  if (session.approvals > 0) lines.push(rich`Waiting for your answer: ${String(session.approvals)}`);
  return join(lines, '\n');
}

function suspendLines({ state, suspendsInMs, idleTimeoutMs }: SessionView): RichText[] {
  if (state === 'idle' && suspendsInMs !== null) return [rich`Suspends in: ${formatDuration(suspendsInMs)}`];
  return state === 'active' && idleTimeoutMs !== null
    ? [rich`Suspends: ${formatDuration(idleTimeoutMs)} after this turn`]
    : [];
}

/** The innermost of these counts. */
const PHASE_WORDS: Record<string, string> = {
  recovering: 'recovering',
  stopping: 'stopping',
  starting: 'active (starting)',
  working: 'active (working)',
  silent: 'active (no word from Claude for long)',
  awaitingApproval: 'active (waiting for your answer)',
  interrupting: 'active (interrupting)',
  background: 'active (a background task runs)',
};

function stateWords({ state, phase }: SessionView): string {
  const step = phase.split('.').findLast((name) => Object.hasOwn(PHASE_WORDS, name));
  return step === undefined ? state : (PHASE_WORDS[step] ?? state);
}

const END_WORDS: Record<EndReason, string> = {
  idle: 'the idle timeout was over',
  user: 'you asked for it',
  drained: 'the daemon was stopped',
  crashed: 'Claude crashed',
  failed: 'Claude could not work',
  unresponsive: 'Claude did not react',
  evicted: 'its process was needed for another session',
};

function sinceWords({ state, phase, lastEnd, idleForMs, createdAt }: SessionView, now: number): string {
  const ago = (sinceMs: number) => formatDuration(Math.max(0, now - sinceMs));
  if (phase === 'live.idle') return ` for ${formatDuration(idleForMs)}`;
  if (state !== 'suspended') return '';
  return lastEnd
    ? ` for ${ago(lastEnd.at)}: ${END_WORDS[lastEnd.reason]}`
    : ` since it was created ${ago(createdAt)} ago`;
}

export function timeoutText({ idleTimeoutMs }: SessionView): RichText {
  return idleTimeoutMs === null
    ? rich`The idle timeout is off: this session is never suspended for idleness. To change it: /timeout 10m`
    : rich`This session is suspended after ${formatDuration(idleTimeoutMs)} without activity. To change it: /timeout 30m, or /timeout off`;
}

export function timeoutChangedText({ idleTimeoutMs, suspendsInMs }: SessionView): RichText {
  if (idleTimeoutMs === null) return rich`The idle timeout is off. This session stays until you suspend it.`;
  const soon = suspendsInMs === null ? '' : `: ${formatDuration(suspendsInMs)} from now`;
  return rich`This session is now suspended after ${formatDuration(idleTimeoutMs)} without activity${soon}.`;
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
