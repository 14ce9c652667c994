/** Sessions in words and tables for a terminal. Pure. */
import type { z } from 'zod';
import { formatDuration } from '../words/duration.ts';
import { ordinal } from '../words/ordinal.ts';
import { formatBytes } from '../resident-memory.ts';
import { printable } from './printable.ts';
import type { shownDetailSchema, shownSessionSchema } from './daemon/session-methods.ts';
import { table } from './table.ts';

/** `residentBytes`: of its process; null if there is none, or it is not known. */
export type ShownSession = z.infer<typeof shownSessionSchema> & { residentBytes?: number | null };
type ShownDetail = z.infer<typeof shownDetailSchema> & { session: ShownSession };

const HEADINGS = [
  [
    'ID',
    'NAME',
    'STATE',
    'PHASE',
    'LAST ACTIVITY',
    'TIME LEFT',
    'WAITING',
    'COST',
    'PID',
    'MEMORY',
    'FOLDER',
  ],
];

/** A line for each. */
export function describeSessions(sessions: readonly ShownSession[]): string {
  const rows = sessions.map((session) => [
    session.id,
    session.name,
    session.state,
    shownPhase(session),
    `${formatDuration(session.idleForMs)} ago`,
    timeLeft(session),
    session.inbox === 0 ? '-' : String(session.inbox),
    session.usage.turns === 0 ? '-' : `$${session.usage.costUsd.toFixed(2)}`,
    session.pid === null ? '-' : String(session.pid),
    session.residentBytes ? formatBytes(session.residentBytes) : '-',
    session.workspace,
  ]);
  return lines(table([...HEADINGS, ...rows]));
}

/** All that is known of one, a line for each thing. @param now wall clock, ms since the epoch */
export function describeSession(
  { session, processStartedAt, waiting, owed }: ShownDetail,
  now: number,
): string {
  const facts: [string, string][] = [
    ['Session', `${session.id}, ${session.name}`],
    ['State', stateLine(session)],
    ['Process', processLine(session, processStartedAt, now)],
    ['Last end', lastEndLine(session, now)],
    [
      'Chat',
      session.threadId === null
        ? String(session.chatId)
        : `${String(session.chatId)}, topic ${String(session.threadId)}`,
    ],
    ['Folder', session.workspace],
    ['Conversation', session.claudeSessionId],
    ['Begun', `${ago(session.createdAt, now)}; last activity ${formatDuration(session.idleForMs)} ago`],
    ['Idle timeout', timeoutLine(session)],
    ['Settings', settingsLine(session)],
    ['Cost', costLine(session)],
    ['Waiting', waiting.length === 0 ? 'no message' : waitingLine(waiting, now)],
    ['Owed to chat', owed.length === 0 ? 'nothing' : owedLine(owed, now)],
    ...(session.undeliverable
      ? [['Refused', refusedLine(session.undeliverable, now)] as [string, string]]
      : []),
  ];
  return lines(table(facts.map(([name, value]) => [`${name}:`, value])));
}

function lines(all: readonly string[]): string {
  return `${all.map(printable).join('\n')}\n`;
}

function ago(at: number, now: number): string {
  return `${formatDuration(now - at)} ago`;
}

function stateLine({ state, phase, roomPlace }: ShownSession): string {
  if (roomPlace) return `${state} (waits for room, ${ordinal(roomPlace)} in line)`;
  return phase === state ? state : `${state} (${phase})`;
}

function processLine({ pid, residentBytes }: ShownSession, startedAt: number | null, now: number): string {
  if (pid === null) return 'none';
  const memory = residentBytes ? [formatBytes(residentBytes)] : [];
  const up = startedAt === null ? [] : [`up ${formatDuration(now - startedAt)}`];
  return [`pid ${String(pid)}`, ...up, ...memory].join(', ');
}

const REASONS: Record<string, string> = {
  idle: 'the idle timeout was over',
  user: 'it was asked to',
  drained: 'the daemon stopped',
  crashed: 'it crashed',
  failed: 'Claude said why it could not work, in the chat',
  unresponsive: 'it did not react',
  evicted: 'its memory was wanted for another session',
  desk: 'it was opened at the desk',
};

/** Why a process ended, as the end of a sentence. @param reason of `ProcessEnd` */
export function reasonWords(reason: string): string {
  return REASONS[reason] ?? reason;
}

function lastEndLine({ lastEnd }: ShownSession, now: number): string {
  if (!lastEnd) return 'none';
  const { reason, code, signal, at } = lastEnd;
  const how = signal ?? (code === null ? null : `exit code ${String(code)}`);
  return `${ago(at, now)}: ${reasonWords(reason)}${how === null ? '' : ` (${how})`}`;
}

function timeoutLine(session: ShownSession): string {
  const left = session.suspendsInMs === null ? '' : `, ${formatDuration(session.suspendsInMs)} left`;
  return `${formatDuration(session.idleTimeoutMs)}${left}`;
}

function settingsLine({ model, effort, permissionMode, whileWorking }: ShownSession): string {
  const arriving = whileWorking === 'queue' ? 'messages wait for each other' : 'messages join the turn';
  return `model ${model ?? 'default'}, effort ${effort ?? 'default'}, permissions ${permissionMode}, ${arriving}`;
}

function costLine({ usage }: ShownSession): string {
  return usage.turns === 0 ? 'nothing yet' : `$${usage.costUsd.toFixed(2)} in ${String(usage.turns)} turns`;
}

/** In order of their first: `2 waiting, 1 delivered; the oldest for 3 min`. */
function waitingLine(waiting: ShownDetail['waiting'], now: number): string {
  return counts(
    waiting.map(({ state, at }) => ({ word: state, at })),
    now,
  );
}

function owedLine(owed: ShownDetail['owed'], now: number): string {
  return counts(
    owed.map(({ kind, at }) => ({ word: kind, at })),
    now,
  );
}

function counts(items: readonly { word: string; at: number }[], now: number): string {
  const words = [...new Set(items.map(({ word }) => word))];
  const each = words.map((word) => `${String(items.filter((item) => item.word === word).length)} ${word}`);
  const oldest = Math.min(...items.map(({ at }) => at));
  return `${each.join(', ')}; the oldest for ${formatDuration(now - oldest)}`;
}

function refusedLine({ since, reason }: NonNullable<ShownSession['undeliverable']>, now: number): string {
  return `Telegram refuses the chat for ${formatDuration(now - since)} (${reason})`;
}

/**
 * `live.active.working` → `working`; `suspended`, which says nothing that the state does not, → `-`. A session that waits
 * for room has a place in the line for it: `room: 2nd`. One that `hibernaut attach` has open is `at the desk`.
 */
export function shownPhase({
  phase,
  roomPlace,
}: {
  phase: string;
  roomPlace?: number | null | undefined;
}): string {
  if (roomPlace) return `room: ${ordinal(roomPlace)}`;
  if (phase.startsWith('suspended.attached')) return 'at the desk';
  const parts = phase.split('.');
  return parts.length > 1 ? (parts.at(-1) ?? '-') : '-';
}

/** Until the idle timer suspends it. */
export function timeLeft({
  suspendsInMs,
  idleTimeoutMs,
  state,
}: Pick<ShownSession, 'suspendsInMs' | 'idleTimeoutMs' | 'state'>): string {
  if (suspendsInMs !== null) return formatDuration(suspendsInMs);
  return state === 'idle' && idleTimeoutMs === null ? 'off' : '-';
}
