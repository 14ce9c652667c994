/** All that is counted and measured, in one registry of this daemon's own: for `GET /metrics`, in Prometheus' text format. */
import { Registry } from 'prom-client';
import type { InspectionEvent } from 'xstate';
import type { ProcessIdentity } from '../../machines/session-record.ts';
import type { ClaudePort, ProcessMemory } from '../claude/ports.ts';
import type { LowdbStoreOptions } from '../store/lowdb-store.ts';
import type { OnCall } from '../telegram/call-watch.ts';
import { createGauges, type Sources } from './gauges.ts';
import { createInstruments } from './instruments.ts';
import { kept } from './kept.ts';
import { collectRuntime } from './runtime.ts';
import { watchClaude } from './watch-claude.ts';
import { watchSessions } from './watch-sessions.ts';

export interface Metrics {
  /** For `ActorOptions.inspect`. */
  readonly inspect: (event: InspectionEvent) => void;
  readonly onCall: OnCall;
  readonly onSave: NonNullable<LowdbStoreOptions['onSave']>;
  /** The same Claude, watched. */
  watchClaude(claude: ClaudePort): ClaudePort;
  readonly contentType: string;
  text(): Promise<string>;
}

/** To read the process table takes 10 ms: not at every scrape. */
const KEEP_MEMORY_MS = 10_000;
const NO_MEMORY: ProcessMemory = { processes: 0, residentBytes: 0 };

export function createMetrics(sources: Omit<Sources, 'memory'>): Metrics {
  const registry = new Registry();
  const instruments = createInstruments(registry);
  const living = new Set<ProcessIdentity>();
  let memory = (): Promise<ProcessMemory> => Promise.resolve(NO_MEMORY);
  createGauges(registry, { ...sources, memory: () => memory() });
  collectRuntime(registry);
  return {
    inspect: watchSessions(instruments),
    onCall: ({ method, status, durationMs }) => {
      instruments.calls.inc({ method, status: statusLabel(status) });
      if (status !== null && method !== 'getUpdates') instruments.callSeconds.observe(durationMs / 1_000);
    },
    onSave: ({ durationMs, isRefused }) => {
      if (isRefused) instruments.saveFailures.inc();
      else instruments.saveSeconds.observe(durationMs / 1_000);
    },
    watchClaude: (claude) => {
      const look = kept(KEEP_MEMORY_MS, () => claude.memory([...living]));
      // While none lives there is nothing to look for.
      memory = () => (living.size > 0 ? look() : Promise.resolve(NO_MEMORY));
      return watchClaude(claude, instruments, living);
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

/** Of HTTP there are few; whatever else a server invents is one. */
function statusLabel(status: number | null): string {
  if (status === null) return 'none';
  return Number.isInteger(status) && status >= 100 && status < 600 ? String(status) : 'other';
}
