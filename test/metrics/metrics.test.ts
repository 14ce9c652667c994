/** What is counted of Claude, sessions, calls and saves, and what is looked up at a scrape. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { SessionRecord } from '../../machines/session-record.ts';
import { figuresOf } from '../../src/daemon/figures.ts';
import { createMetrics, type Metrics } from '../../src/metrics/metrics.ts';
import type { TelegramHealth } from '../../src/telegram/ports.ts';
import { lint, parseExposition, valueOf } from '../helpers/exposition.ts';
import { aMessage, anApproval, aRecord } from '../helpers/records.ts';
import { startTestDaemon } from '../helpers/test-daemon.ts';
import { NO_TRUST } from '../helpers/no-trust.ts';
import { SteerableClaude, type SteerableProcess } from '../helpers/steerable-claude.ts';

const NOW = 1_000_000;
const HEALTH: TelegramHealth = { state: 'polling', lastPollAt: NOW - 7_000, lastError: null, conflict: null };

let open: { record: SessionRecord }[];
let counted: number;
let metrics: Metrics;
beforeEach(() => {
  open = [];
  counted = 0;
  metrics = createMetrics({
    figures: () => figuresOf(open, [{ items: 3 }], { waiting: 2, places: 5 }),
    telegram: () => HEALTH,
    store: () => ({
      setAside: [{ path: '/x', name: 's1', why: 'empty' }],
      countSessions: () => {
        counted += 1;
        return Promise.resolve({ all: 10, ended: 4 });
      },
    }),
    disks: () =>
      Promise.resolve({ data: { device: 1, totalBytes: 100, availableBytes: 40 }, workspace: null }),
    isHealthy: () => true,
    isReady: () => false,
    version: '1.2.3',
    startedAt: NOW - 60_000,
    now: () => NOW,
  });
});

const scrape = async () => parseExposition(await metrics.text());
const value = async (name: string, labels: Record<string, string> = {}) =>
  valueOf(await scrape(), name, labels);

const INPUT = {
  id: 's1',
  epoch: 1,
  workspace: '/',
  model: null,
  effort: null,
  permissionMode: 'default',
  folderSettings: 'asTrusted',
  claudeSessionId: 'c1',
  conversationStarted: true,
} as const;

function startProcess(): { process: SteerableProcess; send: (type: string) => void } {
  const steerable = new SteerableClaude();
  const listener = {
    trust: NO_TRUST,
    event: () => undefined,
    progress: () => undefined,
    offers: () => undefined,
    sendFiles: () => Promise.resolve({ names: [] }),
  };
  const watched = metrics
    .watchClaude(steerable)
    .start({ ...INPUT, sessionRules: [] }, listener, () => Promise.resolve());
  steerable.latest.spawns();
  steerable.latest.getsReady();
  return {
    process: steerable.latest,
    send: (type) => watched.send({ type: `claude.${type}`, uuid: 'u1', text: 'hi' } as never),
  };
}

it('is in the form that Prometheus reads, under names that its linter takes', async () => {
  const families = await scrape();
  expect([...families.values()].flatMap(lint)).toEqual([]);
  expect(families.size).toBeGreaterThan(30);
});

describe('a turn', () => {
  it.each([
    ['answered', ({ process }) => process.answers('hello')],
    ['silent', ({ process }) => process.says({ type: 'claude.turnEnded' })],
    [
      'interrupted',
      ({ process, send }) => {
        send('interrupt');
        process.says({ type: 'claude.turnEnded' });
      },
    ],
    [
      'failed',
      ({ process }) => {
        process.says({ type: 'claude.failed', problem: 'notLoggedIn', detail: '' });
        process.exits();
      },
    ],
    [
      'stopped',
      ({ process, send }) => {
        send('stop');
        process.exits();
      },
    ],
    ['crashed', ({ process }) => process.exits({ code: null, signal: 'SIGKILL' })],
  ] satisfies [string, (how: ReturnType<typeof startProcess>) => void][])(
    'counts once as %s',
    async (outcome, happen) => {
      const how = startProcess();
      how.send('prompt');
      happen(how);
      const families = await scrape();
      const outcomes = families.get('hibernaut_turns_total')?.samples.filter((sample) => sample.value > 0);
      expect(outcomes).toEqual([{ name: 'hibernaut_turns_total', labels: { outcome }, value: 1 }]);
      expect(valueOf(families, 'hibernaut_turn_seconds_count')).toBe(1);
    },
  );

  it('shows its first text once, and is one turn however many prompts go into it', async () => {
    const { process, send } = startProcess();
    const progress = { thought: null, tools: { count: 0, latest: [] }, todos: [], agents: [] };
    send('prompt');
    for (const text of ['', 'a']) process.shows({ text, ...progress });
    send('prompt');
    process.shows({ text: 'ab', ...progress });
    process.saysAnswer('ab');
    process.answers('c');
    const families = await scrape();
    expect(valueOf(families, 'hibernaut_first_text_seconds_count')).toBe(1);
    expect(valueOf(families, 'hibernaut_turns_total', { outcome: 'answered' })).toBe(1);
  });
});

it('knows starts from resumptions, how long they took, what failed, and which orphans were ended', async () => {
  const { process } = startProcess();
  process.says({ type: 'claude.failed', problem: 'outOfUsage', detail: '' });
  const claude = new SteerableClaude();
  claude.orphans = [process.identity, process.identity];
  await metrics.watchClaude(claude).endOrphans();
  const families = await scrape();
  expect(valueOf(families, 'hibernaut_process_starts_total', { kind: 'resumed' })).toBe(1);
  expect(valueOf(families, 'hibernaut_process_starts_total', { kind: 'new' })).toBe(0);
  expect(valueOf(families, 'hibernaut_wake_seconds_count', { kind: 'resumed' })).toBe(1);
  expect(valueOf(families, 'hibernaut_claude_problems_total', { problem: 'outOfUsage' })).toBe(1);
  expect(valueOf(families, 'hibernaut_orphans_ended_total')).toBe(2);
});

it('asks for the memory of the processes that live, and for none when there is none', async () => {
  const { process } = startProcess();
  expect(await value('hibernaut_process_resident_bytes', { of: 'claude' })).toBe(1_000);
  expect(await value('hibernaut_processes')).toBe(1);
  process.exits();
  expect(await value('hibernaut_processes')).toBe(0);
});

it('counts suspensions by their reason and ends of processes, and not what was before', async () => {
  const daemon = await startTestDaemon({ inspect: (event) => metrics.inspect(event) });
  await daemon.talks('hello', 'hi');
  await daemon.sessions.suspend({ chatId: 7, threadId: null }, daemon.now());
  await expect.poll(() => value('hibernaut_suspensions_total', { reason: 'user' })).toBe(1);
  await daemon.talks('again', 'hi again');
  daemon.claude.latest.exits({ code: 1, signal: null });
  await expect.poll(() => value('hibernaut_process_ends_total', { reason: 'crashed' })).toBe(1);
  expect(await value('hibernaut_process_ends_total', { reason: 'user' })).toBe(1);
  await daemon.sessions.end({ chatId: 7, threadId: null }, daemon.now());
  await expect.poll(() => value('hibernaut_sessions_ended_total')).toBe(1);
  await daemon.daemon.stop();
});

it('counts calls of Telegram by method and status, and times those that were answered', async () => {
  metrics.onCall({ method: 'sendMessage', status: 200, durationMs: 100 });
  metrics.onCall({ method: 'sendMessage', status: 429, durationMs: 100 });
  metrics.onCall({ method: 'sendMessage', status: null, durationMs: 20_000 });
  metrics.onCall({ method: 'getUpdates', status: 200, durationMs: 30_000 });
  metrics.onCall({ method: 'getMe', status: 12_345, durationMs: 1 });
  const families = await scrape();
  const of = (method: string, status: string) =>
    valueOf(families, 'hibernaut_telegram_calls_total', { method, status });
  expect([of('sendMessage', '200'), of('sendMessage', '429'), of('sendMessage', 'none')]).toEqual([1, 1, 1]);
  expect([of('getUpdates', '200'), of('getMe', 'other')]).toEqual([1, 1]);
  expect(valueOf(families, 'hibernaut_telegram_call_seconds_count')).toBe(3);
});

it('counts saves, and those that the disk refused', async () => {
  metrics.onSave({ durationMs: 4, isRefused: false });
  metrics.onSave({ durationMs: 4, isRefused: true });
  expect(await value('hibernaut_save_seconds_bucket', { le: '0.005' })).toBe(1);
  expect(await value('hibernaut_save_seconds_count')).toBe(1);
  expect(await value('hibernaut_save_failures_total')).toBe(1);
});

it('shows how much of everything there is', async () => {
  open = [
    {
      record: aRecord({ state: 'active', inbox: [aMessage('u1')], approvals: [anApproval('a1')] }),
    },
    { record: aRecord({ state: 'idle' }) },
    { record: aRecord({ state: 'suspended', inbox: [aMessage('u2')] }) },
  ];
  const families = await scrape();
  const state = (name: string) => valueOf(families, 'hibernaut_sessions', { state: name });
  expect(['active', 'idle', 'suspended', 'terminated'].map(state)).toEqual([1, 1, 4, 4]);
  expect(valueOf(families, 'hibernaut_inbox_messages')).toBe(2);
  expect(valueOf(families, 'hibernaut_approvals_waiting')).toBe(1);
  expect(valueOf(families, 'hibernaut_undelivered_items')).toBe(3);
  expect(valueOf(families, 'hibernaut_max_live')).toBe(5);
  expect(valueOf(families, 'hibernaut_sessions_waiting_for_room')).toBe(2);
  expect(valueOf(families, 'hibernaut_unreadable_files')).toBe(1);
  expect(valueOf(families, 'hibernaut_telegram_poll_age_seconds')).toBe(7);
  expect(valueOf(families, 'hibernaut_disk_available_bytes', { folder: 'data' })).toBe(40);
  expect(families.get('hibernaut_disk_available_bytes')?.samples).toHaveLength(1);
  expect([valueOf(families, 'hibernaut_healthy'), valueOf(families, 'hibernaut_ready')]).toEqual([1, 0]);
  expect(valueOf(families, 'hibernaut_build_info', { version: '1.2.3' })).toBe(1);
});

it('does not count all sessions anew at each scrape', async () => {
  for (let scrapes = 0; scrapes < 5; scrapes += 1) await scrape();
  expect(counted).toBe(1);
});
