/** The state of a session in words: /status, /timeout. */
import type { EndReason } from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import { formatDuration, type BadDuration } from '../../words/duration.ts';
import { ordinal } from '../../words/ordinal.ts';
import { dollars, shortened } from './amounts.ts';
import { bypassLines, MODE_LABELS } from './settings.ts';
import { bold, code, join, rich, type RichText } from '../render/rich-text.ts';

/** What a person wants to see at a glance. @param now wall clock, ms since the epoch */
export function statusText(session: SessionView, now: number): RichText {
  const { name, workspace, model, effort, permissionMode, whileWorking, usage, pid } = session;
  const lines: RichText[] = [
    rich`${bold(name)} is ${bold(stateWords(session))}${sinceWords(session, now)}`,
    ...waitingLines(session),
    rich`Last activity: ${formatDuration(session.idleForMs)} ago`,
    suspendLine(session),
    rich`Folder: ${code(workspace)}`,
    rich`Model: ${model ?? "Claude Code's default"}${effort === null ? '' : `, effort ${effort}`}`,
    rich`Mode: ${MODE_LABELS[permissionMode]}`,
    ...bypassLines(session),
    rich`Queue: ${whileWorking === 'queue' ? 'on' : 'off'}`,
    ...(usage.turns === 0 ? [] : [rich`Cost: ${dollars(usage.costUsd)}`]),
    ...(pid === null ? [] : [rich`Process: ${String(pid)}`]),
  ];
  return join(lines, '\n');
}

function waitingLines({ inbox, approvals }: SessionView): RichText[] {
  return [
    ...(approvals > 0 ? [rich`Claude waits for your answer`] : []),
    ...(inbox > 0 ? [rich`Messages not answered yet: ${String(inbox)}`] : []),
  ];
}

function suspendLine({ state, suspendsInMs, idleTimeoutMs }: SessionView): RichText {
  const timeout = formatDuration(idleTimeoutMs);
  if (state === 'idle' && suspendsInMs !== null)
    return rich`Suspends in: ${formatDuration(suspendsInMs)} (timeout ${timeout})`;
  return rich`Idle timeout: ${timeout}`;
}

/** The innermost of these counts. */
const PHASE_WORDS: Record<string, string> = {
  recovering: 'recovering',
  awaitingRoom: 'active (waits for room)',
  stopping: 'stopping',
  handingOver: 'stopping, for the desk',
  attached: 'open at the desk',
  awaitingTrust: 'suspended (waiting for your answer about its folder)',
  closing: 'open at the desk, and closing',
  starting: 'active (starting)',
  working: 'active (working)',
  silent: 'active (no word from Claude for long)',
  awaitingApproval: 'active (waiting for your answer)',
  interrupting: 'active (interrupting)',
  background: 'active (a background task runs)',
};

function stateWords({ state, phase, roomPlace }: SessionView): string {
  if (roomPlace !== null) return `active (waits for room, ${ordinal(roomPlace)} in line)`;
  const step = phase.split('.').findLast((name) => Object.hasOwn(PHASE_WORDS, name));
  return step === undefined ? state : (PHASE_WORDS[step] ?? state);
}

const END_WORDS: Record<EndReason, string> = {
  idle: 'the idle timeout was over',
  user: 'you asked for it',
  drained: 'I was stopped',
  crashed: 'Claude crashed',
  failed: 'Claude could not work',
  unresponsive: 'Claude did not react',
  evicted: 'its process was needed for another session',
  desk: 'it was opened at the desk',
};

function sinceWords(session: SessionView, now: number): string {
  const { state, phase, lastEnd, desk, idleForMs, createdAt } = session;
  const ago = (sinceMs: number) => formatDuration(Math.max(0, now - sinceMs));
  if (desk && state === 'suspended')
    return `, on ${desk.host}, for ${ago(desk.since)}. /detach takes it back`;
  if (phase === 'live.idle') return ` for ${formatDuration(idleForMs)}`;
  if (state !== 'suspended' || phase === 'suspended.awaitingTrust') return '';
  return lastEnd
    ? ` for ${ago(lastEnd.at)}: ${END_WORDS[lastEnd.reason]}`
    : ` since it was created ${ago(createdAt)} ago`;
}

export function timeoutText({ idleTimeoutMs }: SessionView): RichText {
  return idleTimeoutMs === null
    ? rich`The idle timeout is off: this session is never suspended for idleness. ${code('/timeout 10m')} changes that.`
    : rich`This session is suspended after ${formatDuration(idleTimeoutMs)} without activity. ${code('/timeout 30m')} changes that, ${code('/timeout off')} ends it.`;
}

export function timeoutChangedText({ idleTimeoutMs, suspendsInMs }: SessionView): RichText {
  if (idleTimeoutMs === null)
    return rich`The idle timeout is off: this session is never suspended for idleness.`;
  const soon = suspendsInMs === null ? '' : `: ${formatDuration(suspendsInMs)} from now`;
  return rich`This session is now suspended after ${formatDuration(idleTimeoutMs)} without activity${soon}.`;
}

/** How much of what somebody wrote is quoted. */
const LONGEST_QUOTE = 40;

const WHY_BAD: Record<BadDuration, string> = {
  unreadable: 'is not a duration',
  tooShort: 'is too short',
  tooLong: 'is too long',
};

export function badTimeoutText(written: string, why: BadDuration): RichText {
  const quoted = JSON.stringify(shortened(written, LONGEST_QUOTE));
  return rich`${quoted} ${WHY_BAD[why]}. Write seconds (600), or 90s, 10m, 1h30m, 7d: from 1s to 365d; or off.`;
}
