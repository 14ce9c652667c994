/** The actors that a test's daemon has, as an inspector sees them. */
import type { InspectionEvent } from 'xstate';

type Seen = InspectionEvent['actorRef'];

export function watchActors() {
  const actors = new Set<Seen>();
  return {
    inspect: (event: InspectionEvent) => void actors.add(event.actorRef),
    /** How many actors with this id run now. */
    running: (id: string) => [...actors].filter((actor) => hasId(actor, id) && isRunning(actor)).length,
  };
}

function hasId(actor: Seen, id: string): boolean {
  return 'id' in actor && actor.id === id;
}

function isRunning(actor: Seen): boolean {
  return (actor.getSnapshot() as { status: string }).status === 'active';
}
