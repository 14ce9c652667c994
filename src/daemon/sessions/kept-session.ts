/**
 * One session that the daemon has in memory: its actor, and the record that it keeps of it. It outlives its actor: when
 * a bug ends that one, the process is killed, the record is mended, and the next message gets a fresh actor.
 */
import { createActor, type Actor, type AnyActor, type InspectionEvent } from 'xstate';
import type { DaemonEvent, SessionEvent, TelegramEvent } from '../../../machines/session-events.ts';
import { isQuiet, isStranded, type SessionRecord } from '../../../machines/session-record.ts';
import { viewSession, type SessionView } from '../../../machines/session-view.ts';
import type { SessionLimits } from '../../../machines/session-limits.ts';
import { phaseOf } from '../../../machines/phase.ts';
import type { sessionMachine, SessionSnapshot } from '../../../machines/session.machine.ts';
import type { TurnProgress } from '../../claude/ports.ts';
import type { Store } from '../../store/ports.ts';
import type { TelegramPort } from '../../telegram/ports.ts';
import type { WorkspacePort } from '../../workspace/ports.ts';
import { guarded } from '../guarded.ts';
import { KeptRecord } from './kept-record.ts';
import type { DaemonLog } from '../log.ts';
import { Presence } from '../turns/presence.ts';
import type { Processes } from './processes.ts';
import { afterFailure, afterMessage, afterReport, afterTap, atRest } from './record-only.ts';
import type { ClockOfActors } from './saving.ts';
import { SessionHistory, type HistorySink } from './session-history.ts';
import { Standings } from '../messages/standings.ts';

export type SessionLogic = typeof sessionMachine;

type MessageEvent = Extract<SessionEvent, { type: 'user.message' }>;

export interface SessionSurroundings {
  store: Pick<Store, 'saveSession'>;
  telegram: Pick<TelegramPort, 'offer' | 'show' | 'conclude' | 'react' | 'typing'>;
  copies: Pick<WorkspacePort, 'drop'>;
  processes: Processes;
  /** The session machine with its actors provided. */
  logic: SessionLogic;
  limits: Partial<SessionLimits>;
  log: DaemonLog;
  clock: ClockOfActors;
  /** Wall clock, ms since the epoch. */
  now: () => number;
  inspect?: ((event: InspectionEvent) => void) | undefined;
  /** Told of each actor before its start. Never throws. */
  onActor?: ((actor: AnyActor) => void) | undefined;
  history: HistorySink;
  /**
   * False once the daemon stops, or its chat's person is not allowed any more: then no actor starts, and what comes is
   * kept in the record.
   */
  mayStart: (record: SessionRecord) => boolean;
  /** While it waits for room: 1 if it is the next to get it. Else null. */
  roomPlaceOf: (sessionId: string) => number | null;
  /** Its record, its phase, or what is durable of it has changed. */
  onChange: (session: KeptSession) => void;
  /** Another daemon has it now. */
  onTakenOver: (session: KeptSession) => void;
}

export class KeptSession {
  readonly id: string;
  readonly #around: SessionSurroundings;
  readonly #record: KeptRecord;
  readonly #presence: Presence;
  readonly #standings: Standings;
  readonly #history: SessionHistory;
  #phase: string;
  #actor: Actor<SessionLogic> | null = null;
  /** Resolves when the process of an actor that failed has gone and the record is mended; null if none failed. */
  #mending: Promise<void> | null = null;

