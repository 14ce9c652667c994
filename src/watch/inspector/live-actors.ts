/** The actors that are alive, so that a viewer who comes late sees all of them, and what of them was shown. */
import type { ActorRefLike } from 'xstate';
import { shownName, shownSnapshot, type ShownSnapshot } from './allow-list.ts';
import { field, shownState, type ShownState } from './definition.ts';

/** What may be shown of an actor; all of it comes from the allow-list. */
export interface ShownActor {
  /** XState's counter within this process (`x:0`), no session of ours. */
  sessionId: string;
  rootId: string;
  parentId: string | undefined;
  /** The id it was given, or else its machine's. */
  name: string;
  /** Null for actors that are no machines. */
  definition: ShownState | null;
}

/** As much of a root actor as counts here. */
export interface Root {
  /** XState's counter. */
  sessionId: string;
  /** The id it was given. */
  id: string;
}

interface LiveActor {
  ref: ActorRefLike;
  root: Root;
  /** The snapshot that was shown last. */
  shown: unknown;
}

export class LiveActors {
  readonly #actors = new Map<string, LiveActor>();
  /** By the root's counter. */
  readonly #systems = new Map<string, Set<LiveActor>>();
  /** By machine config: all sessions share one. */
  readonly #definitions = new WeakMap<object, ShownState>();

  /** Whether it is new here. It counts as shown as it is now. */
  add(ref: ActorRefLike, { sessionId, id }: Root): boolean {
    if (this.#actors.has(ref.sessionId)) return false;
    const actor = { ref, root: { sessionId, id }, shown: snapshotOf(ref) };
    this.#actors.set(ref.sessionId, actor);
    const system = this.#systems.get(sessionId);
    if (system) system.add(actor);
    else this.#systems.set(sessionId, new Set([actor]));
    return true;
  }

  remove(sessionId: string): void {
    const actor = this.#actors.get(sessionId);
    if (!actor) return;
    this.#actors.delete(sessionId);
    const system = this.#systems.get(actor.root.sessionId);
    system?.delete(actor);
    if (system?.size === 0) this.#systems.delete(actor.root.sessionId);
  }

  removeSystem(root: Root): void {
    for (const sessionId of this.idsOf(root)) this.remove(sessionId);
  }

  /** Of the root and of what it has started. */
  idsOf({ sessionId: rootId }: Root): string[] {
    return [...(this.#systems.get(rootId) ?? [])].map(({ ref }) => ref.sessionId);
  }

  /** The ids of all whose root's id is wanted, each after its parent. */
  ids(isWanted: (rootId: string) => boolean): string[] {
    return [...this.#actors.values()]
      .filter(({ ref, root }) => isWanted(root.id) && !isOver(snapshotOf(ref)))
      .map(({ ref }) => ref.sessionId);
  }

  /** Those of the root that are not any more what was shown of them. They count as shown from now on. */
  takeChanged({ sessionId: rootId }: Root): { sessionId: string; snapshot: unknown }[] {
    const changed = [];
    for (const actor of this.#systems.get(rootId) ?? []) {
      const snapshot = snapshotOf(actor.ref);
      if (snapshot !== actor.shown) changed.push({ sessionId: actor.ref.sessionId, snapshot });
      actor.shown = snapshot;
    }
    return changed;
  }

  noteShown(sessionId: string, snapshot: unknown): void {
    const actor = this.#actors.get(sessionId);
    if (actor) actor.shown = snapshot;
  }

  /** Null if it is alive no longer. */
  describe(sessionId: string): ShownActor | null {
    const actor = this.#actors.get(sessionId);
    return actor ? this.#describe(actor) : null;
  }

  /** What it is now. */
  snapshot(sessionId: string): ShownSnapshot {
    const actor = this.#actors.get(sessionId);
    return shownSnapshot(actor && snapshotOf(actor.ref));
  }

  #describe({ ref, root }: LiveActor): ShownActor {
    const config = field(field(ref, 'logic'), 'config');
    const definition = this.#define(config);
    const id = field(ref, 'id');
    const parentId = field(field(ref, '_parent'), 'sessionId');
    return {
      sessionId: ref.sessionId,
      rootId: root.sessionId,
      parentId: typeof parentId === 'string' ? parentId : undefined,
      name: id === ref.sessionId ? (definition?.id ?? ref.sessionId) : shownName(id),
      definition,
    };
  }

  #define(config: unknown): ShownState | null {
    if (typeof config !== 'object' || config === null || !('states' in config)) return null;
    const known = this.#definitions.get(config);
    if (known) return known;
    const definition = shownState(config);
    this.#definitions.set(config, definition);
    return definition;
  }
}

export function isOver(snapshot: unknown): boolean {
  const status = field(snapshot, 'status');
  return status !== undefined && status !== 'active';
}

/** Undefined for an actor that is just being made: asked then, XState throws, or has none, depending on its build. */
function snapshotOf(ref: ActorRefLike): unknown {
  try {
    return ref.getSnapshot();
  } catch {
    return undefined;
  }
}
