/** Room for a session's process: what its sender is told when there is none. Pure. */
import type { EventOf } from './session-events.ts';
import { nextWaiting } from './session-inbox.ts';
import { oweNotice } from './session-outbox.ts';
import type { SessionRecord } from './session-record.ts';

/** Of the sessions that have the room, none goes on before somebody has answered. */
export function waitsForPeople({ places, waitingForPeople }: EventOf<'room.full'>): boolean {
  return waitingForPeople >= places;
}

export function tellNoRoom(record: SessionRecord, event: EventOf<'room.full'>): SessionRecord {
  const { places, ahead, waitingForPeople, at } = event;
  const notice = { type: 'noRoom', places, ahead, waitingForPeople } as const;
  return oweNotice(record, at, notice, nextWaiting(record)?.messageId ?? null);
}
