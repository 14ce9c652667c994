/**
 * Which sessions have ended, so that they can be counted without reading them: a marker per session that is terminated.
 * A crash may leave a count that is one off; nothing but figures for people, and what a chat still lists, hangs on it.
 */
import type { SessionRecord } from '../../machines/session-record.ts';
import type { MarkerIndex } from './marker-index.ts';
import { isSessionId } from './names.ts';
import type { StoreLog } from './unreadable-files.ts';

export class EndedIndex {
  readonly #index: MarkerIndex;
  readonly #log: StoreLog | undefined;

  constructor(index: MarkerIndex, log: StoreLog | undefined) {
    this.#index = index;
    this.#log = log;
  }

  /** To be awaited before the record is written. Never rejects. */
  note = async ({ id, state }: SessionRecord): Promise<void> => {
    if (state !== 'terminated') return;
    try {
      if (!(await this.#index.has(id))) await this.#index.add(id);
    } catch (error) {
      this.#log?.warn({ err: error }, 'store.endedNotCounted');
    }
  };

  async ids(): Promise<string[]> {
    return (await this.#index.names()).filter(isSessionId);
  }
}
