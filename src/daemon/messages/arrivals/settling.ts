/** When an album or a long text counts as whole: once nothing more of it has come for a while. */
import type { ClockOfActors } from '../../sessions/saving.ts';

/** Telegram's programs send the pieces within a second. */
export const SETTLE_MS = 1_200;

/** The time after one piece. */
export interface Quiet {
  /** Resolves once nothing came for a while, or another piece did. */
  promise: Promise<void>;
  end: () => void;
}

export class Settling {
  readonly #clock: ClockOfActors;
  /** By prompt: the time after its last piece. */
  readonly #quiet = new Map<string, Quiet>();

  constructor(clock: ClockOfActors) {
    this.#clock = clock;
  }

  /** The prompt got a piece. */
  begin(prompt: string): void {
    this.#quiet.get(prompt)?.end();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer: unknown = this.#clock.setTimeout(resolve, SETTLE_MS);
    const end = (): void => {
      this.#clock.clearTimeout(timer);
      resolve();
    };
    this.#quiet.set(prompt, { promise, end });
  }

  /** Differs after each piece. */
  of(prompt: string): Quiet | undefined {
    return this.#quiet.get(prompt);
  }

  forget(prompt: string): void {
    this.#quiet.get(prompt)?.end();
    this.#quiet.delete(prompt);
  }

  endAll(): void {
    for (const { end } of this.#quiet.values()) end();
  }
}