  /** @param record as it is on disk */
  constructor(record: SessionRecord, around: SessionSurroundings) {
    this.id = record.id;
    this.#phase = record.state;
    this.#around = around;
    this.#presence = new Presence(around);
    this.#standings = new Standings(around.telegram);
    this.#history = new SessionHistory(record, around.history, around.now);
    this.#record = new KeptRecord(record, {
      ...around,
      onSettled: () => around.onChange(this),
      onInvalid: (error) => this.#failed(error),
      onTakenOver: () => around.onTakenOver(this),
    });
  }

  get record(): SessionRecord {
    return this.#record.newest;
  }

  /** The exact state, dotted; `failed` after a bug, until the next actor starts. */
  get phase(): string {
    return this.#phase;
  }

  /** Whether a process lives, begins to, is to begin once there is room, or is looked for. */
  get isBusy(): boolean {
    return /^(live|recovering|awaitingRoom)\b/.test(this.#phase) || this.#around.processes.isAlive(this.id);
  }

  /** Whether nothing is lost if it leaves the memory. */
  get isEvictable(): boolean {
    return !this.isBusy && this.#mending === null && this.#record.isSettled && isAtRest(this.record);
  }

  view(): SessionView {
    const { now, roomPlaceOf } = this.#around;
    return viewSession(this.record, this.#phase, now(), roomPlaceOf(this.id));
  }

  start(): void {
    if (this.record.outbox.length > 0) this.#record.offer();
    if (this.#around.mayStart(this.record)) this.#startActor();
  }

  /** Hands it over; what comes first is handled first. A message is not lost, not even to a bug in the actor. */
  async tell(event: SessionEvent): Promise<void> {
    if (event.type === 'user.message') return this.#tellMessage(event);
    if (!this.#actor) await this.#wake();
    if (this.#actor) this.#actor.send(event);
    else if (event.type === 'user.approvalTapped') this.#record.keep(afterTap(this.record, event));
  }

  /** As `tell`; resolves once what came of it is on disk. Rejects if the disk refuses it now. */
  async tellDurably(event: SessionEvent): Promise<void> {
    await this.tell(event);
    await this.saved();
  }

  /** Only what runs is told; nothing is woken for it. */
  tellIfRunning(event: DaemonEvent): void {
    this.#actor?.send(event);
  }

  /** Books what Telegram reports. It wakes no failed actor. */
  report(event: TelegramEvent): void {
    if (this.#record.takeLooseReport(event)) return;
    if (this.#actor) this.#actor.send(event);
    else this.#record.keep(afterReport(this.record, event));
  }

  /** As the person's own /suspend, on somebody else's behalf. Nothing is woken for it. */
  suspendIfLive(at: number): void {
    if (/^(live\.(active|idle)|awaitingRoom)\b/.test(this.#phase))
      this.#actor?.send({ type: 'user.suspend', at });
  }

  /** What a daemon that died left of a session that no actor may start for now: it is suspended as it stands. */
  putToRest(): void {
    if (!this.#actor) this.#record.keep(atRest(this.record, this.#around.now()));
  }

  progress(progress: TurnProgress): void {
    this.#guarded(() => this.#presence.progress(this.record, progress));
  }

  /** Whether this is its turn now, by the id that the chat was shown with it. */
  isAtTurn(turn: string): boolean {
    return this.#presence.isAt(turn);
  }

  /** Resolves once all that it was told is on disk. Rejects if the disk refuses it now. */
  saved(): Promise<void> {
    this.#keepFromActor();
    return this.#record.saved();
  }

  /** As `saved`, but waits as long as the disk refuses. */
  savedAtLast(): Promise<void> {
    this.#keepFromActor();
    return this.#record.savedAtLast();
  }

  /** Lets go of it: the actor stops, its process is killed if it still lives, and nothing is saved any more. */
  end(): void {
    this.#record.end();
    this.#actor?.stop();
    this.#actor = null;
    this.#guarded(() => this.#presence.update(this.record, 'suspended'));
  }

  #tellMessage(message: MessageEvent): void {
    const actor = this.#actor;
    actor?.send(message);
    if (actor && this.#actor === actor) return;
    // There was no actor, or it failed on the message, which then may be in no record yet.
    this.#record.keep(afterMessage(this.record, message));
    // After a failure it is the next message that starts the next actor.
    if (!actor) void this.#wake();
  }

  /** Starts an actor if there is none, once what is left of the one before has gone. */
  async #wake(): Promise<void> {
    await this.#mending;
    if (!this.#actor && this.#around.mayStart(this.record)) this.#startActor();
  }

  #startActor(): void {
    const { logic, limits, clock, now, inspect } = this.#around;
    const actor = createActor(logic, {
      id: this.id,
      input: { record: this.record, at: now(), limits },
      clock,
      inspect: (event) => {
        this.#guarded(() => this.#history.observe(event));
        inspect?.(event);
      },
    });
    this.#actor = actor;
    // Before the start: an actor that fails without an error observer takes the daemon down.
    actor.subscribe({
      next: (snapshot) => {
        if (this.#actor === actor) this.#guarded(() => this.#follow(snapshot));
      },
      error: (error) => {
        if (this.#actor === actor) this.#failed(error);
      },
    });
    this.#around.onActor?.(actor);
    actor.start();
  }

  #follow(snapshot: SessionSnapshot): void {
    this.#phase = phaseOf(snapshot);
    this.#record.keep(snapshot.context.record);
    this.#guarded(() => this.#presence.update(this.record, this.#phase));
    this.#guarded(() => this.#standings.update(this.record));
    this.#around.onChange(this);
  }

  /** XState runs the orders to children before it tells observers: a prompt may ask for durability before `#follow`. */
  #keepFromActor(): void {
    if (this.#actor) this.#record.keep(this.#actor.getSnapshot().context.record);
  }

  #failed(error: unknown): void {
    this.#around.log.error({ sessionId: this.id, phase: this.#phase, err: error }, 'session.failed');
    // XState has stopped an actor that threw, but not one whose record turned out to be wrong.
    this.#actor?.stop();
    this.#actor = null;
    this.#phase = 'failed';
    this.#guarded(() => this.#history.noteFailure(this.record));
    this.#mending = this.#mend();
    this.#guarded(() => this.#presence.update(this.record, this.#phase));
    this.#around.onChange(this);
  }

  async #mend(): Promise<void> {
    await this.#around.processes.abandon(this.id);
    this.#record.keep(afterFailure(this.record, this.#around.now()));
    this.#mending = null;
    this.#around.onChange(this);
  }

  #guarded(act: () => void): void {
    guarded(this.#around.log, this.id, act);
  }
}

/** Nothing is running, and nothing is owed that Telegram would take. */
function isAtRest(record: SessionRecord): boolean {
  return isQuiet(record) || isStranded(record);
}
