/** Where in its statechart a machine is, in words. Pure. */
import type { StateValue } from 'xstate';

/** The exact state, dotted: `live.active.working`. Of a machine that is in several at once, each, with commas. */
export function phaseOf({ value }: { value: StateValue }): string {
  return paths(value).join(',');
}

function paths(value: StateValue | undefined): string[] {
  if (value === undefined || typeof value === 'string') return [String(value)];
  return Object.entries(value).flatMap(([state, child]) => paths(child).map((path) => `${state}.${path}`));
}
