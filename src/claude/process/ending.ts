/** The ladder that ends a Claude process: close stdin, SIGTERM, SIGKILL, each reaching the whole tree. */
import type { ProcessTree } from './process-tree.ts';
import { settlesWithin } from './settles-within.ts';

/** How long each rung is given before the next one. */
export interface Ladder {
  /** From the end of its input to its exit. Claude Code takes some 20 ms, but goes on while a background task runs. */
  closeMs: number;
  /** From SIGTERM to its exit. Claude Code ends its tools first, which took up to 5 s. */
  termMs: number;
  /** From SIGTERM to the exit of what outlived Claude itself. */
  leftoversMs: number;
}

/** Together well below the session machine's `stopTimeoutMs`. */
export const DEFAULT_LADDER: Ladder = { closeMs: 4_000, termMs: 6_000, leftoversMs: 2_000 };

export interface EndingOptions {
  tree: ProcessTree;
  ladder: Ladder;
  /** Ends its input. */
  endInput: () => void;
  /** Settles when Claude itself has exited. */
  exited: Promise<unknown>;
}

export class Ending {
  readonly #options: EndingOptions;
  readonly #hurry = new AbortController();
  #climb: Promise<void> | null = null;

  constructor(options: EndingOptions) {
    this.#options = options;
  }

  /**
   * Climbs until Claude has exited. A second call changes nothing.
   * @param isWorking then the first rung is left out: after the end of its input Claude would go on with the turn, and
   * take an approval that it waits for as refused (seen with Claude Code 2.1.330)
   */
  begin(isWorking: boolean): Promise<void> {
    this.#climb ??= this.#begin(isWorking);
    return this.#climb;
  }

  /** SIGKILL at once. */
  hurry(): Promise<void> {
    this.#hurry.abort();
    return this.begin(true);
  }

  /** After Claude's exit: ends what it left behind. Resolves when nothing of the tree lives. */
  async endLeftovers(): Promise<void> {
    const { tree, ladder } = this.#options;
    await tree.end(ladder.leftoversMs, this.#hurry.signal);
  }

  /**
   * Resolves when no signal can follow any more, also if somebody wants it to end once more. The next process of the same
   * session has the same owner: what comes too late would hit that one.
   */
  async close(): Promise<void> {
    this.#climb ??= Promise.resolve();
    await Promise.allSettled([this.#climb]);
  }

  async #begin(isWorking: boolean): Promise<void> {
    const { tree, ladder, endInput } = this.#options;
    if (!isWorking) {
      endInput();
      if (await this.#exitsWithin(ladder.closeMs)) return;
    }
    if (!this.#hurry.signal.aborted) await tree.signal('SIGTERM');
    if (await this.#exitsWithin(ladder.termMs)) return;
    await tree.kill();
  }

  #exitsWithin(waitMs: number): Promise<boolean> {
    return settlesWithin(this.#options.exited, waitMs, this.#hurry.signal);
  }
}
