/**
 * Which sessions have a conversation of Claude's, so that it is never given to two of them, and nobody reads all sessions
 * to know. A marker per session and conversation, durable before a record that says so; one that the session had before
 * is removed afterwards. A crash can only leave one too many, so whoever finds a session here looks into its record.
 */
import type { SessionRecord } from '../../machines/session-record.ts';
import type { MarkerIndex } from './marker-index.ts';
import { isSessionId } from './names.ts';
import type { StoreLog } from './unreadable-files.ts';

export class ConversationIndex {
  readonly #index: MarkerIndex;
  readonly #log: StoreLog | undefined;

  constructor(index: MarkerIndex, log: StoreLog | undefined) {
    this.#index = index;
    this.#log = log;
  }

  /** To be awaited before the record is written. @param stored what it replaces */
  note = async (record: SessionRecord, stored: SessionRecord | null = null): Promise<void> => {
    if (record.claudeSessionId !== stored?.claudeSessionId) await this.#index.add(nameOf(record));
  };

  /** To be called once `record` has taken the place of `stored`. Never rejects. */
  async replaced(record: SessionRecord, stored: SessionRecord | null): Promise<void> {
    if (stored === null || stored.claudeSessionId === record.claudeSessionId) return;
    try {
      await this.#index.remove(nameOf(stored));
    } catch (error) {
      this.#log?.warn({ sessionId: record.id, err: error }, 'store.markerNotRemoved');
    }
  }

  /** Sessions that have it, or had it. */
  async idsOf(claudeSessionId: string): Promise<string[]> {
    const prefix = prefixOf(claudeSessionId);
    return (await this.#index.names())
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .filter(isSessionId);
  }
}

function nameOf({ id, claudeSessionId }: SessionRecord): string {
  return `${prefixOf(claudeSessionId)}${id}`;
}

/** Claude's ids are uuids; whatever else one may be once, it does not lead out of the folder. */
function prefixOf(claudeSessionId: string): string {
  return `c.${encodeURIComponent(claudeSessionId)}.`;
}
