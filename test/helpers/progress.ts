/** A turn as it goes, for tests: nothing done yet by default, any field overridden. */
import type { TurnProgress } from '../../src/claude/ports.ts';
import type { ShownProgress } from '../../src/telegram/ports.ts';
import { NOON } from './records.ts';

export function aProgress(over: Partial<TurnProgress> = {}): TurnProgress {
  return { text: '', thought: null, tools: { count: 0, latest: [] }, todos: [], agents: [], ...over };
}

/** These tools, the last of which is at work. */
export function toolsUsed(...words: string[]): TurnProgress['tools'] {
  const last = words.length - 1;
  const latest = words.map((call, index) => ({
    words: call,
    state: index === last ? ('running' as const) : ('done' as const),
  }));
  return { count: words.length, latest };
}

export function aShownProgress(over: Partial<ShownProgress> = {}): ShownProgress {
  return { turn: 'turn1', startedAt: NOON, phase: 'working', ...aProgress(), ...over };
}
