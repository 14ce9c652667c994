/** What a session takes over of a visit at the desk: not a conversation that another session has. */
import type { DeskVisit } from '../../../machines/session-events.ts';
import type { SessionRecord } from '../../../machines/session-record.ts';
import { inBatches } from '../../store/batches.ts';
import type { Store } from '../../store/ports.ts';

export interface SettleVisitOptions {
  store: Pick<Store, 'sessionIds'>;
  /** A session's newest record, or null. */
  record: (sessionId: string) => Promise<SessionRecord | null>;
}

/** The person may have gone on with any conversation there, also with another session's: that one stays where it is. */
export async function settleVisit(
  sessionId: string,
  visit: DeskVisit,
  { store, record }: SettleVisitOptions,
): Promise<DeskVisit> {
  const own = await record(sessionId);
  const { claudeSessionId } = visit;
  if (!own || claudeSessionId === own.claudeSessionId) return visit;
  const all = await inBatches(await store.sessionIds(), record);
  const isTaken = all.some(
    (other) =>
      other !== null &&
      other.id !== sessionId &&
      other.claudeSessionId === claudeSessionId &&
      (other.state !== 'terminated' || other.process !== null),
  );
  if (!isTaken) return visit;
  return { ...visit, claudeSessionId: own.claudeSessionId, isStarted: own.conversationStarted, spent: null };
}
