/** What the service manager is told over time. Over a real socket: test/e2e/service-manager. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { NotifyFacts } from '../../src/service/notify-text.ts';
import { startNotifier, type Notifier } from '../../src/service/notifier.ts';

const UNDER_SYSTEMD = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '120000000' };

let facts: NotifyFacts;
let sent: string[][];
let failure: string | null;
let logged: string[];
let now: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  facts = { daemon: 'starting', polling: 'starting', lastPollAt: null, lastError: null, live: 0 };
  [sent, failure, logged, now] = [[], null, [], 0];
});
afterEach(() => vi.useRealTimers());

function start(environment: NodeJS.ProcessEnv = UNDER_SYSTEMD): Promise<Notifier> {
  const note = (_: unknown, name: string): void => void logged.push(name);
  return startNotifier({
    environment,
    facts: () => facts,
    log: { warn: note, error: note, info: note } as never,
    monotonic: () => now,
    open: () =>
      Promise.resolve({
        send: (lines) => {
          if (failure === null) sent.push([...lines]);
          return failure;
        },
        close: () => sent.push(['closed']),
      }),
  });
}

function pass(ms: number): void {
  now += ms;
  vi.advanceTimersByTime(ms);
}

it('is nothing without a service manager', async () => {
  using notifier = await start({});
  notifier.update();
  pass(60_000);
  expect(sent).toEqual([]);
  expect(logged).toEqual([]);
});

it('says each change once, and what was not taken again', async () => {
  using notifier = await start({ NOTIFY_SOCKET: '/run/notify' });
  expect(sent).toEqual([['EXTEND_TIMEOUT_USEC=60000000', 'STATUS=Starting.']]);
  facts = { ...facts, daemon: 'serving', polling: 'polling', lastPollAt: 1 };
  failure = 'EAGAIN';
  notifier.update();
  pass(10_000);
  expect(logged.filter((name) => name === 'service.notNotified')).toHaveLength(1);
  failure = null;
  pass(60_000);
  expect(sent.slice(1)).toEqual([['READY=1', 'STATUS=Serving, 0 sessions live.']]);
});

it('says that all is well each few seconds, until a poller that polls has heard nothing for minutes', async () => {
  using _ = await start();
  facts = { ...facts, daemon: 'serving', polling: 'polling', lastPollAt: 1 };
  pass(60_000);
  expect(sent.filter((lines) => lines.includes('WATCHDOG=1')).length).toBeGreaterThan(10);
  pass(300_000);
  sent = [];
  pass(120_000);
  expect(sent).toEqual([]);
  expect(logged.filter((name) => name === 'service.watchdogWithheld')).toHaveLength(1);
  facts = { ...facts, lastPollAt: 2 };
  pass(5_000);
  expect(sent).toEqual([['WATCHDOG=1']]);
});

it('asks for more time as long as a stop goes on, and ends with the daemon', async () => {
  {
    using notifier = await start({ NOTIFY_SOCKET: '/run/notify' });
    facts = { ...facts, daemon: 'draining', live: 1 };
    sent = [];
    notifier.update();
    pass(15_000);
    facts = { ...facts, daemon: 'stopped' };
  }
  const more = ['EXTEND_TIMEOUT_USEC=60000000'];
  const stopping = ['STOPPING=1', ...more, 'STATUS=Stopping: begins no more turns, 1 session live.'];
  expect(sent).toEqual([stopping, more, more, more, [...more, 'STATUS=Stopped.'], ['closed']]);
  pass(60_000);
  expect(sent).toHaveLength(6);
});

it('keeps no daemon from starting where the socket can not be used', async () => {
  using notifier = await startNotifier({
    environment: UNDER_SYSTEMD,
    facts: () => facts,
    log: { warn: (_: unknown, name: string) => void logged.push(name) } as never,
    open: () => Promise.reject(new Error('No.')),
  });
  notifier.update();
  expect(logged).toEqual(['service.notNotified']);
});
