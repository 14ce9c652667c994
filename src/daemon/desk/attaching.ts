/** Lends a session to a terminal on the host, for `hibernaut attach`, and takes it back. */
import type { SessionRecord } from '../../../machines/session-record.ts';
import type { ConversationsPort, DeskPort } from '../../claude/ports.ts';
import type { KeptSession } from '../sessions/kept-session.ts';
import type { ClockOfActors } from '../sessions/saving.ts';
import type { Sessions } from '../sessions/sessions.ts';

/** What the terminal needs to go on with the conversation. */
export interface Loan {
  sessionId: string;
  name: string;
  workspace: string;
  claudeSessionId: string;
  /** Whether there is something to go on with. */
  resumes: boolean;
  model: string | null;
  effort: SessionRecord['effort'];
  permissionMode: SessionRecord['permissionMode'];
  allowBypass: boolean;
  /** Where Claude Code keeps its conversations, if the daemon was told so. */
  configFolder: string | null;
}

export type Taken =
  | { type: 'yours'; loan: Loan }
  /** Ask again, or give up. */
  | { type: 'busy'; phase: string; approvals: number }
  /** `self`: the process that asks can't be seen from here. */
  | { type: 'refused'; why: 'unknown' | 'ended' | 'openElsewhere' | 'notRecovered' | 'stopping' | 'unseen' }
  | { type: 'refused'; why: 'openAtDesk'; host: string; pid: number };

export interface TakeRequest {
  /** Of `hibernaut attach`. */
  wrapperPid: number;
  host: string;
  /** Interrupts a turn that is open, instead of waiting for its end. */
  now: boolean;
}

/** What the terminal says when its Claude has gone. Null: the session is not (any more) lent to it. */
export interface HandedBack {
  name: string;
  /** How many prompts were given there. */
  prompts: number;
  /** How many messages waited. */
  waiting: number;
}

export interface Attaching {
  /**
   * Lends the session to the process that asks: once its turn, if any, is over, and its own process has gone. It waits for
   * that for a while. Asking again, from the same process, changes nothing.
   */
  take(sessionId: string, request: TakeRequest): Promise<Taken>;
  /** The terminal's Claude runs. Whether the session is lent to that process. */
  opened(sessionId: string, wrapperPid: number, claudePid: number): Promise<boolean>;
  /** Resolves once the session is the chat's again, or after a while. `conversations`: those that were open there, in order. */
  handBack(sessionId: string, wrapperPid: number, conversations: string[]): Promise<HandedBack | null>;
}

