/** What is to happen at some time, by when it is due: a heap, so that very many alarms cost no more than a few. */

interface Entry<T> {
  due: number;
  item: T;
}

/** Below it, what is void may be in the majority. */
const FEW = 64;

export class AlarmQueue<T> {
  /** Each entry is due no later than the two at twice its place, plus 1 and plus 2. */
  #entries: Entry<T>[] = [];
  readonly #dueOf: (item: T) => number;

  /** @param dueOf when it is due now, Infinity if never more: an entry under another time is void, and let by */
  constructor(dueOf: (item: T) => number) {
    this.#dueOf = dueOf;
  }

  /** When the next one is due; Infinity if there is none. */
  get next(): number {
    this.#dropVoid();
    return this.#entries[0]?.due ?? Infinity;
  }

  /** Under the time at which it is due now. */
  add(item: T): void {
    this.#push({ due: this.#dueOf(item), item });
  }

  /** Takes the next one out if it is due by then; else null. */
  takeDue(time: number): T | null {
    if (this.next > time) return null;
    return this.#pop()?.item ?? null;
  }

  /** Frees what void entries hold. To be called now and then. @param valid how many are not void */
  trim(valid: number): void {
    if (this.#entries.length <= 2 * valid + FEW) return;
    const entries = this.#entries.filter((entry) => this.#isValid(entry));
    this.#entries = [];
    for (const entry of entries) this.#push(entry);
  }

  #isValid({ due, item }: Entry<T>): boolean {
    return this.#dueOf(item) === due;
  }

  #dropVoid(): void {
    for (let [first] = this.#entries; first && !this.#isValid(first); [first] = this.#entries) this.#pop();
  }

  #push(entry: Entry<T>): void {
    const entries = this.#entries;
    let place = entries.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = entries[above];
      if (!parent || parent.due <= entry.due) break;
      entries[place] = parent;
      place = above;
    }
    entries[place] = entry;
  }

  #pop(): Entry<T> | undefined {
    const entries = this.#entries;
    const [first] = entries;
    const last = entries.pop();
    if (last && entries.length > 0) this.#sink(last);
    return first;
  }

  /** Puts the entry where it belongs, from the first place down. */
  #sink(entry: Entry<T>): void {
    const entries = this.#entries;
    let place = 0;
    for (;;) {
      const left = entries[2 * place + 1];
      const right = entries[2 * place + 2];
      const isRight = left !== undefined && right !== undefined && right.due < left.due;
      const earlier = isRight ? right : left;
      if (!earlier || earlier.due >= entry.due) break;
      entries[place] = earlier;
      place = 2 * place + (isRight ? 2 : 1);
    }
    entries[place] = entry;
  }
}
