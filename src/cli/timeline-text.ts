/** What happened in a session, as a table for a terminal: each state that it was in, for how long, and what led there. Pure. */
import { formatDuration } from '../words/duration.ts';
import type { HistoryEntry } from '../history-entry.ts';
import { eventWords } from '../watch/page/event-words.js';
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

function why({ event, by, facts, end }: HistoryEntry): string {
  const what = eventWords(event);
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
