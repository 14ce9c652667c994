/**
 * The machines that run, for the live page: in which state each is, since when, what led there, and what time alone will
 * do next. Sessions are attached to only while somebody looks at them; the others are few, and followed at all times.
 */
import type { AnyActor, InspectionEvent, StateValue } from 'xstate';
import { phaseOf } from '../../../machines/phase.ts';
import { byOf, knownName, type HistoryEntry } from '../../history-entry.ts';

/** A delayed transition that is under way. */
export interface Wait {
  /** The state that it leads out of, dotted. */
  from: string;
  /** Its name in the machine. */
  delay: string;
  /** Wall clock, ms since the epoch. */
  endsAt: number;
}

export interface MachineState {
  subject: string;
  /** Of its machine. */
  chart: string;
  /** Null: it does not run. */
  phase: string | null;
  /** Wall clock, ms since the epoch; null: not known. */
  since: number | null;
  waits: Wait[];
}

export type MachineStep = Pick<HistoryEntry, 'at' | 'event' | 'by' | 'from' | 'to'>;

export interface MachinesListener {
  changed(subject: string): void;
  /** Of a machine that is no session. */
  stepped(subject: string, step: MachineStep): void;
}

/** What is known of a machine's past: the newest, in memory only. */
const MAX_STEPS = 200;
const SESSION = 'session';
const AFTER = /^xstate\.after\.([\w-]+)\.\w+\.?(.*)$/;

export function subjectOfSession(id: string): string {
  return `${SESSION}/${id}`;
}

/** The session that the subject is, or null if it is another machine. */
export function sessionOf(subject: string): string | null {
  return subject.startsWith(`${SESSION}/`) ? subject.slice(SESSION.length + 1) : null;
}

export class Machines {
  readonly #listener: MachinesListener;
  readonly #now: () => number;
  readonly #standing = new Map<string, StandingMachine>();
  readonly #sessions = new Map<string, AnyActor>();
  /** By id: how many look at it, and what detaches from its actor, if it has one. */
  readonly #lookedAt = new Map<string, { lookers: number; detach: (() => void) | null }>();

  /** @param now wall clock, ms since the epoch */
  constructor(listener: MachinesListener, now: () => number) {
    this.#listener = listener;
    this.#now = now;
  }

  /** To call with each root actor, before its start. */
  follow(actor: AnyActor): void {
    if (machineOf(actor) === SESSION) this.#followSession(actor);
    else this.#standing.set(actor.id, new StandingMachine(actor, this.#listener, this.#now));
  }

  /** Of all that are no sessions. */
  get standing(): string[] {
    return [...this.#standing.keys()];
  }

  state(subject: string): MachineState {
    const id = sessionOf(subject);
    if (id === null) return this.#standing.get(subject)?.state ?? unknown(subject, subject);
    const actor = this.#sessions.get(id);
    const known = actor && stateOf(actor, this.#now);
    return { ...unknown(subject, SESSION), ...known };
  }

  /** Of a machine that is no session, oldest first. */
  steps(subject: string): MachineStep[] {
    return [...(this.#standing.get(subject)?.steps ?? [])];
  }

  /** From now on it is told when the session's machine moves. @returns ends it */
  lookAt(id: string): () => void {
    const looked = this.#lookedAt.get(id) ?? { lookers: 0, detach: null };
    this.#lookedAt.set(id, looked);
    looked.lookers += 1;
    if (looked.lookers === 1) this.#attach(id);
    return () => {
      looked.lookers -= 1;
      if (looked.lookers > 0) return;
      looked.detach?.();
      this.#lookedAt.delete(id);
    };
  }

  #followSession(actor: AnyActor): void {
    const { id } = actor;
    this.#sessions.set(id, actor);
    const isOver = (): void => {
      if (this.#sessions.get(id) !== actor) return;
      this.#sessions.delete(id);
      this.#attach(id);
    };
    actor.subscribe({ complete: isOver, error: isOver });
    this.#attach(id);
  }

  /** To the actor that the session has now. */
  #attach(id: string): void {
    const looked = this.#lookedAt.get(id);
    if (!looked) return;
    looked.detach?.();
    const subject = subjectOfSession(id);
    const actor = this.#sessions.get(id);
    const subscription = actor?.subscribe({
      next: () => this.#listener.changed(subject),
      // Whoever made it is told.
      error: () => undefined,
    });
    looked.detach = subscription ? () => subscription.unsubscribe() : null;
    this.#listener.changed(subject);
  }
}

class StandingMachine {
  readonly #actor: AnyActor;
  readonly #listener: MachinesListener;
  readonly #now: () => number;
  readonly steps: MachineStep[] = [];
  #phase: string | null = null;

  constructor(actor: AnyActor, listener: MachinesListener, now: () => number) {
    this.#actor = actor;
    this.#listener = listener;
    this.#now = now;
    actor.system.inspect((event) => this.#observe(event));
  }

  get state(): MachineState {
    const subject = this.#actor.id;
    const since = this.steps.at(-1)?.at ?? null;
    const { phase, waits } =
      this.#phase === null ? { phase: null, waits: [] } : stateOf(this.#actor, this.#now);
    return { subject, chart: machineOf(this.#actor), phase, since, waits };
  }

  #observe(seen: InspectionEvent): void {
    if (seen.type !== '@xstate.snapshot' || seen.actorRef !== this.#actor) return;
    const to = phaseOf(seen.snapshot as unknown as { value: StateValue });
    this.#listener.changed(this.#actor.id);
    if (to === this.#phase) return;
    const { event } = seen;
    const step = { at: this.#now(), event: knownName(event.type), by: byOf(event), from: this.#phase, to };
    this.#phase = to;
    this.steps.push(step);
    if (this.steps.length > MAX_STEPS) this.steps.shift();
    this.#listener.stepped(this.#actor.id, step);
  }
}

function unknown(subject: string, chart: string): MachineState {
  return { subject, chart, phase: null, since: null, waits: [] };
}

function stateOf(actor: AnyActor, now: () => number): Pick<MachineState, 'phase' | 'waits'> {
  return { phase: phaseOf(actor.getSnapshot() as { value: StateValue }), waits: waitsOf(actor, now) };
}

/** What the actor's system has scheduled for it: XState names the delay and the state in the event that it will send. */
function waitsOf(actor: AnyActor, now: () => number): Wait[] {
  // XState notes when a wait began by the clock of the system, whatever clock it runs on.
  const aheadMs = Math.round((now() - Date.now()) / 1_000) * 1_000;
  return Object.values(actor.system.getSnapshot()._scheduledEvents).flatMap(
    ({ target, event, delay: ms, startedAt }) => {
      const [, delay, from] = AFTER.exec(event.type) ?? [];
      const isOne = target === actor && delay !== undefined && from !== undefined && Number.isFinite(ms);
      return isOne ? [{ from, delay, endsAt: startedAt + ms + aheadMs }] : [];
    },
  );
}

/** The id of its machine, as it stands in the code. */
function machineOf(actor: AnyActor): string {
  const logic = actor.logic as unknown;
  const isMachine = typeof logic === 'object' && logic !== null && 'id' in logic;
  return isMachine && typeof logic.id === 'string' ? logic.id : 'unknown';
}
