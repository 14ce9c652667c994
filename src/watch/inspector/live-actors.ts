/** The actors that are alive, so that a viewer who comes late sees all of them. */
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
}

/** Below so many nobody looks for dead ones. */
const SWEEP_FROM = 64;

export class LiveActors {
  readonly #actors = new Map<string, LiveActor>();
  /** By machine config: all sessions share one. */
  readonly #definitions = new WeakMap<object, ShownState>();
  #sweepAt = SWEEP_FROM;

  add(ref: ActorRefLike, { sessionId, id }: Root): void {
    this.#actors.set(ref.sessionId, { ref, root: { sessionId, id } });
    if (this.#actors.size >= this.#sweepAt) this.#sweep();
  }

  remove(sessionId: string): void {
    this.#actors.delete(sessionId);
  }

  removeSystem({ sessionId: rootId }: Root): void {
    for (const [sessionId, { root }] of this.#actors) {
      if (root.sessionId === rootId) this.#actors.delete(sessionId);
    }
  }

  get size(): number {
    return this.#actors.size;
  }

  /** The ids of all whose root's id is wanted, each after its parent. */
  ids(isWanted: (rootId: string) => boolean): string[] {
    this.#sweep();
    return [...this.#actors].filter(([, { root }]) => isWanted(root.id)).map(([sessionId]) => sessionId);
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

  /** An actor that fails says nothing to inspectors (XState 5.33), so the dead are looked for now and then. */
  #sweep(): void {
    for (const [sessionId, { ref }] of this.#actors) {
      const status = field(snapshotOf(ref), 'status');
      if (status !== undefined && status !== 'active') this.#actors.delete(sessionId);
    }
    this.#sweepAt = Math.max(SWEEP_FROM, 2 * this.#actors.size);
  }
}

/** Undefined for an actor that is just being made: asked then, XState throws, or has none, depending on its build. */
function snapshotOf(ref: ActorRefLike): unknown {
  try {
    return ref.getSnapshot();
  } catch {
    return undefined;
  }
}
