/** What a daemon that stopped or died left of a session, and whether the next one brings its process back. Pure. */
import { remainingMs } from './session-idle-timeout.ts';
import { inHand } from './session-inbox.ts';
import { isToBeRestored, type EndReason, type SessionRecord } from './session-record.ts';

/** A process, or a prompt in its hands, may be left from an earlier daemon. */
export function mayHaveLeftovers(record: SessionRecord): boolean {
  return record.process !== null || isLive(record) || inHand(record) !== undefined;
}

/** Was live when the daemon before stopped or died, its idle timeout is not over yet, and no message waits for its sender. */
export function isToBeLive(record: SessionRecord, now: number): boolean {
  return (
    (isLive(record) || isToBeRestored(record)) &&
    !record.inbox.some(({ state }) => state === 'held') &&
    remainingMs(record, now) > 0
  );
}

/** The daemon stops while it has no process: the next one goes on with it. */
export function noteDrained(record: SessionRecord, at: number): SessionRecord {
  return { ...record, lastEnd: { reason: 'drained', code: null, signal: null, at } };
}

/**
 * It would have been brought back after a restart, but its idle timeout ended while no daemon ran (`idle`), there is
 * no room for it (`evicted`), or nobody wants it (`user`).
 */
export function forgetRestore(record: SessionRecord, { reason }: { reason: EndReason }): SessionRecord {
  return isToBeRestored({ ...record, state: 'suspended' }) && record.lastEnd
    ? { ...record, lastEnd: { ...record.lastEnd, reason } }
    : record;
}

function isLive(record: SessionRecord): boolean {
  return record.state === 'active' || record.state === 'idle';
}
