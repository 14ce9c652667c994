/** A session actor with a Claude process, a recovery and a clock under the test's control. */
import { createActor, fromCallback, fromPromise, SimulatedClock, waitFor } from 'xstate';
import type {
  ClaudeCommand,
  ClaudeEvent,
  ClaudeInput,
  DeskCommand,
  DeskEvent,
  DeskInput,
  DeskVisit,
  Recovery,
  RecoveryInput,
  RoomEvent,
  RoomInput,
  SessionEvent,
} from '../../machines/session-events.ts';
import { allInHand } from '../../machines/session-inbox.ts';
import type { SessionRecord } from '../../machines/session-record.ts';
import { phaseOf } from '../../machines/phase.ts';
import { sessionMachine } from '../../machines/session.machine.ts';
import { DEFAULT_LIMITS, type SessionLimits } from '../../machines/session-limits.ts';
import type { WallClock } from '../../src/clock.ts';
import { aMessage, anApproval, anUntrustedFolder, aRecord, NOON, PROCESS, WRAPPER } from './records.ts';

type Untimed<TEvent> = TEvent extends { at: number } ? Omit<TEvent, 'at'> : TEvent;

interface Recovering {
  input: RecoveryInput;
  finds(fates: Recovery['fates']): void;
  fails(): void;
}

/** A session that asks for room: it is answered by the test, or at once, as `house` says. */
interface AskedForRoom {
  input: RoomInput;
  grants(): void;
  refuses(): void;
  /** All places are taken. Default: of 3, next in line, and nobody waits for people. */
  isFull(over?: Partial<Extract<RoomEvent, { type: 'room.full' }>>): void;
  /** It has been told that it need not wait any more. */
  isOver: boolean;
}

export function startSession(
  over: Partial<SessionRecord> = {},
  options: {
    at?: number;
    limits?: Partial<SessionLimits>;
    /** Whether room is given only when the test says so. Default: at once. */
    isFull?: boolean;
    /** XState's own clock instead of the simulated one, if it is there and undefined. */
    clock?: undefined;
    /** The test's own time instead of a simulated clock, whose hands are all one: of the timers, and of the wall. */
    time?: { clock: WallClock; now: () => number };
  } = {},
) {
  const clock = new SimulatedClock();
  const startedAt = options.time?.now() ?? options.at ?? NOON;
  const now = options.time?.now ?? (() => startedAt + clock.now());
  const spawned: ClaudeInput[] = [];
  const received: ClaudeCommand[] = [];
  const recoveries: Recovering[] = [];
  const watched: DeskInput[] = [];
  const deskOrders: DeskCommand[] = [];
  let tell: (event: ClaudeEvent) => void = () => {};
  let tellDesk: (event: DeskEvent) => void = () => {};
  const house = { isFull: options.isFull ?? false };
  const asked: AskedForRoom[] = [];
  const room = fromCallback<RoomEvent, RoomInput>(({ input, sendBack }) => {
    const asking: AskedForRoom = {
      input,
      grants: () => sendBack({ type: 'room.granted', at: now() }),
      refuses: () => sendBack({ type: 'room.refused', at: now() }),
      isFull: (over) =>
        sendBack({ type: 'room.full', places: 3, ahead: 0, waitingForPeople: 0, at: now(), ...over }),
      isOver: false,
    };
    asked.push(asking);
    if (!house.isFull) asking.grants();
    return () => (asking.isOver = true);
  });
  const claude = fromCallback<ClaudeCommand, ClaudeInput>(({ input, receive, sendBack }) => {
    spawned.push(input);
    tell = sendBack;
    receive((command) => received.push(command));
  });
  const recover = fromPromise<Recovery, RecoveryInput>(
    ({ input }) =>
      new Promise((resolve, reject) => {
        recoveries.push({
          input,
          finds: (fates) => resolve({ fates, at: now() }),
          fails: () => reject(new Error('The transcript cannot be read.')),
        });
      }),
  );
  const desk = fromCallback<DeskCommand, DeskInput>(({ input, receive, sendBack }) => {
    watched.push(input);
    tellDesk = sendBack;
    receive((command) => deskOrders.push(command));
  });
  const record = aRecord(over);
  const actor = createActor(sessionMachine.provide({ actors: { claude, recover, room, desk } }), {
    id: record.id,
    input: { record, at: startedAt, limits: options.limits ?? {} },
    ...('clock' in options ? {} : { clock: options.time?.clock ?? clock }),
  });
  const errors: unknown[] = [];
  actor.subscribe({ error: (error) => errors.push(error) });
  actor.start();

  const session = {
    actor,
    errors,
    spawned,
    received,
    recoveries,
    /** While it is full, nobody gets room by itself. */
    house,
    asked,
    /** What was to be watched at the desk, and what its watch was told. */
    watched,
    deskOrders,
    now,
    phase: () => phaseOf(actor.getSnapshot()),
    record: () => actor.getSnapshot().context.record,
    /** The bodies of what is owed to the chat. */
    owed: () => session.record().outbox.map(({ body }) => body),
    notices: () => session.owed().flatMap((body) => (body.kind === 'notice' ? [body.notice] : [])),
    /** The uuids of what Claude has in hand. */
    inHand: () => allInHand(session.record()).map(({ uuid }) => uuid),
    prompts: () => received.flatMap((command) => (command.type === 'claude.prompt' ? [command.uuid] : [])),
    send: (event: Untimed<SessionEvent>) => actor.send({ ...event, at: now() }),
    /** What the process says; nobody listens once `live` was left. */
    says: (event: Untimed<ClaudeEvent>) => tell({ ...event, at: now() }),
    /** What the watch of the desk says; nobody listens once the desk is through. */
    deskSays: (event: Untimed<DeskEvent>) => tellDesk({ ...event, at: now() }),
    deskAsks: () => session.send({ type: 'desk.requested', hold: { host: 'den', wrapper: WRAPPER } }),
    deskIsThrough: (visit: Partial<DeskVisit> = {}) =>
      session.deskSays({ type: 'desk.detached', visit: { ...aVisit(session.record()), ...visit } }),
    message: (uuid: string) =>
      session.send({
        type: 'user.message',
        uuid,
        messageId: Number(uuid.replace(/\D/g, '')) || 1,
        text: uuid,
      }),
    pass: (ms: number) => clock.increment(ms),
    spawns: () => session.says({ type: 'claude.spawned', process: PROCESS }),
    becomesReady: () => {
      session.spawns();
      session.says({ type: 'claude.ready' });
    },
    answers: (markdown = 'done') => {
      session.says({ type: 'claude.answered', markdown, answers: session.inHand() });
      session.says({ type: 'claude.turnEnded' });
    },
    exits: (code: number | null = 0, signal: string | null = null) =>
      session.says({ type: 'claude.exited', code, signal }),
    /** The actor of the next daemon, from this one's record as it would be read from disk. */
    restarted: (afterMs = 0, limits: Partial<SessionLimits> = {}, isFull = false) =>
      startSession(JSON.parse(JSON.stringify(session.record())) as SessionRecord, {
        at: now() + afterMs,
        limits,
        isFull,
      }),
  };
  return session;
}

