/** What becomes of a session whose group becomes a supergroup. */
import { describe, expect, it } from 'vitest';
import { moveToChat, ofFormerGroup } from '../../machines/session-migration.ts';
import type { OutboxItem } from '../../machines/session-record.ts';
import { sessionRecordSchema } from '../../src/store/schema.ts';
import { aMessage, anApproval, aRecord, NOON } from '../helpers/records.ts';

const SUPERGROUP = -1_000_000_000_005;

const item = (id: number, body: OutboxItem['body'], replyTo: number | null = 7): OutboxItem => ({
  id,
  at: NOON,
  replyTo,
  partsSent: 1,
  doubts: 1,
  body,
});

describe('a session that moves to a supergroup', () => {
  it('is of that chat, keeps what it owes, and answers no message of its there by mistake', () => {
    const record = aRecord({
      chatId: -5,
      inbox: [aMessage('u1', { messageId: 41, state: 'delivered' }), aMessage('u2', { messageId: 42 })],
      outbox: [item(1, { kind: 'answer', markdown: 'a' })],
      undeliverable: { since: NOON, reason: 'x' },
      handled: ['u0'],
    });
    const moved = moveToChat(record, SUPERGROUP, NOON);
    expect(moved).toEqual({
      ...record,
      chatId: SUPERGROUP,
      inbox: record.inbox.map((message) => ({ ...message, messageId: ofFormerGroup(message.messageId) })),
      outbox: [item(1, { kind: 'answer', markdown: 'a' }, null)],
      undeliverable: null,
    });
    expect(moved.inbox.map(({ messageId }) => messageId)).toEqual([-41, -42]);
  });

  it('changes nothing when it is done again', () => {
    const moved = moveToChat(aRecord({ chatId: -5, inbox: [aMessage('u1')] }), SUPERGROUP, NOON);
    expect(moveToChat(moved, SUPERGROUP, NOON)).toBe(moved);
  });

  it('asks again what waits for a person, once, and lets go of the messages that asked', () => {
    const record = aRecord({
      chatId: -5,
      liveMessageId: 50,
      approvals: [anApproval('asked', { messageId: 48 }), anApproval('not asked yet')],
      choices: [{ number: 1, about: { type: 'silence', silentForMs: 5 }, messageId: 49 }],
      outbox: [
        item(2, { kind: 'approval', approvalId: 'not asked yet' }),
        item(3, { kind: 'liveMessageClosed', messageId: 47 }),
        item(4, { kind: 'approvalClosed', messageId: 46, toolName: 'Bash', why: 'ended' }),
      ],
    });
    const moved = moveToChat(record, SUPERGROUP, NOON);
    expect(moved.outbox.map(({ body }) => body)).toEqual([
      { kind: 'approval', approvalId: 'not asked yet' },
      { kind: 'approval', approvalId: 'asked' },
      { kind: 'choice', number: 1 },
    ]);
    expect([...moved.approvals, ...moved.choices].map(({ messageId }) => messageId)).toEqual([
      null,
      null,
      null,
    ]);
    expect(moved.liveMessageId).toBeNull();
    expect(sessionRecordSchema.safeParse(moved).error).toBeUndefined();
  });
});
