/** Which topic of its chat a session is in. Pure. */
import { oweNotice } from './session-outbox.ts';
import type { SessionRecord } from './session-record.ts';

/** In a topic the session says what the topic is for. It is said once. */
export function place(record: SessionRecord, threadId: number | null, at: number): SessionRecord {
  if (record.threadId === threadId) return record;
  const placed = { ...record, threadId };
  return threadId === null
    ? placed
    : oweNotice(placed, at, { type: 'topicBegun', workspace: record.workspace });
}

/** What is owed goes to the chat itself from now on. Another topic than its own changes nothing. */
export function leaveTopic(record: SessionRecord, threadId: number): SessionRecord {
  return record.threadId === threadId ? { ...record, threadId: null } : record;
}
