/** The outbox of a session: what is owed to the chat until Telegram took it. Pure. */
import type { Approval, Choice, Notice, OutboxItem, SessionRecord } from './session-record.ts';

/**
 * How often a message is sent whose outcome was unknown before. Once: a double does less harm than silence, but a third
 * one helps nobody.
 */
const MAX_DOUBTS = 1;

/** Whether it is sent no more. @param doubts how often its outcome, or that of its next part, is unknown by now */
export function isGivenUp(doubts: number): boolean {
  return doubts > MAX_DOUBTS;
}

/** Adds what is owed, behind what is owed already. */
export function owe(
  record: SessionRecord,
  at: number,
  body: OutboxItem['body'],
  replyTo: number | null = null,
): SessionRecord {
  const item: OutboxItem = { id: record.nextOutboxId, at, replyTo, partsSent: 0, doubts: 0, body };
  return { ...record, outbox: [...record.outbox, item], nextOutboxId: record.nextOutboxId + 1 };
}

export function oweNotice(
  record: SessionRecord,
  at: number,
  notice: Notice,
  replyTo: number | null = null,
): SessionRecord {
  return owe(record, at, { kind: 'notice', notice }, replyTo);
}

/** Telegram took some of its parts; after a crash the rest goes on from there. */
export function notePartSent(record: SessionRecord, outboxId: number, partsSent: number): SessionRecord {
  return {
    ...replaceItem(record, outboxId, (item) => ({ ...item, partsSent, doubts: 0 })),
    undeliverable: null,
  };
}

/** Nobody knows whether Telegram took it: the second time it is given up, and the chat is owed a word about it. */
export function noteOutcomeUnknown(record: SessionRecord, outboxId: number, at: number): SessionRecord {
  const item = record.outbox.find((candidate) => candidate.id === outboxId);
  if (!item) return record;
  const doubts = item.doubts + 1;
  if (!isGivenUp(doubts)) return replaceItem(record, outboxId, (doubted) => ({ ...doubted, doubts }));
  const unconfirmed = { count: (record.unconfirmed?.count ?? 0) + 1, at };
  const givenUp = { ...record, outbox: record.outbox.filter((other) => other !== item), unconfirmed };
  const what = missedOf(item.body);
  return what ? oweNotice(givenUp, at, { type: 'mayBeMissing', what }, item.replyTo) : givenUp;
}

type Missed = Extract<Notice, { type: 'mayBeMissing' }>['what'];

/**
 * What a person waits for: also a report, which may be the only word about a message that is not answered. The rest is
 * not worth a word about it, least of all such a word itself.
 */
function missedOf(body: OutboxItem['body']): Missed | null {
  switch (body.kind) {
    case 'answer':
      return 'answer';
    case 'files':
      return 'files';
    case 'approval':
    case 'choice':
      return 'question';
    case 'notice':
      return body.notice.type === 'mayBeMissing' ? null : 'report';
    default:
      return null;
  }
}

/** @param record a session's, or a chat's */
export function noteChatRefused<T extends Pick<SessionRecord, 'undeliverable'>>(
  record: T,
  reason: string,
  at: number,
): T {
  const { undeliverable } = record;
  if (undeliverable?.reason === reason) return record;
  return { ...record, undeliverable: { since: undeliverable?.since ?? at, reason } };
}

function replaceItem(
  record: SessionRecord,
  outboxId: number,
  by: (item: OutboxItem) => OutboxItem,
): SessionRecord {
  return { ...record, outbox: record.outbox.map((item) => (item.id === outboxId ? by(item) : item)) };
}

/** Telegram took it. An approval or a choice learns which message asks for it. */
export function noteDelivered(
  record: SessionRecord,
  outboxId: number,
  messageId: number | null,
): SessionRecord {
  const item = record.outbox.find((candidate) => candidate.id === outboxId);
  if (!item) return record;
  const outbox = record.outbox.filter((other) => other !== item);
  const delivered = { ...record, outbox, undeliverable: null };
  const { body } = item;
  switch (body.kind) {
    case 'approval': {
      const isAsked = ({ id }: Approval) => id === body.approvalId;
      return { ...delivered, approvals: withMessage(delivered.approvals, isAsked, messageId) };
    }
    case 'choice': {
      const isAsked = ({ number }: Choice) => number === body.number;
      return { ...delivered, choices: withMessage(delivered.choices, isAsked, messageId) };
    }
    default:
      return delivered;
  }
}

function withMessage<T extends { messageId: number | null }>(
  asked: readonly T[],
  isMeant: (one: T) => boolean,
  messageId: number | null,
): T[] {
  return asked.map((one) => (isMeant(one) ? { ...one, messageId } : one));
}

/** The live message of a turn that is gone must not say "working" for ever. */
export function closeLiveMessage(record: SessionRecord, at: number): SessionRecord {
  const messageId = record.liveMessageId;
  if (messageId === null) return record;
  return { ...owe(record, at, { kind: 'liveMessageClosed', messageId }), liveMessageId: null };
}
