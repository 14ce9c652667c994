/** A machine as its chart: states, transitions and names. No context, no input, no params, no functions. */
import { shownName } from './allow-list.ts';

/** What the inspector draws. The keys are XState's own. */
export interface ShownState {
  id?: string;
  initial?: string;
  type?: string;
  history?: string;
  target?: string[];
  entry?: string[];
  exit?: string[];
  invoke?: ShownInvoke[];
  on?: Record<string, ShownTransition[]>;
  after?: Record<string, ShownTransition[]>;
  always?: ShownTransition[];
  onDone?: ShownTransition[];
  states?: Record<string, ShownState>;
}

interface ShownTransition {
  target?: string[];
  guard?: string;
  actions?: string[];
}

interface ShownInvoke {
  src: string;
  id?: string;
  onDone?: ShownTransition[];
  onError?: ShownTransition[];
}

/** @param config a machine's or a state's `config`, as XState keeps it */
export function shownState(config: unknown): ShownState {
  return compact({
    ...namesIn(config, ['id', 'initial', 'type', 'history']),
    target: listOf(field(config, 'target'), nameOf),
    entry: listOf(field(config, 'entry'), nameOf),
    exit: listOf(field(config, 'exit'), nameOf),
    invoke: listOf(field(config, 'invoke'), shownInvoke),
    on: recordOf(field(config, 'on'), shownTransitions),
    after: recordOf(field(config, 'after'), shownTransitions),
    always: shownTransitions(field(config, 'always')),
    onDone: shownTransitions(field(config, 'onDone')),
    states: recordOf(field(config, 'states'), shownState),
  });
}

function shownTransitions(transitions: unknown): ShownTransition[] | undefined {
  return listOf(transitions, (transition) =>
    typeof transition === 'string'
      ? { target: [shownName(transition)] }
      : compact({
          target: listOf(field(transition, 'target'), nameOf),
          guard: listOf(field(transition, 'guard'), nameOf)?.[0],
          actions: listOf(field(transition, 'actions'), nameOf),
        }),
  );
}

function shownInvoke(invoke: unknown): ShownInvoke {
  return {
    src: nameOf(field(invoke, 'src')),
    ...namesIn(invoke, ['id']),
    ...compact({
      onDone: shownTransitions(field(invoke, 'onDone')),
      onError: shownTransitions(field(invoke, 'onError')),
    }),
  };
}

/** Of a reference (`'name'` or `{type, params}`) its name; of a function, such as `assign(…)`, its type or name. */
function nameOf(reference: unknown): string {
  if (typeof reference === 'string') return shownName(reference);
  const name = field(reference, 'type') ?? field(reference, 'name');
  return name === '' || name === undefined ? 'inline' : shownName(name);
}

function namesIn<Key extends string>(config: unknown, keys: Key[]): Partial<Record<Key, string>> {
  const found: Partial<Record<Key, string>> = {};
  for (const key of keys) {
    const value = field(config, key);
    if (typeof value === 'string') found[key] = shownName(value);
  }
  return found;
}

function listOf<T>(value: unknown, show: (item: unknown) => T): T[] | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value.map(show) : [show(value)];
}

function recordOf<T>(value: unknown, show: (item: unknown) => T | undefined): Record<string, T> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const shown: Record<string, T> = {};
  for (const [key, item] of Object.entries(value)) {
    const result = show(item);
    if (result !== undefined) shown[shownName(key)] = result;
  }
  return shown;
}

type Compact<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function compact<T extends object>(fields: T): Compact<T> {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  // Exactly the fields that are not undefined, which `fromEntries` can't express.
  return Object.fromEntries(kept) as Compact<T>;
}

/** A property of whatever it is, or undefined. */
export function field(value: unknown, key: string): unknown {
  const has = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return has ? Reflect.get(value, key) : undefined;
}
