/** What happened in a session, as a table for a terminal: each state that it was in, for how long, and what led there. Pure. */
import { formatDuration } from '../duration.ts';
import type { HistoryEntry } from '../history-entry.ts';
import { printable } from './printable.ts';
import { reasonWords } from './session-text.ts';
import { table } from './table.ts';

/** The session was in one state, from the entry that led there to the next one. */
interface Stay {
  entry: HistoryEntry;
  untilAt: number | null;
}

/**
 * @param timeline oldest first
 * @param most so many of the last states
 * @param now wall clock, ms since the epoch
 */
export function describeTimeline(timeline: readonly HistoryEntry[], most: number, now: number): string {
  const stays = staysOf(timeline);
  if (stays.length === 0) return '\nNothing is known of what happened in it.\n';
  const shown = stays.slice(-most);
  const rows = shown.map(({ entry, untilAt }) => [
    timeOf(entry.at),
    formatDuration((untilAt ?? now) - entry.at),
    entry.to.replace(/^live\./, ''),
    why(entry),
  ]);
  const left = stays.length - shown.length;
  const head = left === 0 ? [] : [`(${String(left)} earlier: --timeline)`];
  return `\n${[...head, ...table([['SINCE', 'FOR', 'STATE', 'BECAUSE'], ...rows])].map(printable).join('\n')}\n`;
}

function staysOf(timeline: readonly HistoryEntry[]): Stay[] {
  const changes = timeline.filter((entry) => entry.from !== entry.to);
  return changes.map((entry, index) => ({ entry, untilAt: changes[index + 1]?.at ?? null }));
}

/** `2026-11-24 23:10:05`, in the time of this machine. */
function timeOf(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** Of events whose name says too little. */
const WORDS: Readonly<Record<string, string>> = {
  'xstate.init': 'the daemon took it up',
  'user.message': 'a message',
  'user.suspend': 'asked to suspend',
  'user.wake': 'asked to wake',
  'user.interrupt': 'asked to stop',
  'user.end': 'asked to end',
  'user.continue': 'asked to continue',
  'user.keepWaiting': 'asked to wait on',
  'user.restart': 'asked to restart Claude',
  'user.newConversation': 'a new conversation',
  'user.workspaceChanged': 'another folder',
  'user.approvalTapped': 'an answer to what Claude asked',
  'claude.ready': 'Claude is ready',
  'claude.heard': 'Claude spoke again',
  'claude.turnStarted': 'Claude took up work',
  'claude.turnEnded': 'its turn was over',
  'claude.approvalRequested': 'Claude asks',
  'claude.approvalWithdrawn': 'Claude asks no more',
  'claude.backgroundTasksChanged': 'background tasks',
  'claude.failed': 'Claude can not work',
  'claude.exited': 'its process ended',
  'daemon.drain': 'the daemon stops',
  'daemon.stop': 'the daemon stops now',
  'daemon.evict': 'its memory is wanted',
  'room.granted': 'there is room for its process',
  'desk.requested': 'asked for at the desk',
  'desk.detached': 'the desk gave it back',
  'daemon.sessionFailed': 'a bug, which the log tells of',
  'telegram.chatRefused': 'Telegram refuses the chat',
};

function why({ event, by, facts, end }: HistoryEntry): string {
  const what = WORDS[event] ?? afterWords(event) ?? event;
  const about = ['problem', 'subject', 'count']
    .map((fact) => facts?.[fact])
    .filter((fact) => fact !== undefined);
  const details = [
    ...about.map(String),
    ...(by === 'commandLine' ? ['command line'] : []),
    ...(end
      ? [reasonWords(end.reason), end.signal ?? (end.code ? `exit code ${String(end.code)}` : '')]
      : []),
  ].filter((detail) => detail !== '');
  return details.length === 0 ? what : `${what} (${details.join(', ')})`;
}

const AFTER: Readonly<Record<string, string>> = {
  idleTimeout: 'the idle timeout was over',
  silence: 'Claude had been silent for long',
  startTimeout: 'Claude did not get ready in time',
  interruptTimeout: 'Claude did not react to the interruption',
  stopTimeout: 'its process does not end',
};

/** `xstate.after.idleTimeout.session.live.idle` */
function afterWords(event: string): string | undefined {
  const delay = /^xstate\.after\.(\w+)/.exec(event)?.[1];
  if (delay !== undefined) return AFTER[delay] ?? `after ${delay}`;
  return event.startsWith('xstate.done.actor.recover') ? 'its transcript has told' : undefined;
}
