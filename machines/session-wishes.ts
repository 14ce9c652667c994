/** Messages that their senders change or take back before Claude has taken them. Pure. */
import type { Booked, EventOf } from './session-events.ts';
import { handle, remember, replace } from './session-inbox.ts';
import { oweNotice } from './session-outbox.ts';
import type { InboxMessage, MessageWish, SessionRecord } from './session-record.ts';

/** The message with the sender's own words, as long as it is not answered. */
export function openMessage(record: SessionRecord, messageId: number): InboxMessage | undefined {
  return record.inbox.find((message) => message.messageId === messageId && message.attempt === 0);
}

/** Notes what the sender wants of a message, and asks Claude to give it back if it may not have taken it yet. */
export function wish(record: SessionRecord, event: EventOf<'user.edited' | 'user.withdrew'>): Booked {
  const message = openMessage(record, event.messageId);
  const wanted = wantedBy(event);
  if (!message || isFulfilled(message, wanted)) return { record, forClaude: [] };
  return {
    record: noteWish(record, message, wanted, event.at),
    forClaude: message.state === 'delivered' ? [{ type: 'claude.withdraw', uuid: message.uuid }] : [],
  };
}

function wantedBy(event: EventOf<'user.edited' | 'user.withdrew'>): MessageWish {
  return event.type === 'user.edited'
    ? { type: 'edit', uuid: event.newUuid, text: event.text }
    : { type: 'withdraw' };
}

/**
 * While the message waits here, that is done; once it was handed over, only Claude can say whether it is too late; what
 * Claude has taken stays as it is, and the sender is told.
 */
function noteWish(
  record: SessionRecord,
  message: InboxMessage,
  wanted: MessageWish,
  at: number,
): SessionRecord {
  switch (message.state) {
    case 'waiting':
    case 'held':
      return fulfil(record, message, wanted, at);
    case 'delivered':
    case 'parked':
      return replace(record, message.uuid, { ...message, wish: wanted });
    case 'taken':
    case 'undecided':
    case 'said':
      return tellTooLate(record, message, wanted, at);
  }
}

/** Telegram tells of edits that change no word, and may tell of one twice. */
function isFulfilled(message: InboxMessage, wanted: MessageWish): boolean {
  if (wanted.type === 'withdraw') return message.wish?.type === 'withdraw';
  const { text } = message.wish?.type === 'edit' ? message.wish : message;
  return message.wish?.type !== 'withdraw' && text === wanted.text;
}

/** Claude gave the message back: it never gets it under this uuid. */
export function noteWithdrawn(record: SessionRecord, uuid: string, at: number): SessionRecord {
  const message = record.inbox.find((candidate) => candidate.uuid === uuid);
  if (!message?.wish) return record;
  return fulfil(record, message, message.wish, at);
}

/** Claude has the message: what its sender wanted of it comes too late. */
export function noteTaken(record: SessionRecord, uuid: string, at: number): SessionRecord {
  const message = record.inbox.find((candidate) => candidate.uuid === uuid);
  if (message?.state !== 'delivered') return record;
  const taken = replace(record, uuid, { ...message, state: 'taken', wish: null });
  return message.wish ? tellTooLate(taken, message, message.wish, at) : taken;
}

/** The messages are answered, or lost with their turn, as they were: nothing is left to be changed. */
export function tellUnfulfilled(
  record: SessionRecord,
  messages: readonly InboxMessage[],
  at: number,
): SessionRecord {
  return messages.reduce(
    (left, message) => (message.wish ? tellTooLate(left, message, message.wish, at) : left),
    record,
  );
}

export function fulfil(
  record: SessionRecord,
  message: InboxMessage,
  wanted: MessageWish,
  at: number,
): SessionRecord {
  if (wanted.type === 'withdraw') {
    return handle(oweNotice(record, at, { type: 'withdrawn' }, message.messageId), message.uuid);
  }
  const { uuid, text } = wanted;
  const state = message.state === 'held' || message.state === 'parked' ? 'held' : 'waiting';
  const edited = replace(record, message.uuid, { ...message, uuid, text, state, wish: null });
  return remember(edited, message.uuid);
}

function tellTooLate(
  record: SessionRecord,
  { messageId }: InboxMessage,
  { type }: MessageWish,
  at: number,
): SessionRecord {
  return oweNotice(record, at, { type: 'tooLate', wish: type }, messageId);
}
