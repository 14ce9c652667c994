/** Whether as many Claude processes fit into the machine's memory as may live at once. */
import type { MaxLive } from '../../config/max-live.ts';
import { ok, warning, type Check, type Finding } from './check.ts';

export interface MemoryCheckFacts {
  /** As it is. */
  maxLive: MaxLive;
  /** As the memory would have it. */
  byMemory: MaxLive;
}

export function memoryCheck(facts: MemoryCheckFacts): Check {
  return { name: 'Memory', timeoutMs: 1_000, probe: () => Promise.resolve([judge(facts)]) };
}

function judge({ maxLive, byMemory }: MemoryCheckFacts): Finding {
  const found = `${processes(maxLive.places)} at once (${maxLive.why})`;
  if (maxLive.places <= byMemory.places) return ok(found);
  return warning(
    `${found}, and there is room for ${String(byMemory.places)} (${byMemory.why}).`,
    `Leave HIBERNAUT_MAX_LIVE out, or set it to ${String(byMemory.places)}, unless you know that they stay small.`,
  );
}

function processes(count: number): string {
  return count === 1 ? '1 Claude process' : `${String(count)} Claude processes`;
}
