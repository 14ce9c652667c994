/** What was begun and has to be ended, however the rest went. As `AsyncDisposableStack`, which Node has only from 24 on. */

/** For `await using`: ends what it was told of, the newest first. */
export class CleanUp {
  #steps: (() => unknown)[] = [];

  defer(step: () => unknown): void {
    this.#steps.push(step);
  }

  /** Ends `resource` with the rest, and returns it. */
  use<T extends Disposable | AsyncDisposable>(resource: T): T {
    this.defer(() =>
      Symbol.asyncDispose in resource ? resource[Symbol.asyncDispose]() : resource[Symbol.dispose](),
    );
    return resource;
  }

  /** Hands all of it to another owner, who ends it: this one has nothing to end any more. */
  move(): CleanUp {
    const owner = new CleanUp();
    owner.#steps = this.#steps;
    this.#steps = [];
    return owner;
  }

  /** Takes every step, also after one that failed; then rejects with what failed. A second call has nothing to do. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 1) throw new AggregateError(failures, 'Several things could not be ended.');
    if (failures.length === 1) throw failures[0];
  }
}
