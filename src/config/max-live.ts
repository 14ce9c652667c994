/** How many Claude processes may live at once. Pure: the machine's memory is passed in. */
import type { MemoryFacts } from './machine-memory.ts';

export interface MaxLive {
  /** At least 1. */
  readonly places: number;
  /** Where the number comes from, for people: half a sentence. */
  readonly why: string;
}

const MIB = 1024 * 1024;

/**
 * An idle Claude process has 202–210 MB resident (measured; Claude Code 2). At work it has a longer conversation in memory
 * and tools beside it: shells, searches, compilers, tests. A compiler alone can take more than all this; then
 * HIBERNAUT_MAX_LIVE says how many may work.
 */
const PROCESS_BYTES = 400 * MIB;

/** For the daemon (some 150 MB) and everything else on the machine: so much, or a fifth. */
const LEAST_RESERVE_BYTES = 512 * MIB;
const RESERVE_SHARE = 1 / 5;

/** More wait for their model than a machine of any size has cores for what their tools do. */
const MOST = 64;

/** As many as the memory holds, at least 1. */
export function maxLiveByMemory({ totalBytes, limit }: MemoryFacts): MaxLive {
  const bytes = Math.min(totalBytes, limit?.bytes ?? Infinity);
  const reserve = Math.max(LEAST_RESERVE_BYTES, bytes * RESERVE_SHARE);
  const places = Math.min(Math.max(1, Math.floor((bytes - reserve) / PROCESS_BYTES)), MOST);
  const source =
    limit !== null && limit.bytes < totalBytes ? `the limit in ${limit.setBy}` : "the machine's memory";
  return { places, why: `by ${source}, ${inGib(bytes)} GiB` };
}

/** As it was set. */
export function maxLiveAsSet(places: number): MaxLive {
  return { places, why: 'by HIBERNAUT_MAX_LIVE' };
}

function inGib(bytes: number): string {
  return (bytes / 1024 / MIB).toFixed(1);
}
