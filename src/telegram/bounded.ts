/** Memories that forget their oldest entries, so that a daemon that runs for months does not grow. */

/** A set that keeps the last `limit` values. */
export class RecentSet<T> {
  readonly #values = new Set<T>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  has(value: T): boolean {
    return this.#values.has(value);
  }

  /** Whether it was new. */
  add(value: T): boolean {
    if (this.#values.has(value)) return false;
    this.#values.add(value);
    for (const oldest of this.#values) {
      if (this.#values.size <= this.#limit) break;
      this.#values.delete(oldest);
    }
    return true;
  }
}
