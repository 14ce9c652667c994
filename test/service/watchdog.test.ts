/** When the watchdog is fed. */
import { expect, it } from 'vitest';
import type { NotifyFacts } from '../../src/service/notify-text.ts';
import { PollWatch, watchdogIntervalMs } from '../../src/service/watchdog.ts';

const SERVING: NotifyFacts = {
  daemon: 'serving',
  polling: 'polling',
  lastPollAt: 1,
  lastError: null,
  live: 0,
};
const SIX_MINUTES_MS = 360_000;

it.each([
  [{}, null],
  [{ WATCHDOG_USEC: '120000000' }, 30_000],
  [{ WATCHDOG_USEC: '120000000', WATCHDOG_PID: '7' }, 30_000],
  [{ WATCHDOG_USEC: '120000000', WATCHDOG_PID: '8' }, null],
  [{ WATCHDOG_USEC: '0' }, null],
  [{ WATCHDOG_USEC: 'soon' }, null],
])('%j asks process 7 for a sign each %s ms', (environment, intervalMs) => {
  expect(watchdogIntervalMs(environment, 7)).toBe(intervalMs);
});

function aWatch() {
  let now = 0;
  const watch = new PollWatch(() => now);
  return {
    /** Whether all is well when the facts are seen again after a while. */
    after: (ms: number, facts: Partial<NotifyFacts>) => {
      now += ms;
      return watch.isWell({ ...SERVING, ...facts });
    },
  };
}

it('is not fed while a poller polls and hears nothing, and is again once it does', () => {
  const { after } = aWatch();
  expect(after(0, { lastPollAt: 1 })).toBe(true);
  expect(after(200_000, { lastPollAt: 1 })).toBe(true);
  expect(after(200_000, { lastPollAt: 1 })).toBe(false);
  expect(after(1, { lastPollAt: 2 })).toBe(true);
});

it.each<[string, Partial<NotifyFacts>]>([
  ['Telegram can not be reached', { polling: 'backingOff' }],
  ['another program polls', { polling: 'displaced' }],
  ['it starts', { daemon: 'starting' }],
  ['it stops', { daemon: 'draining' }],
])('is fed however long %s', (_, facts) => {
  const { after } = aWatch();
  expect(after(0, facts)).toBe(true);
  expect(after(SIX_MINUTES_MS, facts)).toBe(true);
  // And the silence of a poller counts from its beginning.
  expect(after(SIX_MINUTES_MS, {})).toBe(false);
});
