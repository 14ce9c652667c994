/** One thing at a time, in the order asked for. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  /** Whether nothing is under way or waiting. */
  get isFree(): boolean {
    return this.#count === 0;
  }

  /** Begins `work` once what was asked for before has ended, well or badly; settles as `work` does. */
  run<R>(work: () => Promise<R>): Promise<R> {
    this.#count += 1;
    const result = this.#last.then(work).finally(() => {
      this.#count -= 1;
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves once everything asked for so far has ended. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
