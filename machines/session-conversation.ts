/** A session goes on with a new conversation: what of its record belonged to the one before. Pure. */
import { closeAllApprovals } from './session-approvals.ts';
import { closeChoices } from './session-choices.ts';
import { handle } from './session-inbox.ts';
import { oweNotice } from './session-outbox.ts';
import type { InboxMessage, SessionRecord } from './session-record.ts';
import { NO_USAGE } from './session-usage.ts';

/**
 * From now on the record speaks of the new conversation, whatever a process that is ending still says of the other one.
 * Messages that Claude has not seen wait for the new one; those it was at, or was to take up again, are over.
 * @param at wall clock, ms since the epoch
 */
export function beginConversation(record: SessionRecord, claudeSessionId: string, at: number): SessionRecord {
  const fresh: SessionRecord = {
    ...record,
    claudeSessionId,
    conversationStarted: false,
    claudeTotals: NO_USAGE.claudeTotals,
    lastActivityAt: at,
  };
  const unasked = closeAllApprovals(fresh, 'interrupted', at);
  const asked = closeChoices(unasked, ({ type }) => type === 'cutOff', 'overtaken', at);
  return asked.inbox
    .filter((message) => !isUntouched(message))
    .reduce(
      (left, { uuid, messageId }) =>
        handle(oweNotice(left, at, { type: 'interrupted', dropped: 0 }, messageId), uuid),
      asked,
    );
}

/** Not seen by Claude; `said` is booked with the end of its turn. */
function isUntouched({ state, attempt }: InboxMessage): boolean {
  return state === 'said' || (attempt === 0 && (state === 'waiting' || state === 'held'));
}

/** Claude took a prompt in it, so it is on disk. @param processConversation of the process that says so */
export function noteConversation(record: SessionRecord, processConversation: string): SessionRecord {
  return record.conversationStarted || record.claudeSessionId !== processConversation
    ? record
    : { ...record, conversationStarted: true };
}
