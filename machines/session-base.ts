/**
 * What all of a session's statechart is typed by: its context, its events, and the actors that it invokes. And how an
 * action books on the record: most of them are a pure function of the `session-*.ts` beside this file, and the event
 * that it is for.
 */
import { assertEvent, assign, setup, type CallbackActorLogic, type PromiseActorLogic } from 'xstate';
import { notProvided } from './not-provided.ts';
import type {
  Booked,
  ClaudeCommand,
  ClaudeInput,
  DeskCommand,
  DeskInput,
  EventOf,
  Recovery,
  RecoveryInput,
  RoomEvent,
  RoomInput,
  SessionEvent,
} from './session-events.ts';
import type { SessionLimits } from './session-limits.ts';
import type { EndReason, SessionRecord } from './session-record.ts';

export interface SessionInput {
  record: SessionRecord;
  /** Wall clock, ms since the epoch. */
  at: number;
  limits?: Partial<SessionLimits>;
}

export interface SessionContext {
  /** A new object at each change: whoever keeps it compares references. */
  record: SessionRecord;
  limits: SessionLimits;
  /** Why the process is being ended, now or with its turn; the first reason given. Null while nobody ends it. */
  endReason: EndReason | null;
  /** The `claudeSessionId` of the last process: it may be ending while the record has a new one. */
  processConversation: string;
  /** How many background tasks Claude has running. */
  backgroundTasks: number;
  /** When the wait that may time out began (start, turn's last sign of life, interrupt, stop), ms since the epoch. */
  waitingSince: number;
}

export const sessionBase = setup({
  types: {
    context: {} as SessionContext,
    input: {} as SessionInput,
    events: {} as SessionEvent,
    children: {} as { claude: 'claude'; recover: 'recover'; room: 'room'; desk: 'desk' },
  },
  actors: {
    claude: notProvided<CallbackActorLogic<ClaudeCommand, ClaudeInput>>('claude'),
    recover: notProvided<PromiseActorLogic<Recovery, RecoveryInput>>('recover'),
    /** Sends `room.granted`, or, of what need not wait, `room.refused`; `room.full` as long as it can do neither. */
    room: notProvided<CallbackActorLogic<RoomEvent, RoomInput>>('room'),
    desk: notProvided<CallbackActorLogic<DeskCommand, DeskInput>>('desk'),
  },
});

/** Books what one event (or each of some) says. */
export function book<T extends SessionEvent['type']>(
  type: T | readonly T[],
  change: (record: SessionRecord, event: EventOf<T>) => SessionRecord,
) {
  return sessionBase.assign(({ context, event }) => ({
    record: change(context.record, expected(event, type)),
  }));
}

/** Books, whatever moved the machine. `at`: when that was. */
export function bookAt(change: (record: SessionRecord, at: number) => SessionRecord) {
  return sessionBase.assign(({ context, event }) => ({
    record: change(context.record, timeOf(event, context)),
  }));
}

/** Books what the statechart says where it names the action. `at`: when whatever moved the machine was. */
export function bookParams<P extends object>(
  change: (record: SessionRecord, params: P, at: number) => SessionRecord,
) {
  return assign<SessionContext, SessionEvent, P, SessionEvent, never>(({ context, event }, params) => ({
    record: change(context.record, params, timeOf(event, context)),
  }));
}

/** Books, and tells Claude. First the record: what Claude does with it may come at once. Null: nothing to do. */
export function bookAndTell<T extends SessionEvent['type']>(
  type: T | readonly T[],
  change: (record: SessionRecord, event: EventOf<T>) => Booked | null,
) {
  return telling(({ record }, event) => change(record, expected(event, type)));
}

/** As `bookAndTell`, whatever moved the machine. */
export function bookAndTellAt(change: (record: SessionRecord, at: number) => Booked | null) {
  return telling((context, event) => change(context.record, timeOf(event, context)));
}

function telling(change: (context: SessionContext, event: SessionEvent) => Booked | null) {
  return sessionBase.enqueueActions(({ context, event, enqueue }) => {
    const booked = change(context, event);
    if (!booked) return;
    enqueue.assign({ record: booked.record });
    for (const command of booked.forClaude) enqueue.sendTo('claude', command);
  });
}

/** The wall clock of whatever made the machine move; a delayed transition carries none, and counts from its wait. */
export function timeOf(event: object, { waitingSince }: SessionContext): number {
  const carrier = 'output' in event ? event.output : 'input' in event ? event.input : event;
  return typeof carrier === 'object' && carrier !== null && 'at' in carrier && typeof carrier.at === 'number'
    ? carrier.at
    : waitingSince;
}

function expected<T extends SessionEvent['type']>(event: SessionEvent, type: T | readonly T[]): EventOf<T> {
  assertEvent(event, type);
  return event;
}
