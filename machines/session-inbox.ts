/** The inbox of a session: what happens to a message between its acceptance and its answer. Pure. */
import { HANDLED_KEPT, type InboxMessage, type SessionRecord } from './session-record.ts';

/** What Claude is asked after a turn was cut off, in the same conversation. */
export const CONTINUE_PROMPT =
  'Your last turn was cut off before it was complete. Continue where it stopped and finish it; do not repeat steps that are already done.';

/** The message that Claude has in hand, if any: at most one at a time. */
export function inHand(record: SessionRecord): InboxMessage | undefined {
  return record.inbox.find((message) => message.state === 'delivered');
}

export function nextWaiting(record: SessionRecord): InboxMessage | undefined {
  return record.inbox.find((message) => message.state === 'waiting');
}

/** Takes a message in, behind those already there, and lets the held ones try again. A known one changes nothing. */
export function accept(
  record: SessionRecord,
  message: Pick<InboxMessage, 'uuid' | 'messageId' | 'text' | 'at'>,
): SessionRecord {
  if (isKnown(record, message.uuid)) return record;
  const { uuid, messageId, text, at } = message;
  return {
    ...record,
    lastActivityAt: Math.max(at, record.lastActivityAt),
    unconfirmed: null,
    inbox: [
      ...record.inbox.map((earlier): InboxMessage =>
        earlier.state === 'held' ? { ...earlier, state: 'waiting' } : earlier,
      ),
      { uuid, messageId, text, at, state: 'waiting', attempt: 0 },
    ],
  };
}

/** Whether the message is in the inbox or was there. */
export function isKnown(record: SessionRecord, uuid: string): boolean {
  return record.handled.includes(uuid) || record.inbox.some((message) => message.uuid === uuid);
}

/** The first waiting message goes to Claude. */
export function deliverNext(record: SessionRecord): SessionRecord {
  const next = nextWaiting(record);
  return next ? replace(record, next.uuid, { ...next, state: 'delivered' }) : record;
}

/** Messages leave the inbox and are remembered, so that a redelivered one is known. */
export function handle(record: SessionRecord, ...uuids: string[]): SessionRecord {
  if (uuids.length === 0) return record;
  return {
    ...record,
    inbox: record.inbox.filter((message) => !uuids.includes(message.uuid)),
    handled: [...record.handled, ...uuids].slice(-HANDLED_KEPT),
  };
}

/** Waiting messages stay until the sender writes again. */
export function holdWaiting(record: SessionRecord): SessionRecord {
  return {
    ...record,
    inbox: record.inbox.map((message) =>
      message.state === 'waiting' ? { ...message, state: 'held' } : message,
    ),
  };
}

/**
 * Claude could not answer the message in hand, and the person can mend why. It stays until they write again: as it is
 * if it never reached the conversation (`continuationUuid` null), else as the request to take it up there.
 */
export function holdInHand(record: SessionRecord, continuationUuid: string | null): SessionRecord {
  const message = inHand(record);
  if (!message) return record;
  if (continuationUuid === null) return replace(record, message.uuid, { ...message, state: 'held' });
  return replaceByContinuation(record, message, continuationUuid, 'held');
}

/** The original is handled, and one prompt that continues its turn takes its place in the order. */
export function replaceByContinuation(
  record: SessionRecord,
  message: InboxMessage,
  uuid: string,
  state: 'waiting' | 'held' | 'undecided',
): SessionRecord {
  const replaced = replace(record, message.uuid, {
    ...message,
    uuid,
    text: CONTINUE_PROMPT,
    state,
    attempt: 1,
  });
  return { ...replaced, handled: [...replaced.handled, message.uuid].slice(-HANDLED_KEPT) };
}

export function replace(record: SessionRecord, uuid: string, by: InboxMessage): SessionRecord {
  return { ...record, inbox: record.inbox.map((message) => (message.uuid === uuid ? by : message)) };
}
