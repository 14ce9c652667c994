/** What happens to a record without an actor. */
import { describe, expect, it } from 'vitest';
import type { OutboxItem } from '../../../machines/session-record.ts';
import {
  afterFailure,
  afterMessage,
  afterReport,
  isLoose,
  looseNotice,
  offerable,
} from '../../../src/daemon/sessions/record-only.ts';
import { aMessage, anApproval, aRecord, NOON, PROCESS } from '../../helpers/records.ts';

const item = (id: number, partsSent = 0): OutboxItem => ({
  id,
  at: NOON,
  replyTo: null,
  partsSent,
  doubts: 0,
  body: { kind: 'answer', markdown: `answer ${String(id)}` },
});

describe('after a failure of its actor', () => {
  const failed = afterFailure(
    aRecord({
      state: 'active',
      process: PROCESS,
      inbox: [aMessage('m1', { state: 'delivered' }), aMessage('m2')],
      approvals: [anApproval('a1', { messageId: 5 })],
      liveMessageId: 9,
    }),
    NOON + 1,
  );

  it('the session is suspended, its process gone, and the end booked as a crash', () => {
    expect(failed).toMatchObject({ state: 'suspended', process: null, approvals: [], liveMessageId: null });
    expect(failed.lastEnd).toEqual({ reason: 'crashed', code: null, signal: null, at: NOON + 1 });
  });

  it('the inbox is as it was, so that a delivered prompt goes through recovery', () => {
    expect(failed.inbox.map(({ uuid, state }) => [uuid, state])).toEqual([
      ['m1', 'delivered'],
      ['m2', 'waiting'],
    ]);
  });

  it('the chat is told, after what it had open is closed', () => {
    expect(failed.outbox.map(({ body }) => body)).toEqual([
      { kind: 'liveMessageClosed', messageId: 9 },
      { kind: 'approvalClosed', messageId: 5, toolName: 'Bash', why: 'ended' },
      { kind: 'notice', notice: { type: 'internalError' } },
    ]);
  });

  it('a session that had ended stays ended', () => {
    expect(afterFailure(aRecord({ state: 'terminated' }), NOON).state).toBe('terminated');
  });
});

it('books what Telegram reports', () => {
  const record = aRecord({ outbox: [item(1), item(2)] });
  const parted = afterReport(record, { type: 'telegram.partSent', outboxId: 2, partsSent: 3, at: NOON });
  expect(parted.outbox.map(({ id, partsSent }) => [id, partsSent])).toEqual([
    [1, 0],
    [2, 3],
  ]);
  const delivered = afterReport(parted, { type: 'telegram.delivered', outboxId: 1, messageId: 4, at: NOON });
  expect(delivered.outbox.map(({ id }) => id)).toEqual([2]);
  const shown = afterReport(delivered, { type: 'telegram.liveMessageChanged', messageId: 6, at: NOON });
  expect(shown.liveMessageId).toBe(6);
});

it('takes a message in once', () => {
  const message = { type: 'user.message', uuid: 'm1', messageId: 3, text: 'hi', at: NOON } as const;
  const taken = afterMessage(aRecord(), message);
  expect(taken.inbox).toMatchObject([{ uuid: 'm1', state: 'waiting' }]);
  expect(afterMessage(taken, message)).toBe(taken);
});

describe('what may be offered to the chat', () => {
  it('is what is both on disk and still owed', () => {
    const saved = aRecord({ outbox: [item(1), item(2)] });
    const newest = aRecord({ outbox: [item(2, 4), item(3)], liveMessageId: 8 });
    const offered = offerable(saved, newest, []);
    expect(offered.outbox.map(({ id, partsSent }) => [id, partsSent])).toEqual([[2, 4]]);
    expect(offered.liveMessageId).toBe(8);
  });

  it('can be a word that is not kept, beside the items that are', () => {
    const record = aRecord({ outbox: [item(1)] });
    const notice = looseNotice({ type: 'internalError' }, 1, NOON);
    expect(offerable(record, record, [notice]).outbox).toEqual([item(1), notice]);
    expect([isLoose(notice.id), isLoose(1)]).toEqual([true, false]);
  });
});
