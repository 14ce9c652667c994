/** What becomes of messages in a turn and at its end: answered, dropped, given up, put off. Pure. */
import { closeAllApprovals, handleSaid, tellSaidIsLost } from './session-approvals.ts';
import { closeCutOff, keepForTurn } from './session-asked-again.ts';
import { closeChoices } from './session-choices.ts';
import type { EventOf } from './session-events.ts';
import { allInHand, dueNow, handle, inHand, nextWaiting, putOff } from './session-inbox.ts';
import { owe, oweNotice } from './session-outbox.ts';
import type { InboxMessage, SessionRecord } from './session-record.ts';
import { tellUnfulfilled } from './session-wishes.ts';

/** One answer for all messages of its turn, as a reply to the first: the others only added to it. */
export function answer(
  record: SessionRecord,
  { answers, markdown, at }: EventOf<'claude.answered'>,
): SessionRecord {
  const answered = record.inbox.filter(({ uuid }) => answers.includes(uuid));
  const replyTo = answered[0]?.messageId ?? null;
  const owed = owe({ ...record, lastActivityAt: at }, at, { kind: 'answer', markdown }, replyTo);
  return handle(tellUnfulfilled(owed, answered, at), ...answered.map(({ uuid }) => uuid));
}

export function oweFiles(
  record: SessionRecord,
  { files, caption, at }: EventOf<'claude.filesSent'>,
): SessionRecord {
  return owe(record, at, { kind: 'files', files, caption }, inHand(record)?.messageId ?? null);
}

/** The turn is over: messages that are still in hand got no answer. */
export function endTurn(
  record: SessionRecord,
  { unanswered }: { unanswered: 'noAnswer' | 'interrupted' },
  at: number,
): SessionRecord {
  const closed = closeTurn(record, at, unanswered === 'noAnswer');
  const left = allInHand(closed);
  return unanswered === 'interrupted' ? drop(closed, left, at) : giveUp(closed, left, at);
}

/** What would have gone to Claude goes nowhere. */
export function dropDue(record: SessionRecord, at: number): SessionRecord {
  return keepForTurn(drop(record, dueNow(record), at), at);
}

/**
 * A person stops the turn while no process can be asked: one ends, or what became of it is looked up. Neither what Claude
 * had in hand nor what it would get next goes on in the next process. What was put off before stays so.
 */
export function dropTurn(record: SessionRecord, at: number): SessionRecord {
  const cutShort = record.inbox.filter(({ state }) => state === 'delivered' || state === 'taken');
  return keepForTurn(drop(record, [...cutShort, ...dueNow(record)], at), at);
}

/** A person wants no process now: the turn ends unanswered, and what Claude has not taken is kept. */
export function suspendTurn(record: SessionRecord, at: number): SessionRecord {
  const closed = closeTurn(record, at, false);
  const taken = closed.inbox.filter(({ state }) => state === 'taken');
  const count = closed.inbox.filter(({ state }) => state === 'waiting' || state === 'delivered').length;
  const left = putOff(drop(closed, taken, at));
  return count === 0 ? left : oweNotice(left, at, { type: 'heldBySuspend', count });
}

/** Claude can't work, and has said why: its sender is told, and what waits does so until it can. */
export function holdFailed(
  record: SessionRecord,
  { problem, detail, at }: EventOf<'claude.failed'>,
): SessionRecord {
  const replyTo = (inHand(record) ?? nextWaiting(record))?.messageId ?? null;
  return putOff(oweNotice(record, at, { type: 'problem', problem, detail }, replyTo));
}

/** The session is over, and with it all that waits. */
export function dropAll(record: SessionRecord, at: number): SessionRecord {
  const closed = closeAllApprovals(record, 'ended', at);
  const dropped = closed.inbox.map(({ uuid }) => uuid);
  const told =
    dropped.length > 0 ? oweNotice(closed, at, { type: 'ended', dropped: dropped.length }) : closed;
  return handle(
    closeChoices(told, () => true, 'overtaken', at),
    ...dropped,
  );
}

/** The session is over: its sender is told. */
export function refuseMessage(
  record: SessionRecord,
  { uuid, messageId, at }: EventOf<'user.message'>,
): SessionRecord {
  return handle(oweNotice(record, at, { type: 'ended', dropped: 1 }, messageId), uuid);
}

/** @param isComplete Claude ended it by itself */
function closeTurn(record: SessionRecord, at: number, isComplete: boolean): SessionRecord {
  const unasked = closeCutOff(handleSaid(record), isComplete ? 'notAskedAgain' : 'interrupted', at);
  const closed = closeAllApprovals(tellSaidIsLost(unasked, at), 'interrupted', at);
  return { ...closed, lastActivityAt: at };
}

/** A person stopped the turn, and with it all that was meant for it: told once. */
function drop(record: SessionRecord, messages: readonly InboxMessage[], at: number): SessionRecord {
  const [first] = messages;
  if (!first) return record;
  const dropped = messages.length - 1;
  const told = oweNotice(record, at, { type: 'interrupted', dropped }, first.messageId);
  return handle(told, ...messages.map(({ uuid }) => uuid));
}

function giveUp(record: SessionRecord, messages: readonly InboxMessage[], at: number): SessionRecord {
  const told = messages.reduce(
    (left, { messageId }) => oweNotice(left, at, { type: 'noAnswer' }, messageId),
    record,
  );
  return handle(told, ...messages.map(({ uuid }) => uuid));
}
