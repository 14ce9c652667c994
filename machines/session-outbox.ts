/** The outbox of a session: what is owed to the chat until Telegram took it. Pure. */
import type { Approval, Choice, Notice, OutboxItem, SessionRecord } from './session-record.ts';

/** Adds what is owed, behind what is owed already. */
export function owe(
  record: SessionRecord,
  at: number,
  body: OutboxItem['body'],
  replyTo: number | null = null,
): SessionRecord {
  const item: OutboxItem = { id: record.nextOutboxId, at, replyTo, partsSent: 0, body };
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
    ...record,
    outbox: record.outbox.map((item) => (item.id === outboxId ? { ...item, partsSent } : item)),
  };
}

/** Telegram took it. An approval or a choice learns which message asks for it. */
export function noteDelivered(
  record: SessionRecord,
  outboxId: number,
  messageId: number | null,
): SessionRecord {
  const item = record.outbox.find((candidate) => candidate.id === outboxId);
  if (!item) return record;
  const delivered = { ...record, outbox: record.outbox.filter((other) => other !== item) };
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
