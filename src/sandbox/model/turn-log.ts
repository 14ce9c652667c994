/** Which of the user's words reached the model: once each, although Claude Code sends a conversation anew with each request. */
import { type Conversation } from './conversation.ts';
import { type ScriptedModel } from '../ports.ts';

/** Enough for any test; a sandbox that runs for weeks must not grow for ever. */
const MAX_TURNS = 10_000;

export class TurnLog {
  readonly turns: ScriptedModel['turns'][number][] = [];
  /** Prompts whose request failed are sent again. */
  readonly #seen = new Set<string>();

  /** @param sessionId Claude Code's, from its request headers; without one nothing is taken for a repetition. */
  add({ fresh }: Pick<Conversation, 'fresh'>, sessionId: string | null): void {
    for (const { text, earlier, messagesBefore, byUser } of fresh) {
      if (!byUser) continue;
      const key = JSON.stringify([sessionId, earlier.length, messagesBefore, text]);
      if (sessionId !== null && this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.turns.push({ text, earlier: messagesBefore });
    }
    if (this.turns.length > MAX_TURNS) this.turns.splice(0, this.turns.length - MAX_TURNS);
    if (this.#seen.size > MAX_TURNS) this.#seen.clear();
  }
}