export type TestSession = ReturnType<typeof startSession>;

/** A session in each state that lasts, by the shortest honest way. */
export const SESSION_IN = {
  'suspended.resting': () => startSession(),
  'suspended.attached.open': atDesk,
  'suspended.attached.closing': () => after(atDesk(), { type: 'user.detach' }),
  'suspended.drained': drained,
  'suspended.awaitingTrust': awaitingTrust,
  'awaitingRoom.forMessage.untold': () => inLine(),
  'awaitingRoom.forMessage.told': () => told(0),
  'awaitingRoom.forMessage.toldOfPeople': () => told(3),
  'awaitingRoom.forWake': () => after(startSession({}, { isFull: true }), { type: 'user.wake' }),
  'awaitingRoom.forRestore': () => startSession({ lastEnd: DRAINED }, { isFull: true }),
  'live.active.starting': starting,
  'live.active.working': working,
  'live.active.silent': silent,
  'live.active.awaitingApproval': awaitingApproval,
  'live.active.interrupting': () => after(working(), { type: 'user.interrupt' }),
  'live.active.background.running': inBackground,
  'live.active.background.awaitingApproval': () => asksLeave(inBackground()),
  'live.active.background.interrupting': () => after(inBackground(), { type: 'user.interrupt' }),
  'live.idle': idle,
  'live.stopping.suspending': () => after(idle(), { type: 'user.suspend' }),
  'live.stopping.handingOver': () => askedFor(idle()),
  'live.stopping.draining': () => after(idle(), { type: 'daemon.drain' }),
  'live.stopping.terminating': () => after(idle(), { type: 'user.end' }),
  'recovering.looking': recovering,
  'recovering.failed': recoveryFailed,
  terminated: () => startSession({ state: 'terminated' }),
} satisfies Record<string, () => TestSession | Promise<TestSession>>;

const DRAINED = { reason: 'drained', code: 0, signal: null, at: NOON } as const;

function inLine(): TestSession {
  const session = startSession({}, { isFull: true });
  session.message('m1');
  return session;
}

function told(waitingForPeople: number): TestSession {
  const session = inLine();
  session.asked[0]?.isFull({ waitingForPeople });
  return session;
}

function aVisit({ claudeSessionId }: SessionRecord): DeskVisit {
  return { claudeSessionId, isStarted: true, prompts: 2, lastWords: 'Green.', spent: null };
}

function atDesk(): TestSession {
  return askedFor(startSession());
}

function askedFor(session: TestSession): TestSession {
  session.deskAsks();
  return session;
}

function starting(): TestSession {
  const session = startSession();
  session.message('m1');
  session.spawns();
  return session;
}

function working(): TestSession {
  const session = starting();
  session.says({ type: 'claude.ready' });
  session.says({ type: 'claude.turnStarted' });
  return session;
}

function silent(): TestSession {
  const session = working();
  session.pass(DEFAULT_LIMITS.silenceMs ?? 0);
  return session;
}

function idle(): TestSession {
  const session = working();
  session.answers();
  return session;
}

function awaitingApproval(): TestSession {
  return asksLeave(working());
}

function inBackground(): TestSession {
  const session = working();
  session.says({ type: 'claude.backgroundTasksChanged', count: 1 });
  session.answers();
  return session;
}

function awaitingTrust(): TestSession {
  const session = startSession();
  session.message('m1');
  session.says({ type: 'claude.exited', code: null, signal: null, untrusted: anUntrustedFolder() });
  return session;
}

function drained(): TestSession {
  const session = after(idle(), { type: 'daemon.drain' });
  session.exits();
  return session;
}

function recovering(): TestSession {
  const inbox = [aMessage('m1', { state: 'delivered' })];
  return startSession({ state: 'active', process: PROCESS, conversationStarted: true, inbox });
}

async function recoveryFailed(): Promise<TestSession> {
  const session = recovering();
  session.recoveries[0]?.fails();
  await waitFor(session.actor, () => session.phase() === 'recovering.failed');
  return session;
}

function after(session: TestSession, event: Untimed<SessionEvent>): TestSession {
  session.send(event);
  return session;
}

function asksLeave(session: TestSession): TestSession {
  session.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
  return session;
}
