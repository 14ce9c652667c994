/** The state of a session in words: /status, /timeout. */
import type { EndReason } from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import { formatDuration } from '../../duration.ts';
import { bypassLines, MODE_LABELS } from './settings.ts';
import { bold, code, join, rich, type RichText } from '../render/rich-text.ts';

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
    ...(session.effort === null ? [] : [rich`Effort: ${session.effort}`]),
    rich`Permission mode: ${MODE_LABELS[session.permissionMode]}`,
    ...bypassLines(session),
    ...(session.whileWorking === 'queue' ? [rich`While Claude works: messages wait`] : []),
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
