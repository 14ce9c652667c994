/** What becomes of a session whose group becomes a supergroup: the chat has another id, and its messages are other ones. Pure. */
import { owe } from './session-outbox.ts';
import type { OutboxItem, SessionRecord } from './session-record.ts';

/** Names a message of the group before it became a supergroup, so that no message of the supergroup is taken for it. */
export function ofFormerGroup(messageId: number): number {
  return -Math.abs(messageId);
}

/** In the chat that it moves to already, it changes nothing. @param at wall clock, ms since the epoch */
export function moveToChat(record: SessionRecord, chatId: number, at: number): SessionRecord {
  if (record.chatId === chatId) return record;
  const moved: SessionRecord = {
    ...record,
    chatId,
    // What was to be changed in a message of the group can't be changed any more.
    outbox: record.outbox.filter(isOwnMessage).map((item) => ({ ...item, replyTo: null })),
    inbox: record.inbox.map((message) => ({ ...message, messageId: ofFormerGroup(message.messageId) })),
    undeliverable: null,
    liveMessageId: null,
    approvals: record.approvals.map((approval) => ({ ...approval, messageId: null })),
    choices: record.choices.map((choice) => ({ ...choice, messageId: null })),
  };
  return askAgain(moved, at);
}

/** The buttons of the group's messages are out of reach: whatever waits for a person is asked anew. */
function askAgain(record: SessionRecord, at: number): SessionRecord {
  const isOwed = (isMeant: (body: OutboxItem['body']) => boolean) =>
    record.outbox.some(({ body }) => isMeant(body));
  const bodies: OutboxItem['body'][] = [
    ...record.approvals
      .filter(({ id }) => !isOwed((body) => body.kind === 'approval' && body.approvalId === id))
      .map(({ id }) => ({ kind: 'approval' as const, approvalId: id })),
    ...record.choices
      .filter(({ number }) => !isOwed((body) => body.kind === 'choice' && body.number === number))
      .map(({ number }) => ({ kind: 'choice' as const, number })),
  ];
  return bodies.reduce((asked, body) => owe(asked, at, body), record);
}

function isOwnMessage({ body }: OutboxItem): boolean {
  return !('messageId' in body);
}
