/** Tasks under the same key run one after another, in the order in which they were asked for; other keys don't wait. */

export class OneByOne<TKey> {
  readonly #last = new Map<TKey, Promise<unknown>>();

  /** Resolves or rejects as the task does; a task that failed holds up none of those behind it. */
  async run<T>(key: TKey, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const running = before ? before.then(task, task) : task();
    this.#last.set(key, running);
    try {
      return await running;
    } finally {
      if (this.#last.get(key) === running) this.#last.delete(key);
    }
  }
}
