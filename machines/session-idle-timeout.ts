/** How long a session may rest with its process: a deadline by the wall clock, counted from its last activity. Pure. */
import { idleDeadline, type SessionRecord } from './session-record.ts';

/** Something happened: the timeout counts from now. @param at wall clock, ms since the epoch */
export function touch(record: SessionRecord, at: number): SessionRecord {
  return { ...record, lastActivityAt: at };
}

/** Until the idle timeout is over: 0 if it is, Infinity if it is off. @param now wall clock, ms since the epoch */
export function remainingMs(record: SessionRecord, now: number): number {
  const deadline = idleDeadline(record);
  if (deadline === null || record.idleTimeoutMs === null) return Infinity;
  // The wall clock may have been set back: nobody waits longer than the timeout itself.
  return Math.min(Math.max(0, deadline - now), record.idleTimeoutMs);
}
