/** What is done to a session's record while no actor runs for it: pure, from record to record. */
import type { OwedReply } from '../../../machines/owed-reply.ts';
import { closeAllApprovals, sayToApproval, tapApproval } from '../../../machines/session-approvals.ts';
import { cutOffRequests } from '../../../machines/session-asked-again.ts';
import { accept, putOff } from '../../../machines/session-inbox.ts';
import type { TelegramEvent, UserEvent } from '../../../machines/session-events.ts';
import { moveToChat } from '../../../machines/session-migration.ts';
import {
  noteChatRefused,
  noteDelivered,
  noteOutcomeUnknown,
  notePartSent,
  oweNotice,
} from '../../../machines/session-outbox.ts';
import { leaveTopic } from '../../../machines/session-place.ts';
import { noteExit } from '../../../machines/session-process.ts';
import type { Notice, OutboxItem, OutgoingFile, SessionRecord } from '../../../machines/session-record.ts';

/**
 * After a bug ended its actor and its process: suspended, and the chat is owed a word. The inbox stays as it is: a
 * message that Claude may have got goes through recovery when the next actor starts.
 * @param at wall clock, ms since the epoch
 */
export function afterFailure(record: SessionRecord, at: number): SessionRecord {
  const state = record.state === 'terminated' ? 'terminated' : 'suspended';
  const ended = noteExit({ ...record, state }, { code: null, signal: null, at }, 'crashed');
  return oweNotice(closeAllApprovals(ended, 'ended', at), at, { type: 'internalError' });
}

/**
 * Its process has gone with an earlier daemon, and no actor looks what became of its turn. A message in Claude's hands
 * stays there: recovery asks the transcript when the next actor starts.
 * @param at wall clock, ms since the epoch
 */
export function atRest(record: SessionRecord, at: number): SessionRecord {
  const isLive = record.state === 'active' || record.state === 'idle';
  if (!isLive && record.process === null) return record;
  const state = record.state === 'terminated' ? 'terminated' : 'suspended';
  return noteExit(putOff({ ...record, state }), { code: null, signal: null, at }, 'drained');
}

/** Books what Telegram reports, as the machine would. */
export function afterReport(record: SessionRecord, event: TelegramEvent): SessionRecord {
  switch (event.type) {
    case 'telegram.partSent':
      return notePartSent(record, event.outboxId, event.partsSent);
    case 'telegram.delivered':
      return noteDelivered(record, event.outboxId, event.messageId);
    case 'telegram.outcomeUnknown':
      return noteOutcomeUnknown(record, event.outboxId, event.at);
    case 'telegram.chatRefused':
      return noteChatRefused(record, event.reason, event.at);
    case 'telegram.topicGone':
      return leaveTopic(record, event.threadId);
    case 'telegram.chatMigrated':
      return moveToChat(record, event.chatId, event.at);
    case 'telegram.liveMessageChanged':
      return { ...record, liveMessageId: event.messageId };
  }
}

/** Takes a message in for the next actor. A known one changes nothing. */
export function afterMessage(
  record: SessionRecord,
  message: Extract<UserEvent, { type: 'user.message' }>,
): SessionRecord {
  const said = sayToApproval(cutOffRequests(record), message);
  return said ? said.record : accept(record, message);
}

/** Keeps the answer to what Claude asked for the next actor, whose process will ask again. */
export function afterTap(
  record: SessionRecord,
  { id, tap, at }: Extract<UserEvent, { type: 'user.approvalTapped' }>,
): SessionRecord {
  return tapApproval(cutOffRequests(record), id, tap, at)?.record ?? record;
}

/**
 * What may be sent to the chat: of the newest record, those items that are durable. An item that was delivered since
 * `saved` was written is no longer in it, so a late save can't send it twice.
 * @param loose items that are not kept on disk, so that no record has them
 */
export function offerable(
  saved: SessionRecord,
  newest: SessionRecord,
  loose: readonly OutboxItem[],
): SessionRecord {
  const durable = new Set(saved.outbox.map((item) => item.id));
  return { ...newest, outbox: [...newest.outbox.filter((item) => durable.has(item.id)), ...loose] };
}

/**
 * A word that is not kept on disk, because the disk is what it is about.
 * @param number counts from 1 within the session; its id is below 0, so that it is none of the record's own
 */
export function looseNotice(notice: Notice, number: number, at: number): OutboxItem {
  return { id: -number, at, replyTo: null, partsSent: 0, doubts: 0, body: { kind: 'notice', notice } };
}

export function isLoose(outboxId: number): boolean {
  return outboxId < 0;
}

/** Keys of the copies whose files a session, or a chat, owes. */
export function copiesOf({ outbox }: { outbox: readonly (OutboxItem | OwedReply)[] }): Set<string> {
  return new Set(outbox.flatMap(filesOf).map(({ key }) => key));
}

function filesOf(owed: OutboxItem | OwedReply): OutgoingFile[] {
  if (!('body' in owed)) return owed.file ? [owed.file] : [];
  return owed.body.kind === 'files' ? owed.body.files : [];
}
