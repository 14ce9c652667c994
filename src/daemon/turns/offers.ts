/** What Claude Code offers, as it said last: its commands by folder, its models for all. In memory only: it says so at each start. */
import type { ClaudeOffers } from '../../../machines/claude-offers.ts';

export class Offers {
  readonly #byFolder = new Map<string, ClaudeOffers>();

  /** @param folder absolute */
  note(folder: string, offers: ClaudeOffers): void {
    this.#byFolder.set(folder, offers);
  }

  /** Null if no process has said so in this folder yet. */
  of(folder: string): ClaudeOffers | null {
    return this.#byFolder.get(folder) ?? null;
  }
}
