/** How many cases a property of hostile input gets in CI, and how long they may take. */

export const HOSTILE_RUNS = 10_000;

/** Some seconds on two cores of their own; machines are shared. For vitest's `timeout`. */
export const HOSTILE_TIMEOUT_MS = 300_000;
