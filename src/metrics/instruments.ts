/**
 * What is counted and measured, by the names that docs/monitoring.md explains. Labels are words of the code, of a known
 * number: no id, no name, nothing that people or Claude wrote.
 */
import { Counter, Histogram, type Registry } from 'prom-client';
import { CLAUDE_PROBLEMS, END_REASONS } from '../../machines/session-record.ts';

/** `silent`: Claude ended it without an answer. `stopped`: we ended its process meanwhile. */
export type TurnOutcome = 'answered' | 'silent' | 'interrupted' | 'failed' | 'stopped' | 'crashed';

const TURN_OUTCOMES = [
  'answered',
  'silent',
  'interrupted',
  'failed',
  'stopped',
  'crashed',
] as const satisfies TurnOutcome[];

export type StartKind = 'new' | 'resumed';

export type Instruments = ReturnType<typeof createInstruments>;

export function createInstruments(registry: Registry) {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter<L>({ name, help, labelNames, registers });
  const histogram = <L extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly L[] = [],
  ) => new Histogram<L>({ name, help, buckets, labelNames, registers });

  const instruments = {
    turns: counter('hibernaut_turns_total', 'Turns that ended, by how.', ['outcome']),
    turnSeconds: histogram(
      'hibernaut_turn_seconds',
      'From a prompt handed to Claude until Claude says that it is idle, waits for people included.',
      [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600],
    ),
    firstTextSeconds: histogram(
      'hibernaut_first_text_seconds',
      'From a prompt handed to Claude until the first text of its answer.',
      [0.25, 0.5, 1, 2, 5, 10, 30, 60, 120],
    ),
    wakeSeconds: histogram(
      'hibernaut_wake_seconds',
      'From the start of a Claude process until it takes prompts.',
      [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
      ['kind'],
    ),
    starts: counter('hibernaut_process_starts_total', 'Claude processes started.', ['kind']),
    ends: counter('hibernaut_process_ends_total', 'Claude processes ended, by why.', ['reason']),
    suspensions: counter('hibernaut_suspensions_total', 'Sessions suspended, by why.', ['reason']),
    sessionsEnded: counter('hibernaut_sessions_ended_total', 'Sessions ended for good.'),
    problems: counter('hibernaut_claude_problems_total', 'Times that Claude could not work, by why.', [
      'problem',
    ]),
    orphansEnded: counter(
      'hibernaut_orphans_ended_total',
      'Processes that an earlier daemon had left and this one ended at its start.',
    ),
    calls: counter('hibernaut_telegram_calls_total', 'Calls of the Bot API, by method and HTTP status.', [
      'method',
      'status',
    ]),
    callSeconds: histogram(
      'hibernaut_telegram_call_seconds',
      'Duration of Bot API calls that were answered, without getUpdates, which waits for news.',
      [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
    ),
    saveSeconds: histogram(
      'hibernaut_save_seconds',
      'Duration of saves of a session until they are durable.',
      [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    ),
    saveFailures: counter('hibernaut_save_failures_total', 'Saves of a session that the disk refused.'),
  };
  // A series that is there from the start shows its first increase; one that appears with it does not.
  for (const outcome of TURN_OUTCOMES) instruments.turns.inc({ outcome }, 0);
  for (const reason of END_REASONS) {
    instruments.ends.inc({ reason }, 0);
    instruments.suspensions.inc({ reason }, 0);
  }
  for (const problem of CLAUDE_PROBLEMS) instruments.problems.inc({ problem }, 0);
  for (const kind of ['new', 'resumed'] satisfies StartKind[]) instruments.starts.inc({ kind }, 0);
  return instruments;
}
