/**
 * What a session has used of time, tokens and money. Pure.
 *
 * Claude says with each result what it spent in all, and its conversation keeps that on disk when the process ends in
 * its own time: the next process counts on from there (seen with Claude Code 2.1.330). After a SIGKILL it counts on from
 * what was kept before, so both figures are in the record, and a turn's share is the difference.
 */
import type { SessionRecord, SessionUsage, Spending } from './session-record.ts';

const NOTHING_SPENT: Spending = {
  costUsd: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
};

/** Of a session whose conversation is new. */
export const NO_USAGE: Pick<SessionRecord, 'usage' | 'claudeTotals'> = {
  usage: { turns: 0, durationMs: 0, ...NOTHING_SPENT },
  claudeTotals: { reported: NOTHING_SPENT, kept: NOTHING_SPENT },
};

/** Of a session whose conversation was there before: what it cost so far is only known with its first result. */
export const UNKNOWN_TOTALS: SessionRecord['claudeTotals'] = { reported: null, kept: null };

export interface Spent {
  /** Claude's running total, this result included. */
  total: Spending;
  /** Of this result: from its prompt to its answer, waiting for people included. */
  durationMs: number;
}

export function noteSpending<T extends Pick<SessionRecord, 'usage' | 'claudeTotals'>>(
  record: T,
  { total, durationMs }: Spent,
): T {
  const { usage, claudeTotals } = record;
  const timed = { ...usage, turns: usage.turns + 1, durationMs: usage.durationMs + durationMs };
  // Results of what failed before it began may carry zeros (the SDK's `SDKResultError`).
  if (isNothing(total)) return { ...record, usage: timed };
  if (claudeTotals.reported === null) {
    return { ...record, usage: timed, claudeTotals: { ...claudeTotals, reported: total } };
  }
  // Less than before: Claude has begun to count anew.
  const since = total.costUsd < claudeTotals.reported.costUsd ? NOTHING_SPENT : claudeTotals.reported;
  const spent = mapFigures(total, (figure, name) => Math.max(0, figure - since[name]));
  return {
    ...record,
    usage: { ...timed, ...mapFigures(spent, (figure, name) => usage[name] + figure) },
    claudeTotals: { ...claudeTotals, reported: total },
  };
}

/**
 * The conversation was gone on with by a Claude that did not report to us (at the desk): what it spent there is the
 * session's, unless it went on in another conversation, of which nobody knows who paid for what.
 */
export function noteSpentElsewhere<T extends Pick<SessionRecord, 'usage' | 'claudeTotals'>>(
  record: T,
  visit: { spent: Spending | null; prompts: number; isMoved: boolean },
): T {
  const { spent: total, prompts, isMoved } = visit;
  if (total === null) {
    return prompts === 0 && !isMoved ? record : { ...record, claudeTotals: UNKNOWN_TOTALS };
  }
  const before = isMoved ? null : record.claudeTotals.reported;
  const claudeTotals = { reported: total, kept: total };
  if (before === null) return { ...record, claudeTotals };
  const { usage } = record;
  const figures = mapFigures(total, (figure, name) => usage[name] + Math.max(0, figure - before[name]));
  return { ...record, usage: { ...usage, ...figures }, claudeTotals };
}

/** The process has gone: where the next one counts on from. */
export function noteTotalKept(record: SessionRecord, { signal }: { signal: string | null }): SessionRecord {
  const { reported, kept } = record.claudeTotals;
  // Killed by a signal it could not keep anything; SIGTERM it takes as a wish, and exits with a code.
  const next = signal === null ? reported : kept;
  return { ...record, claudeTotals: { reported: next, kept: next } };
}

/** What was used between two states of a session. */
export function usageSince(now: SessionUsage, before: SessionUsage): SessionUsage {
  return {
    turns: now.turns - before.turns,
    durationMs: now.durationMs - before.durationMs,
    ...mapFigures(now, (figure, name) => figure - before[name]),
  };
}

function isNothing(spending: Spending): boolean {
  return Object.values(spending).every((figure) => figure === 0);
}

function mapFigures(from: Spending, by: (figure: number, name: keyof Spending) => number): Spending {
  return {
    costUsd: by(from.costUsd, 'costUsd'),
    inputTokens: by(from.inputTokens, 'inputTokens'),
    outputTokens: by(from.outputTokens, 'outputTokens'),
    cacheReadTokens: by(from.cacheReadTokens, 'cacheReadTokens'),
    cacheWriteTokens: by(from.cacheWriteTokens, 'cacheWriteTokens'),
  };
}
