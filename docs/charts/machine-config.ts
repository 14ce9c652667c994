/**
 * A machine as plain JSON that `createMachine` takes, and with it Stately's editor: what is written as functions, spread in or
 * made elsewhere is there by name. Of context, input and params it holds nothing. Pure.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { guardName } from './machine-chart.ts';

interface Transition {
  target?: string | string[];
  guard?: string;
  actions?: string[];
  reenter?: true;
}

interface StateConfig {
  id?: string;
  type?: 'final';
  initial?: string;
  entry?: string[];
  exit?: string[];
  invoke?: { src: string; id: string; onDone?: Transition[]; onError?: Transition[] }[];
  always?: Transition[];
  after?: Record<string, Transition[]>;
  on?: Record<string, Transition[]>;
  states?: Record<string, StateConfig>;
}

type Defined = AnyStateNode['always'] extends (infer One)[] | undefined ? One : never;

export function machineConfig({ root }: AnyStateMachine): StateConfig {
  return { id: root.id, ...stateConfig(root) };
}

function stateConfig(node: AnyStateNode): StateConfig {
  const config: StateConfig = {};
  if (node.type === 'final') config.type = 'final';
  const children = Object.entries(node.states);
  if (children.length > 0 && node.initial.target[0]) config.initial = node.initial.target[0].key;
  const [entry, exit] = [names(node.entry), names(node.exit)];
  if (entry.length > 0) config.entry = entry;
  if (exit.length > 0) config.exit = exit;
  if (node.always) config.always = node.always.map(transitionConfig);
  const invoked = new Map(
    node.invoke.map(({ id, src }) => [id, { src: typeof src === 'string' ? src : 'inline', id }]),
  );
  for (const [type, transitions] of node.transitions)
    place(config, invoked, type, transitions.map(transitionConfig));
  if (invoked.size > 0) config.invoke = [...invoked.values()];
  if (children.length > 0) {
    config.states = Object.fromEntries(children.map(([key, child]) => [key, stateConfig(child)]));
  }
  return config;
}

/** XState keeps what time and actors lead to as events of its own. */
function place(
  config: StateConfig,
  invoked: Map<string, { src: string; id: string; onDone?: Transition[]; onError?: Transition[] }>,
  type: string,
  transitions: Transition[],
): void {
  const delay = /^xstate\.after\.(\w+)/.exec(type)?.[1];
  const [, outcome, actor = ''] = /^xstate\.(done|error)\.actor\.(.+)$/.exec(type) ?? [];
  const invoke = invoked.get(actor);
  if (delay !== undefined) config.after = { ...config.after, [delay]: transitions };
  else if (invoke && outcome === 'done') invoke.onDone = transitions;
  else if (invoke) invoke.onError = transitions;
  else config.on = { ...config.on, [type]: transitions };
}

function transitionConfig({ target, guard, actions, reenter }: Defined): Transition {
  const name = guardName(guard);
  const [first, ...others] = (target ?? []).map(({ id }) => `#${id}`);
  return {
    ...(first !== undefined && { target: others.length === 0 ? first : [first, ...others] }),
    ...(name !== null && { guard: name }),
    ...(actions.length > 0 && { actions: names(actions) }),
    ...(reenter && { reenter }),
  };
}

/** How XState itself starts and stops the clock of an `after`. */
const OF_THE_CLOCK = new Set(['xstate.raise', 'xstate.cancel']);

/** Of a reference its name; params are left out. */
function names(actions: readonly unknown[]): string[] {
  const all = actions.map((action) => {
    if (typeof action === 'string') return action;
    const { type } = action as { type?: unknown };
    return typeof type === 'string' ? type : 'inline';
  });
  return all.filter((name) => !OF_THE_CLOCK.has(name));
}
