/** The inbox of a session: what happens to a message between its acceptance and its answer. Pure. */
import type { Booked } from './session-events.ts';
import { oweNotice } from './session-outbox.ts';
import { HANDLED_KEPT, type InboxMessage, type SessionRecord } from './session-record.ts';

/** What Claude is asked after a turn was cut off, in the same conversation. */
export const CONTINUE_PROMPT =
  'Your last turn was cut off before it was complete. Continue where it stopped and finish it; do not repeat steps that are already done.';

/** The messages that Claude has in hand, or may have got, in order. */
export function allInHand(record: SessionRecord): InboxMessage[] {
  return record.inbox.filter(isInHand);
}

/** The first of them: the one that its turn is about. */
export function inHand(record: SessionRecord): InboxMessage | undefined {
  return record.inbox.find(isInHand);
}

/** Whether the transcript has to be asked about it after a crash: also what waits may have been handed over before. */
export function mayHaveArrived(state: InboxMessage['state']): boolean {
  return state === 'waiting' || isInHand({ state });
}

function isInHand({ state }: Pick<InboxMessage, 'state'>): boolean {
  return state === 'delivered' || state === 'taken' || state === 'parked';
}

export function nextWaiting(record: SessionRecord): InboxMessage | undefined {
  return record.inbox.find((message) => message.state === 'waiting');
}

/** A message as it comes. `by`: it was sent with the command line, so the chat has not seen it. */
type Said = Pick<InboxMessage, 'uuid' | 'messageId' | 'text' | 'at'> & { by?: 'commandLine' };

/** The chat is owed the words that it has not seen. */
export function shownInChat(
  record: SessionRecord,
  { by, text, at }: Pick<Said, 'by' | 'text' | 'at'>,
): SessionRecord {
  return by === 'commandLine' ? oweNotice(record, at, { type: 'saidOnHost', text }) : record;
}

/** Takes a message in, behind those already there, and lets those put off try again. A known one changes nothing. */
export function accept(record: SessionRecord, message: Said): SessionRecord {
  if (isKnown(record, message.uuid)) return record;
  const { uuid, messageId, text, at } = message;
  return {
    ...shownInChat(record, message),
    lastActivityAt: Math.max(at, record.lastActivityAt),
    unconfirmed: null,
    inbox: [
      ...record.inbox.map((earlier): InboxMessage => ({
        ...earlier,
        state: TRY_AGAIN[earlier.state] ?? earlier.state,
      })),
      { uuid, messageId, text, at, state: 'waiting', attempt: 0, wish: null },
    ],
  };
}

const TRY_AGAIN: Partial<Record<InboxMessage['state'], InboxMessage['state']>> = {
  held: 'waiting',
  parked: 'delivered',
};

/** Whether the message is in the inbox or was there. */
export function isKnown(record: SessionRecord, uuid: string): boolean {
  return record.handled.includes(uuid) || record.inbox.some((message) => message.uuid === uuid);
}

/**
 * What goes to Claude now. One message at a time, or, if those that come during a turn are for that turn, all that wait.
 * A request to continue needs a turn of its own: it speaks of the last one.
 */
export function dueNow(record: SessionRecord): InboxMessage[] {
  const waiting = record.inbox.filter(({ state }) => state === 'waiting');
  const isAtWork = inHand(record) !== undefined;
  if (record.whileWorking === 'queue') return isAtWork ? [] : waiting.slice(0, 1);
  const continuation = waiting.findIndex(({ attempt }, index) => attempt === 1 && (isAtWork || index > 0));
  return continuation === -1 ? waiting : waiting.slice(0, continuation);
}

/** Claude gets what is due, unless it has to wait for the end of the turn. Null: nothing is. */
export function handOver(record: SessionRecord): Booked | null {
  const due = dueNow(record);
  if (due.length === 0) return null;
  return {
    record: due.reduce(
      (left, message) => replace(left, message.uuid, { ...message, state: 'delivered' }),
      record,
    ),
    forClaude: due.map(({ uuid, text }) => ({ type: 'claude.prompt', uuid, text })),
  };
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

/** Messages stay until the sender writes again; of those in hand it has to be known first whether they arrived. */
export function putOff(record: SessionRecord): SessionRecord {
  return {
    ...record,
    inbox: record.inbox.map((message) => {
      if (message.state === 'waiting') return { ...message, state: 'held' };
      return isInHand(message) ? { ...message, state: 'parked' } : message;
    }),
  };
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
    wish: null,
  });
  return remember(replaced, message.uuid);
}

/** It is known from now on, though it is not in the inbox. */
export function remember(record: SessionRecord, uuid: string): SessionRecord {
  return { ...record, handled: [...record.handled, uuid].slice(-HANDLED_KEPT) };
}

export function replace(record: SessionRecord, uuid: string, by: InboxMessage): SessionRecord {
  return { ...record, inbox: record.inbox.map((message) => (message.uuid === uuid ? by : message)) };
}
