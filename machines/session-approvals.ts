/** What Claude asks a person: leave for a tool call, or questions of its own, until they answered or it no longer matters. Pure. */
import type { Booked } from './session-events.ts';
import { handle, isKnown } from './session-inbox.ts';
import { owe, oweNotice } from './session-outbox.ts';
import type {
  Approval,
  ApprovalAnswer,
  ApprovalEnd,
  ApprovalTap,
  InboxMessage,
  Question,
  SessionRecord,
} from './session-record.ts';

/** Asks the chat. */
export function requestApproval(record: SessionRecord, approval: Approval, at: number): SessionRecord {
  return askFor({ ...record, approvals: [...record.approvals, approval] }, approval.id, at);
}

/** Null if the approval is not open (any more), or has no such button (any more). */
export function tapApproval(record: SessionRecord, id: string, tap: ApprovalTap, at: number): Booked | null {
  const approval = record.approvals.find((candidate) => candidate.id === id);
  if (!approval || approval.request.state === 'answered') return null;
  if (typeof tap === 'object') return tapOption(record, approval, tap, at);
  if (tap === 'words') return { record: awaitWords(record, approval, at), forClaude: [] };
  const answer = answerOf(approval, tap);
  return answer && give(record, approval, answer);
}

/** Claude gets it now, or, as its process has gone, when it asks for the same again. */
function give(record: SessionRecord, approval: Approval, answer: ApprovalAnswer): Booked {
  const { request } = approval;
  if (request.state === 'open') return passOn(record, approval, request.id, answer);
  const answered: Approval = { ...approval, awaits: 'tap', request: { state: 'answered', answer } };
  return { record: replaceApproval(record, answered), forClaude: [] };
}

/** It is answered, and that is all that it is good for. @param id of the process's request */
export function passOn(
  record: SessionRecord,
  approval: Approval,
  id: string,
  answer: ApprovalAnswer,
): Booked {
  return {
    record: settleApproval(modeAfter(record, approval, answer), approval.id),
    forClaude: [{ type: 'claude.answerApproval', id, answer }],
  };
}

/** The question that is open now, of those that Claude asks one after the other. */
export function openQuestion({ subject }: Approval): Question | undefined {
  return subject.type === 'questions' ? subject.questions[subject.answers.length] : undefined;
}

/** Whether the next message is an answer to what Claude asked, and no prompt. */
export function awaitsWords({ approvals }: SessionRecord): boolean {
  return approvals.some(({ awaits }) => awaits === 'words');
}

type Said = Pick<InboxMessage, 'uuid' | 'messageId' | 'text' | 'at'>;

/**
 * The message is the answer. It stays in the inbox (`said`) until the turn is over: whether Claude got it can't be
 * looked up. Null if no approval waits for words, or the message is a known one.
 */
export function sayToApproval(record: SessionRecord, said: Said): Booked | null {
  const approval = record.approvals.find(({ awaits }) => awaits === 'words');
  if (!approval || isKnown(record, said.uuid)) return null;
  const { uuid, messageId, text, at } = said;
  const message: InboxMessage = { uuid, messageId, text, at, state: 'said', attempt: 0, wish: null };
  const taken = { ...record, lastActivityAt: at, inbox: [...record.inbox, message] };
  const closed = closeMessage(taken, approval, 'answered', at);
  const { subject } = approval;
  if (subject.type === 'questions') {
    return nextQuestion(closed, approval, [...subject.chosen, text].join(', '), at);
  }
  return give(closed, approval, { type: 'deny', why: text });
}

/** The turn is over, so what was said to its approvals reached Claude, but for what is still kept for it. */
export function handleSaid(record: SessionRecord): SessionRecord {
  return handle(record, ...said(record).map(({ uuid }) => uuid));
}

/** The process has gone: whether it got what was said, nobody knows, but for what is still kept for the next one. */
export function tellSaidIsLost(record: SessionRecord, at: number): SessionRecord {
  return said(record).reduce(
    (left, { uuid, messageId }) => handle(oweNotice(left, at, { type: 'wordsLost' }, messageId), uuid),
    record,
  );
}

/** A person answered: the message that asked is edited by whoever took the tap. */
function settleApproval(record: SessionRecord, id: string): SessionRecord {
  return { ...record, approvals: record.approvals.filter((approval) => approval.id !== id) };
}

/** Nobody needs the answer any more; the chat is told, or not even asked if it was not yet. */
export function closeApproval(
  record: SessionRecord,
  id: string,
  why: ApprovalEnd,
  at: number,
): SessionRecord {
  const approval = record.approvals.find((candidate) => candidate.id === id);
  return approval ? closeMessage(settleApproval(record, id), approval, why, at) : record;
}

/** Claude no longer waits for it. @param requestId the process's own */
export function withdrawApproval(record: SessionRecord, requestId: string, at: number): SessionRecord {
  const isMeant = ({ request }: Approval) => request.state === 'open' && request.id === requestId;
  const approval = record.approvals.find(isMeant);
  return approval ? closeApproval(record, approval.id, 'interrupted', at) : record;
}

