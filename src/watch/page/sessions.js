/** What the page knows of all sessions, and which of them are to be shown, in which order. No part of it is on the screen. */

/** What a state means for the order: who works first, who has ended last. */
const BY_STATE = { active: 0, idle: 1, suspended: 2, terminated: 3 };

const byUse = (a, b) => b.lastActivityAt - a.lastActivityAt || (a.id < b.id ? -1 : 1);
const number = (value, ifNone) => value ?? ifNone;

const ORDERS = {
  state: (a, b) => attention(b) - attention(a) || BY_STATE[a.state] - BY_STATE[b.state] || byUse(a, b),
  used: byUse,
  left: (a, b) => number(a.suspendsAt, Infinity) - number(b.suspendsAt, Infinity) || byUse(a, b),
  name: (a, b) => a.name.localeCompare(b.name) || byUse(a, b),
  memory: (a, b) => number(b.memoryMb, -1) - number(a.memoryMb, -1) || byUse(a, b),
  cost: (a, b) => b.costUsd - a.costUsd || byUse(a, b),
};

const FILTERS = {
  living: (row) => row.state !== 'terminated',
  active: (row) => row.state === 'active',
  idle: (row) => row.state === 'idle',
  suspended: (row) => row.state === 'suspended',
  attention: (row) => attention(row) > 0,
  terminated: (row) => row.state === 'terminated',
};

/** Whether a person is waited for. */
export function attention({ state, asks, isUndeliverable }) {
  return state !== 'terminated' && (asks.length > 0 || isUndeliverable) ? 1 : 0;
}

export class Sessions {
  #rows = new Map();
  /** Of rows that an earlier connection told; those that are not told again have gone. */
  #stale = new Set();
  /** Told since the page connected. */
  #told = 0;
  isWhole = false;
  total = 0;

  /** Everything is told anew; what is known stays until then. */
  restart() {
    this.isWhole = false;
    this.#told = 0;
    this.total = 0;
    this.#stale = new Set(this.#rows.keys());
  }

  apply({ rows, total }) {
    this.total = total;
    this.#told += rows.length;
    for (const row of rows) {
      this.#stale.delete(row.id);
      if (row.gone) this.#rows.delete(row.id);
      else this.#rows.set(row.id, { ...row, searched: searchedOf(row) });
    }
  }

  complete() {
    for (const id of this.#stale) this.#rows.delete(id);
    this.#stale.clear();
    this.isWhole = true;
  }

  /** How far the daemon is with reading all of them; null once it is through. */
  get progress() {
    return this.isWhole ? null : { told: Math.min(this.#told, this.total), total: this.total };
  }

  get(id) {
    return this.#rows.get(id);
  }

  get size() {
    return this.#rows.size;
  }

  /** How many have a process. */
  get live() {
    let live = 0;
    for (const { pid } of this.#rows.values()) if (pid !== null) live += 1;
    return live;
  }

  /** How many there are, by filter. */
  counts() {
    const counts = Object.fromEntries(Object.keys(FILTERS).map((filter) => [filter, 0]));
    for (const row of this.#rows.values()) {
      for (const [filter, holds] of Object.entries(FILTERS)) if (holds(row)) counts[filter] += 1;
    }
    return counts;
  }

  /** Those that hold every word. */
  found({ words, filter, sort }) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const holds = FILTERS[filter];
    return [...this.#rows.values()]
      .filter((row) => holds(row) && wanted.every((word) => row.searched.includes(word)))
      .sort(ORDERS[sort]);
  }
}

function searchedOf({ id, name, folder, chatId, threadId, phase, pid, model }) {
  return [id, name, folder, `chat ${chatId}`, threadId, phase, pid, model]
    .filter((part) => part !== null)
    .join(' ')
    .toLowerCase();
}
