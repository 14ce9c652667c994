/** The pace that the Bot API server forces on clients, by a clock under the test's control. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LongPoll, type PollRequest } from '../../../src/sandbox/bot-api/long-poll.ts';
import { UpdateQueue } from '../../../src/sandbox/bot-api/update-queue.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start() {
  const queue = new UpdateQueue(Date.now, () => undefined);
  const polls = new LongPoll(queue, Date.now);
  const answers: string[] = [];
  const poll = (name: string, over: Partial<PollRequest> = {}) => {
    const signal = new AbortController().signal;
    const request = { offset: 0, limit: 100, timeoutSeconds: 50, signal, ...over };
    polls.poll(request).then(
      (updates) => answers.push(`${name}: ${updates.length}`),
      (error: unknown) =>
        answers.push(`${name}: ${error instanceof Error ? error.message.slice(0, 20) : 'no error'}`),
    );
  };
  return { queue, polls, answers, poll };
}

describe('LongPoll', () => {
  it('makes a client wait 3 s that asks the same again within 3 s', async () => {
    const { answers, poll } = start();
    poll('first', { timeoutSeconds: 0 });
    await vi.advanceTimersByTimeAsync(2_999);
    poll('hasty', { timeoutSeconds: 0 });
    await vi.advanceTimersByTimeAsync(2_999);
    expect(answers).toEqual(['first: 0']);
    await vi.advanceTimersByTimeAsync(1);
    expect(answers).toEqual(['first: 0', 'hasty: 0']);
    await vi.advanceTimersByTimeAsync(3_000);
    poll('calm', { timeoutSeconds: 0 });
    await vi.advanceTimersByTimeAsync(0);
    expect(answers.at(-1)).toBe('calm: 0');
  });

  it('answers when the time is over, and not before', async () => {
    const { answers, poll } = start();
    poll('only', { timeoutSeconds: 50 });
    await vi.advanceTimersByTimeAsync(49_999);
    expect(answers).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(answers).toEqual(['only: 0']);
  });

  it('tells the first displaced poll at once, and the next one after 3 s', async () => {
    const { answers, poll } = start();
    poll('a', { offset: 1 });
    poll('b', { offset: 2 });
    poll('c', { offset: 3 });
    await vi.advanceTimersByTimeAsync(0);
    expect(answers).toEqual(['a: Conflict: terminated']);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(answers).toEqual(['a: Conflict: terminated', 'b: Conflict: terminated']);
  });

  it('gives the update to the newest poll only', async () => {
    const { queue, polls, answers, poll } = start();
    poll('older', { offset: 1 });
    poll('newer', { offset: 2 });
    queue.push({});
    polls.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(answers).toEqual(['older: Conflict: terminated', 'newer: 1']);
  });
});
