/**
 * A machine as a chart: its states, nested as they are, and every transition, by name. It is read off the machine itself,
 * so that it can't be another one; of context, input and params it knows nothing. Pure.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate';

export interface ChartState {
  /** Dotted from the top, as `phase` is everywhere: `live.active.working`. The chart's own root: ''. */
  id: string;
  name: string;
  kind: 'state' | 'final';
  /** The state that it begins in, if it has states. */
  initial: string | null;
  /** What runs while it is in this state, by name. */
  invokes: string[];
  /** What happens in it that leads nowhere else. */
  stays: ChartTrigger[];
  states: ChartState[];
}

/** What makes a transition happen, and under which condition. */
export interface ChartTrigger {
  /** The event's type, or `after idleTimeout`, `recover done`, or '' for what happens at once. */
  event: string;
  /** The guard's name; null if there is none. */
  guard: string | null;
}

/** All that leads from one state to another. */
export interface ChartEdge {
  from: string;
  to: string;
  triggers: ChartTrigger[];
}

export interface MachineChart {
  /** The machine's. */
  id: string;
  root: ChartState;
  edges: ChartEdge[];
}

type Transition = AnyStateNode['always'] extends (infer One)[] | undefined ? One : never;

export function machineChart(machine: AnyStateMachine): MachineChart {
  const edges = new Map<string, ChartEdge>();
  const root = stateOf(machine.root, edges);
  return { id: machine.id, root, edges: [...edges.values()] };
}

function stateOf(node: AnyStateNode, edges: Map<string, ChartEdge>): ChartState {
  const stays: ChartTrigger[] = [];
  for (const [type, transition] of transitionsOf(node)) {
    const trigger = { event: eventName(type), guard: guardName(transition.guard) };
    const targets = transition.target ?? [];
    // Nothing is left, so nothing is drawn: it is told in words.
    if (targets.length === 0 || targets.every((target) => target === node)) addOnce(stays, trigger);
    else for (const target of targets) addOnce(edgeBetween(edges, node, target).triggers, trigger);
  }
  const children = Object.values(node.states);
  return {
    id: node.path.join('.'),
    name: node.key,
    kind: node.type === 'final' ? 'final' : 'state',
    initial: initialOf(node),
    invokes: node.invoke.map(({ src }) => (typeof src === 'string' ? src : 'inline')),
    stays,
    states: children.map((child) => stateOf(child, edges)),
  };
}

function transitionsOf(node: AnyStateNode): [string, Transition][] {
  const onEvents = [...node.transitions].flatMap(([type, all]) =>
    all.map((transition): [string, Transition] => [type, transition]),
  );
  return [...onEvents, ...(node.always ?? []).map((transition): [string, Transition] => ['', transition])];
}

function initialOf(node: AnyStateNode): string | null {
  if (Object.keys(node.states).length === 0) return null;
  return node.initial.target[0]?.path.join('.') ?? null;
}

function edgeBetween(edges: Map<string, ChartEdge>, source: AnyStateNode, target: AnyStateNode): ChartEdge {
  const [from, to] = [source.path.join('.'), target.path.join('.')];
  const key = `${from}>${to}`;
  const edge = edges.get(key) ?? { from, to, triggers: [] };
  edges.set(key, edge);
  return edge;
}

function addOnce(triggers: ChartTrigger[], { event, guard }: ChartTrigger): void {
  const isThere = triggers.some((known) => known.event === event && known.guard === guard);
  if (!isThere) triggers.push({ event, guard });
}

/** XState's own events in fewer words: `xstate.after.idleTimeout.session.live.idle`, `xstate.done.actor.recover`. */
export function eventName(type: string): string {
  const delay = /^xstate\.after\.(\w+)/.exec(type)?.[1];
  if (delay !== undefined) return `after ${delay}`;
  const end = /^xstate\.(done|error)\.actor\.(?:\d+\.)?(.+)$/.exec(type);
  if (!end) return type;
  const [, outcome, actor = ''] = end;
  return `${actor.split('.').at(-1) ?? actor} ${outcome === 'done' ? 'done' : 'failed'}`;
}

/** `isTerminated`, `not hasProcess`, `isAtDesk and not hasProcess`. */
export function guardName(guard: unknown): string | null {
  if (guard === undefined || guard === null) return null;
  if (typeof guard === 'string') return guard;
  const combined = guard as { name?: unknown; type?: unknown; check?: unknown; guards?: unknown };
  if (Array.isArray(combined.guards)) {
    const names = combined.guards.map((part) => guardName(part) ?? 'inline');
    const isNot = typeof combined.check === 'function' && combined.check.name === 'checkNot';
    return isNot ? `not ${names.join()}` : names.join(' and ');
  }
  if (typeof combined.type === 'string') return combined.type;
  // Written in place, without a name.
  return 'a condition';
}

/** `claude.ready [hasWaiting]` */
export function triggerText({ event, guard }: ChartTrigger): string {
  return [event, guard === null ? '' : `[${guard}]`].filter((part) => part !== '').join(' ');
}

export function allStates(state: ChartState): ChartState[] {
  return state.states.flatMap((child) => [child, ...allStates(child)]);
}
