/** What is shown, as messages of the Stately inspector: made by `@statelyai/inspect` itself, one line of JSON each. */
import { createInspector, type StatelyInspectionEvent } from '@statelyai/inspect';
import type { ShownSnapshot } from './allow-list.ts';
import type { ShownState } from './definition.ts';
import type { ShownActor } from './live-actors.ts';

export interface Frames {
  actor(actor: ShownActor, snapshot: ShownSnapshot): string;
  event(target: ShownActor, event: { type: string }, sourceId: string | undefined): string;
  snapshot(actor: ShownActor, snapshot: ShownSnapshot, event: { type: string }): string;
}

/** Deeper than any chart of ours: below its limit the package puts the word "[Object]" for states. Default: 10. */
const DEEPEST = 50;

/** The package is handed stand-ins made of what may be shown, never an actor, an event or a snapshot itself. */
export function createFrames(): Frames {
  const made: StatelyInspectionEvent[] = [];
  const inspector = createInspector(
    { send: (message) => void made.push(message) },
    { serializationDepthLimit: DEEPEST },
  );
  /** The package can't name the root of an actor (0.7.2: `rootId` is lost in `actor()`, "anonymous" in the others). */
  const take = (actor: ShownActor, more: object = {}): string =>
    JSON.stringify({ ...made.pop(), rootId: actor.rootId, ...more });
  /** As JSON. They are long, and all sessions share one. */
  const definitions = new WeakMap<ShownState, string>();
  const definitionOf = (definition: ShownState): string => {
    const known = definitions.get(definition);
    if (known !== undefined) return known;
    inspector.actor(standInFor({ sessionId: '', parentId: undefined }, definition));
    const message = made.pop();
    const json = JSON.stringify(message?.type === '@xstate.actor' && message.definition);
    definitions.set(definition, json);
    return json;
  };
  return {
    actor(actor, snapshot) {
      const { name, definition } = actor;
      inspector.actor(standInFor(actor, { id: name }), snapshot);
      if (!definition) return take(actor, { name });
      const frame = take(actor, { name, definition: undefined });
      return `${frame.slice(0, -1)},"definition":${definitionOf(definition)}}`;
    },
    event(target, event, sourceId) {
      inspector.event(target.sessionId, event, sourceId === undefined ? {} : { source: sourceId });
      return take(target);
    },
    snapshot(actor, snapshot, event) {
      inspector.snapshot(actor.sessionId, snapshot, { event });
      return take(actor);
    },
  };
}

/** As much of an actor as the package reads. */
function standInFor(
  { sessionId, parentId }: Pick<ShownActor, 'sessionId' | 'parentId'>,
  definition: ShownState,
) {
  const mute = { send: () => {}, getSnapshot: () => undefined };
  return {
    ...mute,
    sessionId,
    logic: { config: definition },
    ...(parentId !== undefined && { _parent: { ...mute, sessionId: parentId } }),
  };
}
