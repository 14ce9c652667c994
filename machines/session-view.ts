/** A session as people and programs see it: `hibernaut status --json`, /status, /sessions, the live page. */
import {
  idleDeadline,
  type ApprovalSubject,
  type ChoiceSubject,
  type SessionRecord,
  type SessionState,
} from './session-record.ts';

export type Asked = ApprovalSubject['type'] | ChoiceSubject['type'];

export interface SessionView {
  id: string;
  name: string;
  namedBy: SessionRecord['namedBy'];
  chatId: number;
  threadId: number | null;
  state: SessionState;
  /** The exact state, dotted: `live.active.working`. For a session without an actor the state itself. */
  phase: string;
  /** While it waits for room for its process: 1 if it is the next to get it. */
  roomPlace: number | null;
  /** Of a live process, or null. */
  pid: number | null;
  createdAt: number;
  lastActivityAt: number;
  /** Since the last activity; never negative, whatever the wall clock did. */
  idleForMs: number;
  idleTimeoutMs: number | null;
  /** When the idle timer suspends it; null unless it is idle and the timer runs. */
  suspendsAt: number | null;
  /** Never more than the idle timeout. */
  suspendsInMs: number | null;
  workspace: string;
  model: string | null;
  effort: SessionRecord['effort'];
  permissionMode: SessionRecord['permissionMode'];
  whileWorking: SessionRecord['whileWorking'];
  claudeSessionId: string;
  /** Accepted messages not yet answered. */
  inbox: number;
  /** Answers and notices Telegram has not taken yet. */
  outbox: number;
  /** Why they wait, if Telegram refuses the chat. */
  undeliverable: SessionRecord['undeliverable'];
  /** Messages of which nobody knows whether they arrived. */
  unconfirmed: SessionRecord['unconfirmed'];
  approvals: number;
  /** What a person is asked in the chat, the oldest first: Claude's requests, and what only a person can decide. */
  asks: Asked[];
  lastEnd: SessionRecord['lastEnd'];
  /** Where it is open at the desk, and since when; null: it is the chat's. */
  desk: { host: string; since: number } | null;
  usage: SessionRecord['usage'];
}

/** @param now wall clock, ms since the epoch */
export function viewSession(
  record: SessionRecord,
  phase: string,
  now: number,
  roomPlace: number | null = null,
): SessionView {
  const deadline = record.state === 'idle' ? idleDeadline(record) : null;
  return {
    id: record.id,
    name: record.name,
    namedBy: record.namedBy,
    chatId: record.chatId,
    threadId: record.threadId,
    state: stateShown(record),
    phase,
    roomPlace,
    pid: record.process?.pid ?? null,
    createdAt: record.createdAt,
    lastActivityAt: record.lastActivityAt,
    idleForMs: Math.max(0, now - record.lastActivityAt),
    idleTimeoutMs: record.idleTimeoutMs,
    suspendsAt: deadline,
    suspendsInMs: deadline === null ? null : clamp(deadline - now, 0, record.idleTimeoutMs ?? 0),
    workspace: record.workspace,
    model: record.model,
    effort: record.effort,
    permissionMode: record.permissionMode,
    whileWorking: record.whileWorking,
    claudeSessionId: record.claudeSessionId,
    inbox: record.inbox.length,
    outbox: record.outbox.length,
    undeliverable: record.outbox.length > 0 ? record.undeliverable : null,
    unconfirmed: record.unconfirmed,
    approvals: record.approvals.length,
    asks: asksOf(record),
    lastEnd: record.lastEnd,
    desk: record.desk && { host: record.desk.host, since: record.desk.since },
    usage: record.usage,
  };
}

/** Without those that have been answered, and wait for Claude to ask again. */
function asksOf({ approvals, choices }: SessionRecord): Asked[] {
  const open = approvals.filter(({ request }) => request.state !== 'answered');
  return [...open.map(({ subject }) => subject.type), ...choices.map(({ about }) => about.type)];
}

/** A session that is ending counts as live until its process has gone. */
function stateShown({ state, process }: SessionRecord): SessionState {
  return state === 'terminated' && process !== null ? 'active' : state;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
