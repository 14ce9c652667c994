/** What Claude asked leave for, until a person answered or it no longer matters. Pure. */
import { owe } from './session-outbox.ts';
import type { Approval, SessionRecord } from './session-record.ts';

/** Asks the chat. */
export function requestApproval(record: SessionRecord, approval: Approval, at: number): SessionRecord {
  const asked = { ...record, approvals: [...record.approvals, approval] };
  return owe(asked, at, { kind: 'approval', approvalId: approval.id });
}

/** A person answered: the message that asked is edited by whoever took the tap. */
export function settleApproval(record: SessionRecord, id: string): SessionRecord {
  return { ...record, approvals: record.approvals.filter((approval) => approval.id !== id) };
}

/** Nobody needs the answer any more; the chat is told, or not even asked if it was not yet. */
export function closeApproval(
  record: SessionRecord,
  id: string,
  why: 'interrupted' | 'ended',
  at: number,
): SessionRecord {
  const approval = record.approvals.find((candidate) => candidate.id === id);
  if (!approval) return record;
  const settled = settleApproval(record, id);
  const { messageId, toolName } = approval;
  if (messageId !== null) return owe(settled, at, { kind: 'approvalClosed', messageId, toolName, why });
  return {
    ...settled,
    outbox: settled.outbox.filter((item) => item.body.kind !== 'approval' || item.body.approvalId !== id),
  };
}

export function closeAllApprovals(
  record: SessionRecord,
  why: 'interrupted' | 'ended',
  at: number,
): SessionRecord {
  return record.approvals.reduce((left, approval) => closeApproval(left, approval.id, why, at), record);
}
