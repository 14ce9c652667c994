/** What `systemctl status` says of a daemon. */
import { expect, it } from 'vitest';
import { statusText, wordsFor, type NotifyFacts } from '../../src/service/notify-text.ts';

const SERVING: NotifyFacts = {
  daemon: 'serving',
  polling: 'polling',
  lastPollAt: 1,
  lastError: null,
  live: 2,
};

it.each<[Partial<NotifyFacts>, string]>([
  [{}, 'Serving, 2 sessions live.'],
  [{ live: 1 }, 'Serving, 1 session live.'],
  [{ polling: 'starting' }, 'Serving, 2 sessions live; Telegram has not answered yet.'],
  [{ polling: 'displaced' }, 'Serving, 2 sessions live; another program polls with the same token.'],
  [
    { polling: 'backingOff', lastError: 'No\nroute' },
    'Serving, 2 sessions live; Telegram can not be reached (No route).',
  ],
  [{ daemon: 'starting' }, 'Starting.'],
  [{ daemon: 'draining' }, 'Stopping: begins no more turns, 2 sessions live.'],
  [{ daemon: 'stopped' }, 'Stopped.'],
])('says of %j: %s', (facts, text) => {
  expect(statusText({ ...SERVING, ...facts })).toBe(text);
});

it('keeps to one line, however long an error is', () => {
  const text = statusText({ ...SERVING, polling: 'backingOff', lastError: 'x\nREADY=0'.repeat(1_000) });
  expect(text).not.toContain('\n');
  expect(text.length).toBeLessThan(300);
});

it('says each word once, and asks for time as long as a start or a stop goes on', () => {
  const more = 'EXTEND_TIMEOUT_USEC=60000000';
  expect(wordsFor('starting', 'nothing')).toEqual({ lines: [more], told: 'nothing' });
  expect(wordsFor('serving', 'nothing')).toEqual({ lines: ['READY=1'], told: 'ready' });
  expect(wordsFor('serving', 'ready')).toEqual({ lines: [], told: 'ready' });
  expect(wordsFor('draining', 'ready')).toEqual({ lines: ['STOPPING=1', more], told: 'stopping' });
  expect(wordsFor('draining', 'stopping')).toEqual({ lines: [more], told: 'stopping' });
  expect(wordsFor('draining', 'nothing').lines).not.toContain('READY=1');
});
