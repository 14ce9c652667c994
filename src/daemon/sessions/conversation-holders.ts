/** Which sessions have a conversation of Claude's: no two processes may ever run on one. */
import type { SessionRecord } from '../../../machines/session-record.ts';
import { inBatches } from '../../store/batches.ts';
import type { Store } from '../../store/ports.ts';

export interface ConversationHoldersOptions {
  store: Pick<Store, 'sessionsWith'>;
  sessions: {
    /** Those in memory. */
    readonly open: readonly { readonly id: string; readonly record: SessionRecord }[];
    /** A session's newest record, or null. */
    record(sessionId: string): Promise<SessionRecord | null>;
  };
}

/** Their newest records. One that has ended has its conversation as long as its process lives. */
export async function conversationHolders(
  claudeSessionId: string,
  { store, sessions }: ConversationHoldersOptions,
): Promise<SessionRecord[]> {
  const stored = await store.sessionsWith(claudeSessionId);
  // What is on its way to disk is in memory.
  const open = sessions.open.filter(({ record }) => record.claudeSessionId === claudeSessionId);
  const ids = new Set([...stored, ...open.map(({ id }) => id)]);
  const records = await inBatches([...ids], (id) => sessions.record(id));
  return records
    .filter((record) => record !== null)
    .filter((record) => record.claudeSessionId === claudeSessionId)
    .filter(({ state, process }) => state !== 'terminated' || process !== null);
}
