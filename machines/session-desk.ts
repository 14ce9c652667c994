/** A session that somebody has open at the desk: lent to a terminal, and taken back with what happened there. Pure. */
import { closeAllApprovals } from './session-approvals.ts';
import { beginConversation } from './session-conversation.ts';
import type { DeskVisit, EventOf } from './session-events.ts';
import { accept } from './session-inbox.ts';
import { oweNotice } from './session-outbox.ts';
import type { DeskHold, ProcessIdentity, SessionRecord } from './session-record.ts';
import { noteSpentElsewhere } from './session-usage.ts';

/** No visit opens more; of more than these the ones between the first and the last are forgotten. */
const CONVERSATIONS_KEPT = 20;

/** From now on the conversation is the terminal's. @param at wall clock, ms since the epoch */
export function lend(
  record: SessionRecord,
  { host, wrapper }: Pick<DeskHold, 'host' | 'wrapper'>,
  at: number,
): SessionRecord {
  const conversations = [record.claudeSessionId];
  const desk = { host, since: at, wrapper, claude: null, conversations, isTold: false };
  return { ...closeAllApprovals(record, 'interrupted', at), desk };
}

/** Before the terminal was told that it may begin. */
export function lendNot(record: SessionRecord): SessionRecord {
  return { ...record, desk: null };
}

/** The terminal's Claude runs. */
export function noteDeskOpened(record: SessionRecord, claude: ProcessIdentity): SessionRecord {
  return record.desk ? { ...record, desk: { ...record.desk, claude } } : record;
}

/** The person at the desk went on with another conversation (`/clear`, `/resume`). */
export function noteDeskConversation(record: SessionRecord, claudeSessionId: string): SessionRecord {
  const { desk } = record;
  if (!desk || desk.conversations.at(-1) === claudeSessionId) return record;
  const [first = claudeSessionId, ...later] = desk.conversations;
  const conversations = [first, ...later.slice(2 - CONVERSATIONS_KEPT), claudeSessionId];
  return { ...record, desk: { ...desk, conversations } };
}

/** The message waits, and the first sender is told so. */
export function acceptAtDesk(record: SessionRecord, message: Parameters<typeof accept>[1]): SessionRecord {
  const accepted = accept(record, message);
  const { desk } = accepted;
  if (!desk || desk.isTold || accepted === record) return accepted;
  const told = { ...accepted, desk: { ...desk, isTold: true } };
  return oweNotice(told, message.at, { type: 'deskHasIt', host: desk.host }, message.messageId);
}

/** The terminal's Claude has gone: the session is the chat's again, in the conversation that was open there last. */
export function takeBack(record: SessionRecord, visit: DeskVisit, at: number): SessionRecord {
  const { desk } = record;
  if (!desk) return record;
  const { claudeSessionId, prompts, lastWords } = visit;
  const isMoved = claudeSessionId !== record.claudeSessionId;
  // Where nothing was ever said, the id is all that is new.
  const isNewConversation = isMoved && desk.conversations.length > 1;
  const followed = isMoved ? beginConversation(record, claudeSessionId, at) : record;
  const back: SessionRecord = {
    ...followed,
    desk: null,
    lastActivityAt: at,
    conversationStarted: followed.conversationStarted || visit.isStarted,
  };
  const forMs = Math.max(0, at - desk.since);
  const counted = visit.isStarted ? noteSpentElsewhere(back, { ...visit, isMoved }) : back;
  return oweNotice(counted, at, {
    type: 'deskClosed',
    host: desk.host,
    forMs,
    prompts,
    lastWords,
    isNewConversation,
  });
}

/** The chat learns whose conversation it got, and from where. */
export function tellAdopted(record: SessionRecord, { host, at }: EventOf<'desk.adopted'>): SessionRecord {
  return oweNotice(record, at, { type: 'adopted', host, workspace: record.workspace });
}