export function closeAllApprovals(record: SessionRecord, why: ApprovalEnd, at: number): SessionRecord {
  return record.approvals.reduce((left, approval) => closeApproval(left, approval.id, why, at), record);
}

function askFor(record: SessionRecord, approvalId: string, at: number): SessionRecord {
  return owe(record, at, { kind: 'approval', approvalId });
}

function closeMessage(
  record: SessionRecord,
  { id, messageId, toolName }: Approval,
  why: ApprovalEnd | 'answered',
  at: number,
): SessionRecord {
  if (messageId !== null) return owe(record, at, { kind: 'approvalClosed', messageId, toolName, why });
  return {
    ...record,
    outbox: record.outbox.filter(({ body }) => body.kind !== 'approval' || body.approvalId !== id),
  };
}

function answerOf(
  { subject, suggestion }: Approval,
  tap: Extract<ApprovalTap, string>,
): ApprovalAnswer | null {
  if (tap === 'deny') return { type: 'deny', why: null };
  if (tap === 'allow') return subject.type === 'questions' ? null : { type: 'allow' };
  if (tap === 'acceptEdits') return subject.type === 'plan' ? { type: 'acceptEdits' } : null;
  if (tap === 'words' || suggestion === 'none' || subject.type !== 'tool') return null;
  if (tap === 'allowForProject' && suggestion !== 'rules') return null;
  return { type: tap };
}

/** A plan that is approved ends the mode in which it was made. */
function modeAfter(record: SessionRecord, { subject }: Approval, answer: ApprovalAnswer): SessionRecord {
  if (subject.type !== 'plan' || answer.type === 'deny') return record;
  return { ...record, permissionMode: answer.type === 'acceptEdits' ? 'acceptEdits' : 'default' };
}

function awaitWords(record: SessionRecord, approval: Approval, at: number): SessionRecord {
  const { subject, messageId } = approval;
  const approvals = record.approvals.map((other) => ({
    ...other,
    awaits: other.id === approval.id ? ('words' as const) : ('tap' as const),
  }));
  return oweNotice({ ...record, approvals }, at, { type: 'wordsWanted', about: subject.type }, messageId);
}

function tapOption(
  record: SessionRecord,
  approval: Approval,
  { question, option }: Extract<ApprovalTap, object>,
  at: number,
): Booked | null {
  const { subject } = approval;
  const open = openQuestion(approval);
  if (subject.type !== 'questions' || !open || question !== subject.answers.length) return null;
  if (option === 'done') {
    return subject.chosen.length === 0 ? null : nextQuestion(record, approval, subject.chosen.join(', '), at);
  }
  const label = open.options[option]?.label;
  if (label === undefined) return null;
  if (!open.multiSelect) return nextQuestion(record, approval, label, at);
  const chosen = open.options
    .map((other) => other.label)
    .filter((other) => subject.chosen.includes(other) !== (other === label));
  return {
    record: replaceApproval(record, { ...approval, subject: { ...subject, chosen } }),
    forClaude: [],
  };
}

/** Each question is a message of its own, so that what was chosen stays in the chat. */
function nextQuestion(record: SessionRecord, approval: Approval, given: string, at: number): Booked | null {
  const { subject, id } = approval;
  if (subject.type !== 'questions') return null;
  const answers = [...subject.answers, given];
  if (answers.length < subject.questions.length) {
    const next: Approval = {
      ...approval,
      awaits: 'tap',
      messageId: null,
      subject: { ...subject, answers, chosen: [] },
    };
    return { record: askFor(replaceApproval(record, next), id, at), forClaude: [] };
  }
  const byQuestion = subject.questions.map(({ question }, index) => [question, answers[index] ?? '']);
  const answer = {
    type: 'answers',
    answers: Object.fromEntries(byQuestion) as Record<string, string>,
  } as const;
  return give(record, approval, answer);
}

/** Whether the words are in an answer that is for the next process. */
function keepsWords({ subject, request }: Approval, text: string): boolean {
  if (request.state === 'open') return false;
  const given = subject.type === 'questions' ? [...subject.answers] : [];
  if (request.state === 'answered') {
    const { answer } = request;
    if (answer.type === 'deny') given.push(answer.why ?? '');
    if (answer.type === 'answers') given.push(...Object.values(answer.answers));
  }
  return given.some((words) => words === text || words.endsWith(`, ${text}`));
}

export function replaceApproval(record: SessionRecord, by: Approval): SessionRecord {
  return { ...record, approvals: record.approvals.map((other) => (other.id === by.id ? by : other)) };
}

function said({ inbox, approvals }: SessionRecord): InboxMessage[] {
  return inbox.filter(
    ({ state, text }) => state === 'said' && !approvals.some((approval) => keepsWords(approval, text)),
  );
}
