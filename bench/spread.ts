/** How samples of a measure are summed up: the middle, the tail, and how far they lie apart. */

/** Same unit as the samples. `NaN` of none. */
export interface Spread {
  samples: number;
  min: number;
  median: number;
  p90: number;
  p99: number;
  max: number;
}

export function spreadOf(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (quantile: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
  return {
    samples: sorted.length,
    min: at(0),
    median: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    max: at(1),
  };
}

export function medianOf(samples: readonly number[]): number {
  return spreadOf(samples).median;
}
