/** What a session is called, and by whom. Pure. */
import type { EventOf } from './session-events.ts';
import type { SessionRecord } from './session-record.ts';

export function rename(record: SessionRecord, { name }: EventOf<'user.renamed'>): SessionRecord {
  return { ...record, name, namedBy: 'person' };
}

/** As Claude Code calls the conversation. */
export function nameByTitle(record: SessionRecord, { title }: EventOf<'daemon.titled'>): SessionRecord {
  return { ...record, name: title, namedBy: 'conversation' };
}