export interface AttachingOptions {
  sessions: Sessions;
  desk: DeskPort;
  conversations: Pick<ConversationsPort, 'openIn'>;
  allowBypass: boolean;
  clock: ClockOfActors;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

/** A caller is cut off after 30 s without a word. */
const WAIT_MS = 5_000;

export function createAttaching(options: AttachingOptions): Attaching {
  const { sessions, desk, conversations, allowBypass, clock, now } = options;

  /** Resolves when the condition holds, with true; or when so much time has passed. */
  async function within(waitMs: number, holds: () => boolean): Promise<boolean> {
    let isLate = false;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer: unknown = clock.setTimeout(() => {
      isLate = true;
      resolve();
    }, waitMs);
    await Promise.race([late, sessions.until(() => isLate || holds())]);
    clock.clearTimeout(timer);
    return holds();
  }

  async function take(
    session: KeptSession,
    { wrapperPid, host, now: isUrgent }: TakeRequest,
  ): Promise<Taken> {
    const wrapper = desk.identify(wrapperPid);
    if (!wrapper) return { type: 'refused', why: 'unseen' };
    const isLent = (): boolean => session.phase.startsWith('suspended.attached');
    const isOurs = (): boolean => isLentTo(session, wrapperPid);
    const refusal = refuse(session, wrapperPid);
    if (refusal) return refusal;
    if (!isOurs() && hasNoProcess(session.phase)) {
      const pid = await conversations.openIn(session.record.claudeSessionId);
      if (pid !== null) return { type: 'refused', why: 'openElsewhere' };
    }
    await within(WAIT_MS, () => {
      // Within the very change that makes it possible: a message may come with the next one.
      if (!session.record.desk && mayBeTaken(session.phase, isUrgent)) {
        void session.tell({ type: 'desk.requested', hold: { host, wrapper }, at: now() });
      }
      return isLent() || refuse(session, wrapperPid) !== null;
    });
    if (!isOurs() || !isLent()) {
      const { phase, record } = session;
      return refuse(session, wrapperPid) ?? { type: 'busy', phase, approvals: record.approvals.length };
    }
    // What the record does not say the next daemon would not know.
    await session.saved();
    return { type: 'yours', loan: await loanOf(session.record) };
  }

  async function loanOf(record: SessionRecord): Promise<Loan> {
    const { id, name, workspace, claudeSessionId, model, effort, permissionMode } = record;
    const resumes = record.conversationStarted || (await desk.isBegun(claudeSessionId));
    const { configFolder } = desk;
    return {
      ...{ sessionId: id, name, workspace, claudeSessionId, resumes },
      ...{ model, effort, permissionMode, allowBypass, configFolder },
    };
  }

  return {
    take: async (sessionId, request) =>
      (await sessions.use(sessionId, (session) => take(session, request))) ?? {
        type: 'refused',
        why: 'unknown',
      },

    opened: async (sessionId, wrapperPid, claudePid) =>
      (await sessions.use(sessionId, async (session) => {
        const identity = desk.identify(claudePid);
        if (!isLentTo(session, wrapperPid)) return false;
        // It may be over already.
        if (identity) await session.tellDurably({ type: 'desk.opened', claude: identity, at: now() });
        return true;
      })) ?? false,

    handBack: (sessionId, wrapperPid, conversations) =>
      sessions.use(sessionId, async (session) => {
        if (!isLentTo(session, wrapperPid)) return null;
        const waiting = session.record.inbox.length;
        const before = session.record.nextOutboxId;
        await session.tell({ type: 'desk.handedBack', conversations, at: now() });
        await within(WAIT_MS, () => session.record.desk === null);
        await session.saved();
        const told = session.record.outbox.findLast(
          ({ id, body }) => id >= before && body.kind === 'notice' && body.notice.type === 'deskClosed',
        );
        const notice = told?.body.kind === 'notice' ? told.body.notice : null;
        const prompts = notice?.type === 'deskClosed' ? notice.prompts : 0;
        return { name: session.record.name, prompts, waiting };
      }),
  };
}

function isLentTo({ record }: KeptSession, wrapperPid: number): boolean {
  return record.desk?.wrapper.pid === wrapperPid;
}

function refuse({ record, phase }: KeptSession, wrapperPid: number): Taken | null {
  const { desk, state } = record;
  if (state === 'terminated') return { type: 'refused', why: 'ended' };
  if (desk && desk.wrapper.pid !== wrapperPid) {
    return { type: 'refused', why: 'openAtDesk', host: desk.host, pid: desk.claude?.pid ?? desk.wrapper.pid };
  }
  if (phase === 'recovering.failed') return { type: 'refused', why: 'notRecovered' };
  // No actor runs for it: the daemon stops, or the person of its chat was shut out.
  if (phase === 'suspended' || phase === 'suspended.drained') return { type: 'refused', why: 'stopping' };
  return null;
}

/** At the desk Claude Code asks for trust by itself. */
function hasNoProcess(phase: string): boolean {
  return phase === 'suspended.resting' || phase === 'suspended.awaitingTrust';
}

function mayBeTaken(phase: string, isUrgent: boolean): boolean {
  if (phase === 'live.idle' || hasNoProcess(phase) || phase.startsWith('awaitingRoom')) return true;
  return isUrgent && phase.startsWith('live.active');
}
