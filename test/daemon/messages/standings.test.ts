/** What becomes of people's messages, as Telegram's side is told. */
import { expect, it } from 'vitest';
import type { OutboxItem } from '../../../machines/session-record.ts';
import { standingChanges } from '../../../src/daemon/messages/standings.ts';
import { aMessage, aRecord, NOON } from '../../helpers/records.ts';
import { startTestDaemon } from '../../helpers/test-daemon.ts';

const owed = (id: number, body: OutboxItem['body'], replyTo: number | null = null): OutboxItem => ({
  id,
  at: NOON,
  replyTo,
  partsSent: 0,
  doubts: 0,
  body,
});
const answer = { kind: 'answer', markdown: 'Yes.' } as const;
const one = aMessage('a', { messageId: 1 });
const two = aMessage('b', { messageId: 2 });

it('a message waits, is taken, and is answered', async () => {
  const test = await startTestDaemon();
  await test.writes('hi');
  await test.prompted();
  const claude = test.claude.latest;
  for (const { uuid } of claude.prompts) claude.says({ type: 'claude.promptTaken', uuid });
  claude.answers('Hello.');
  expect(test.telegram.standings.map(([, standing]) => standing)).toEqual(['waiting', 'taken', 'answered']);
});

it('a message whose turn is stopped is dropped', async () => {
  const test = await startTestDaemon();
  await test.writes('hi');
  await test.prompted();
  await test.sessions.interrupt({ chatId: 7, threadId: null }, test.now());
  test.claude.latest.says({ type: 'claude.turnEnded' });
  expect(test.telegram.standings.map(([, standing]) => standing)).toEqual(['waiting', 'dropped']);
});

it('one answer is for all messages that left with it', () => {
  const before = aRecord({ inbox: [one, two] });
  const after = { ...before, inbox: [], outbox: [owed(1, answer, 1)], nextOutboxId: 2 };
  expect([...standingChanges(before, after)]).toEqual([
    [1, 'answered'],
    [2, 'answered'],
  ]);
});

it('an answer of before is not for a message that leaves now', () => {
  const before = aRecord({ inbox: [one], outbox: [owed(1, answer)] });
  expect([...standingChanges(before, { ...before, inbox: [] })]).toEqual([[1, 'dropped']]);
});

it('a message that was taken back is dropped, though another is answered in the same breath', () => {
  const before = aRecord({ inbox: [one, two] });
  const outbox = [owed(1, answer, 1), owed(2, { kind: 'notice', notice: { type: 'withdrawn' } }, 2)];
  expect([...standingChanges(before, { ...before, inbox: [], outbox, nextOutboxId: 3 })]).toEqual([
    [1, 'answered'],
    [2, 'dropped'],
  ]);
});

it('what is in the inbox when the session is loaded is told as it is', () => {
  const record = aRecord({
    inbox: [
      { ...one, state: 'taken' },
      { ...two, state: 'held' },
      aMessage('c', { messageId: 3, state: 'said' }),
    ],
  });
  expect([...standingChanges(null, record)]).toEqual([
    [1, 'taken'],
    [2, 'waiting'],
  ]);
});

it('messages of a former group are left', () => {
  const record = aRecord({ inbox: [aMessage('a', { messageId: -1 })] });
  expect([...standingChanges(null, record)]).toEqual([]);
});

it('a turn that goes on after it was cut off is still about the same message', () => {
  const before = aRecord({ inbox: [{ ...one, state: 'taken' }] });
  const after = { ...before, inbox: [aMessage('continued', { messageId: 1, attempt: 1 })] };
  expect([...standingChanges(before, after)]).toEqual([[1, 'waiting']]);
});
