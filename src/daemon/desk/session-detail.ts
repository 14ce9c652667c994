/**
 * One session in all that may be known of it on the host. This is an allow-list: no message, no name of a file or a tool,
 * and no name that is made of people's words.
 */
import { basename } from 'node:path';
import type { InboxMessage, OutboxItem, SessionRecord } from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import type { HistoryEntry } from '../../history-entry.ts';

export interface SessionDetail {
  session: SessionView;
  /** When the live process started: wall clock, ms since the epoch; null without one. */
  processStartedAt: number | null;
  /** Messages without an answer, in order. */
  waiting: { state: InboxMessage['state']; at: number }[];
  /** What Telegram has not taken yet, in order. */
  owed: { kind: OutboxItem['body']['kind']; at: number }[];
  /** What happened, the oldest first: the last thousand entries. */
  timeline: HistoryEntry[];
}

/** @param view of the same session, as `viewSession` makes it */
export function sessionDetail(
  record: SessionRecord,
  view: SessionView,
  timeline: HistoryEntry[],
): SessionDetail {
  return {
    session: withoutWords(view),
    processStartedAt: record.process?.startedAt ?? null,
    waiting: record.inbox.map(({ state, at }) => ({ state, at })),
    owed: record.outbox.map(({ body, at }) => ({ kind: body.kind, at })),
    timeline,
  };
}

/** A name that a conversation gave is made of people's words, and those stay in the chat: here it is the folder's. */
export function withoutWords(view: SessionView): SessionView {
  return view.namedBy === 'conversation' ? { ...view, name: basename(view.workspace) } : view;
}
