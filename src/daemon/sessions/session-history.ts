/** Watches a session's actor, and notes what it was told and where that led. It delays nothing, and nothing depends on it. */
import type { InspectionEvent } from 'xstate';
import type { SessionRecord } from '../../../machines/session-record.ts';
import { phaseOf } from '../../../machines/phase.ts';
import type { SessionSnapshot } from '../../../machines/session.machine.ts';
import { byOf, factsOf, knownName, type HistoryEntry } from '../../history-entry.ts';

/** Where entries go. Never throws. */
export interface HistorySink {
  add(sessionId: string, entry: HistoryEntry): void;
}

export const NO_HISTORY: HistorySink = { add: () => undefined };

/** Signs of life and the like, which come often and tell nothing unless the state changes with them. */
const NOT_WORTH_IT = new Set(['claude.heard', 'telegram.partSent', 'telegram.liveMessageChanged']);

type Counted = Pick<SessionRecord, 'inbox' | 'outbox' | 'approvals' | 'lastEnd'>;

export class SessionHistory {
  readonly #id: string;
  readonly #sink: HistorySink;
  readonly #now: () => number;
  #phase: string | null = null;
  #lastEnd: SessionRecord['lastEnd'];

  /** @param now wall clock, ms since the epoch */
  constructor(record: SessionRecord, sink: HistorySink, now: () => number) {
    this.#id = record.id;
    this.#lastEnd = record.lastEnd;
    this.#sink = sink;
    this.#now = now;
  }

  /** For `ActorOptions.inspect` of its actor. */
  observe(seen: InspectionEvent): void {
    if (seen.type !== '@xstate.snapshot' || seen.rootId !== seen.actorRef.sessionId) return;
    const snapshot = seen.snapshot as SessionSnapshot;
    if (snapshot.status === 'active') this.#note(seen.event, phaseOf(snapshot), snapshot.context.record);
  }

  /** A bug ended its actor. */
  noteFailure(record: SessionRecord): void {
    this.#note({ type: 'daemon.sessionFailed' }, 'failed', record);
    this.#phase = null;
  }

  #note(event: { type: string }, to: string, record: Counted): void {
    const from = event.type === 'xstate.init' ? null : this.#phase;
    const { lastEnd } = record;
    const end = lastEnd !== null && lastEnd !== this.#lastEnd ? endOf(lastEnd) : undefined;
    this.#phase = to;
    this.#lastEnd = lastEnd;
    if (from === to && NOT_WORTH_IT.has(event.type)) return;
    const facts = factsOf(event);
    this.#sink.add(this.#id, {
      v: 1,
      at: this.#now(),
      event: knownName(event.type),
      by: byOf(event),
      from,
      to,
      ...(facts && { facts }),
      ...(end && { end }),
      inbox: record.inbox.length,
      outbox: record.outbox.length,
      approvals: record.approvals.length,
    });
  }
}

function endOf({ reason, code, signal }: NonNullable<SessionRecord['lastEnd']>): HistoryEntry['end'] {
  return { reason, code, signal };
}
