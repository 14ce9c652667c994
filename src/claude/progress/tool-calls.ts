/** The tools that Claude used for an answer: how many, and what the last ones did. Pure. */
import type { ToolCall, TurnProgress } from '../ports.ts';

/** How many of the last calls are told. */
const KEPT = 30;

interface Call extends ToolCall {
  id: string;
}

export class ToolCalls {
  #calls: Call[] = [];
  #count = 0;

  get progress(): TurnProgress['tools'] {
    const latest = this.#calls.map(({ words, state }) => ({ words, state }));
    return { count: this.#count, latest };
  }

  /** Its input may come later. Whether anything changed. */
  begin(id: string, words: string): boolean {
    const known = this.#calls.find((call) => call.id === id);
    if (known) {
      if (known.words === words) return false;
      known.words = words;
      return true;
    }
    this.#calls = [...this.#calls, { id, words, state: 'running' as const }].slice(-KEPT);
    this.#count += 1;
    return true;
  }

  /** Whether it was one of these. */
  end(id: string, state: 'done' | 'failed'): boolean {
    const call = this.#calls.find((known) => known.id === id);
    if (!call) return false;
    call.state = state;
    return true;
  }

  reset(): void {
    this.#calls = [];
    this.#count = 0;
  }
}
