/** Counts how sessions come to rest and how their processes end, from what their actors show (XState's inspection). */
import type { InspectionEvent } from 'xstate';
import type { SessionRecord } from '../../machines/session-record.ts';
import type { SessionSnapshot } from '../../machines/session.machine.ts';
import type { Instruments } from './instruments.ts';

interface Seen {
  record: Pick<SessionRecord, 'lastEnd' | 'state'>;
  isSuspended: boolean;
}

/** @returns what `ActorOptions.inspect` takes. It looks at two fields of each snapshot, and keeps two. */
export function watchSessions(instruments: Instruments): (event: InspectionEvent) => void {
  const known = new WeakMap<object, Seen>();
  return (event) => {
    if (event.type !== '@xstate.snapshot') return;
    const now = seen(event.snapshot);
    if (!now) return;
    const before = known.get(event.actorRef);
    known.set(event.actorRef, now);
    // The first look shows what was before this actor.
    if (before) count(instruments, before, now);
  };
}

function count(instruments: Instruments, before: Seen, now: Seen): void {
  const { lastEnd, state } = now.record;
  if (lastEnd && lastEnd !== before.record.lastEnd) instruments.ends.inc({ reason: lastEnd.reason });
  if (now.isSuspended && !before.isSuspended) {
    instruments.suspensions.inc({ reason: lastEnd?.reason ?? 'user' });
  }
  if (state === 'terminated' && before.record.state !== 'terminated') instruments.sessionsEnded.inc();
}

/** Null for an actor that is no session. */
function seen(snapshot: unknown): Seen | null {
  const { context, value } = snapshot as Partial<SessionSnapshot>;
  if (context?.record === undefined) return null;
  return {
    record: context.record,
    isSuspended: typeof value === 'object' && Object.hasOwn(value, 'suspended'),
  };
}
