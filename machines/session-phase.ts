/** Where in its statechart a session is, in words. Pure. */
import type { StateValue } from 'xstate';

/** The exact state, dotted: `live.active.working`. */
export function phaseOf({ value }: { value: StateValue }): string {
  return flatten(value);
}

function flatten(value: StateValue | undefined): string {
  if (value === undefined || typeof value === 'string') return String(value);
  return Object.entries(value)
    .map(([state, child]) => `${state}.${flatten(child)}`)
    .join(',');
}
