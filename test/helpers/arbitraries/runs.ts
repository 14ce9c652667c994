/** How many cases a property of hostile input gets in CI. */
export const HOSTILE_RUNS = 10_000;
