/** Sessions whose Claude is at work, without a process: the real statechart, and events for it as fast as they are taken. */
import { setImmediate as turn } from 'node:timers/promises';
import { createActor, fromCallback, fromPromise, type Actor, type InspectionEvent } from 'xstate';
import type {
  ClaudeCommand,
  ClaudeEvent,
  ClaudeInput,
  Recovery,
  RecoveryInput,
  RoomEvent,
  RoomInput,
} from '../machines/session-events.ts';
import type { SessionRecord } from '../machines/session-record.ts';
import { sessionMachine } from '../machines/session.machine.ts';
import { aRecord, NOON, PROCESS } from '../test/helpers/records.ts';

export interface BusySession {
  id: string;
  actor: Actor<typeof sessionMachine>;
  /** What its Claude says. */
  tell: (event: ClaudeEvent) => void;
}

export interface BusySessionsOptions {
  count: number;
  /** Their ids are `<prefix>0`, `<prefix>1` … */
  prefix: string;
  /** For `ActorOptions.inspect` of the session with this record. Default: none. */
  inspect?: (record: SessionRecord) => (event: InspectionEvent) => void;
  /** Called with each actor before its start. */
  onActor?: (actor: Actor<typeof sessionMachine>) => void;
}

/** Each is in the turn of its first message. They hold no timer but the machine's own; end them with `stopAll`. */
export function startBusySessions({ count, prefix, inspect, onActor }: BusySessionsOptions): BusySession[] {
  const tells = new Map<string, BusySession['tell']>();
  const logic = steeredBy(tells);
  return Array.from({ length: count }, (_, index) => {
    const record = aRecord({ id: `${prefix}${String(index)}` });
    const actor = createActor(logic, {
      id: record.id,
      input: { record, at: NOON },
      ...(inspect && { inspect: inspect(record) }),
    });
    actor.subscribe({ error: (error) => console.error(error) });
    onActor?.(actor);
    actor.start();
    const tell: BusySession['tell'] = (event) => tells.get(record.id)?.(event);
    actor.send({ type: 'user.message', uuid: 'u1', messageId: 1, text: 'hello', at: NOON });
    tell({ type: 'claude.spawned', process: PROCESS, at: NOON });
    tell({ type: 'claude.ready', at: NOON });
    tell({ type: 'claude.turnStarted', at: NOON });
    return { id: record.id, actor, tell };
  });
}

export function stopAll(sessions: readonly BusySession[]): void {
  for (const { actor } of sessions) actor.stop();
}

/** There is room for all. What speaks for the Claude of a session, while it is live, is in `tells` by the session's id. */
function steeredBy(tells: Map<string, BusySession['tell']>) {
  return sessionMachine.provide({
    actors: {
      claude: fromCallback<ClaudeCommand, ClaudeInput>(({ input, sendBack }) => {
        tells.set(input.id, sendBack);
        return () => void tells.delete(input.id);
      }),
      room: fromCallback<RoomEvent, RoomInput>(({ sendBack }) =>
        sendBack({ type: 'room.granted', at: NOON }),
      ),
      recover: fromPromise<Recovery, RecoveryInput>(() => new Promise(() => undefined)),
    },
  });
}

export interface Taken {
  events: number;
  /** By the clock on the wall: what others do on the machine counts too. */
  wallMs: number;
  /**
   * What this process worked, collecting garbage included: on a machine that others share, the figure to compare.
   * Viewers must be processes of their own, or they count too.
   */
  cpuMs: number;
}

/**
 * How many events the sessions take in a while when each is told one after the other, over and over.
 * @param event what they are told; it gets how many rounds there were
 */
export async function saturate(
  sessions: readonly BusySession[],
  { forMs, event }: { forMs: number; event: (round: number) => ClaudeEvent },
): Promise<Taken> {
  const since = performance.now();
  const cpuBefore = process.cpuUsage();
  let rounds = 0;
  do {
    const next = event(rounds);
    for (const { tell } of sessions) tell(next);
    rounds += 1;
    // As in life, the sockets get their turn.
    await turn();
  } while (performance.now() - since < forMs);
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    events: sessions.length * rounds,
    wallMs: performance.now() - since,
    cpuMs: (user + system) / 1_000,
  };
}
