/**
 * What Claude asks outlives the process that asked: as long as the turn is to go on, the question stays in the chat, can
 * be answered, and is taken up when Claude asks for the same again. Pure.
 */
import {
  closeAllApprovals,
  closeApproval,
  passOn,
  replaceApproval,
  requestApproval,
} from './session-approvals.ts';
import type { Booked } from './session-events.ts';
import type { Approval, ApprovalEnd, SessionRecord } from './session-record.ts';

/** No process waits for any answer (any more). */
export function cutOffRequests(record: SessionRecord): SessionRecord {
  if (!record.approvals.some(isOpen)) return record;
  const approvals = record.approvals.map((approval): Approval =>
    isOpen(approval) ? { ...approval, request: { state: 'cutOff' } } : approval,
  );
  return { ...record, approvals };
}

/** The process has gone. What it asked is kept for as long as its turn may go on by itself. */
export function keepForTurn(record: SessionRecord, at: number): SessionRecord {
  return mayGoOn(record) ? cutOffRequests(record) : closeAllApprovals(record, 'ended', at);
}

/**
 * Claude asks. What was asked before in the same words is the same request: nobody is asked twice, and the answer that a
 * person may have given meanwhile is for it. If it is another one, Claude goes another way than before, and what was cut
 * off is closed: nothing is ever allowed that the person did not see.
 */
export function askAgain(record: SessionRecord, asked: Approval, at: number): Booked {
  const known = record.approvals.find((approval) => !isOpen(approval) && isSame(approval, asked));
  if (!known) {
    const closed = closeCutOff(record, 'notAskedAgain', at);
    return { record: requestApproval(closed, asked, at), forClaude: [] };
  }
  if (known.request.state === 'answered' && asked.request.state === 'open') {
    return passOn(record, known, asked.request.id, known.request.answer);
  }
  return { record: replaceApproval(record, { ...known, request: asked.request }), forClaude: [] };
}

/** The turn is over without their having been asked again. */
export function closeCutOff(record: SessionRecord, why: ApprovalEnd, at: number): SessionRecord {
  return record.approvals
    .filter((approval) => !isOpen(approval))
    .reduce((left, { id }) => closeApproval(left, id, why, at), record);
}

/** Whether its process waits for an answer now. */
export function isOpen({ request }: Approval): boolean {
  return request.state === 'open';
}

/** Something is on its way to Claude, or in its hands, and not put off. */
function mayGoOn({ inbox }: SessionRecord): boolean {
  return inbox.some(({ state }) => state === 'waiting' || state === 'delivered' || state === 'taken');
}

/** The same tool with the whole same input, and the same buttons. */
function isSame(one: Approval, other: Approval): boolean {
  return (
    one.toolName === other.toolName &&
    one.suggestion === other.suggestion &&
    one.subject.type === other.subject.type &&
    isEqual(one.input, other.input)
  );
}

/** Of values as JSON has them; the order of keys says nothing. */
function isEqual(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return one === other;
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [ones, others] = [Object.entries(one), new Map<string, unknown>(Object.entries(other))];
  return (
    ones.length === others.size &&
    ones.every(([key, value]) => others.has(key) && isEqual(value, others.get(key)))
  );
}
