/** What the command line has done to a session: as the chat's own orders, but waited for, and told to the chat where it would wonder. */
import type { UserEvent } from '../../../machines/session-events.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import { idOfMoment } from '../../made-up-ids.ts';
import { residentBytes } from '../../resident-memory.ts';
import type { RepliesPort } from '../../telegram/ports.ts';
import type { RichText } from '../../telegram/render/rich-text.ts';
import { owedReply } from '../../telegram/send/replies.ts';
import {
  endedOnHostText,
  interruptedOnHostText,
  suspendedOnHostText,
} from '../../telegram/texts/command-line.ts';
import type { ChatSessions } from '../chats/chat-sessions.ts';
import type { ClockOfActors } from '../sessions/saving.ts';
import type { Sessions } from '../sessions/sessions.ts';

export type DeskOrder = 'suspend' | 'wake' | 'stop' | 'end';

/**
 * What came of an order. `already`: there was nothing to do. `ended`: the session is over, so nothing can be done.
 * `atDesk`: a terminal has it. `failed`: Claude did not get ready, or did not react. `underWay`: it is done, but not within the time that was waited.
 */
export interface OrderOutcome {
  outcome: 'done' | 'already' | 'ended' | 'atDesk' | 'failed' | 'underWay';
  before: SessionView;
  after: SessionView;
  /** What the process had that is gone now; null if none is, or it is not known. */
  freedBytes: number | null;
}

export interface OrdersOptions {
  sessions: Sessions;
  ofChat: Pick<ChatSessions, 'tellOne'>;
  replies: Pick<RepliesPort, 'owe'>;
  clock: ClockOfActors;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

export interface DeskOrders {
  /** Null if there is no such session that can be read. Rejects if the disk refuses. */
  order(id: string, order: DeskOrder): Promise<OrderOutcome | null>;
  /** Null as `order`, and for a session that has ended. @param idleTimeoutMs null: never */
  setIdleTimeout(id: string, idleTimeoutMs: number | null): Promise<SessionView | null>;
}

/** Longer than the ladder that ends a process, and than a start. */
const WAIT_MS = 60_000;

/** A process is looked for, or ends: an order would come too early. */
const UNDER_WAY = /^(recovering\.looking|live\.stopping)\b/;
/** Nothing else comes too early for an end. */
const ENDING = /^live\.stopping\.terminating\b/;

interface Rule {
  event: Extract<UserEvent['type'], 'user.suspend' | 'user.wake' | 'user.interrupt' | 'user.end'>;
  /** Whether there is nothing to do. */
  isDone: (phase: string) => boolean;
  /** Whether what was begun is through, well or badly. */
  isOver: (phase: string) => boolean;
  /** What the chat is told of it, if it would wonder. */
  tells: (before: SessionView) => RichText | null;
}

const isAtWork = (phase: string): boolean =>
  /^(live\.active|awaitingRoom|suspended\.awaitingTrust)\b/.test(phase);
const isReady = (phase: string): boolean =>
  /^live\.(idle|active)/.test(phase) && phase !== 'live.active.starting';
const isAtRest = (phase: string): boolean => /^(suspended|terminated|failed)/.test(phase);

const RULES: Record<DeskOrder, Rule> = {
  suspend: {
    event: 'user.suspend',
    isDone: isAtRest,
    isOver: isAtRest,
    tells: (before) => (isAtWork(before.phase) ? suspendedOnHostText(before) : null),
  },
  wake: { event: 'user.wake', isDone: isReady, isOver: isReady, tells: () => null },
  stop: {
    event: 'user.interrupt',
    isDone: (phase) => !isAtWork(phase),
    isOver: (phase) => !/interrupting|stopping/.test(phase),
    tells: interruptedOnHostText,
  },
  end: {
    event: 'user.end',
    isDone: (phase) => phase === 'terminated',
    isOver: (phase) => phase === 'terminated',
    tells: endedOnHostText,
  },
};

export function createDeskOrders({ sessions, ofChat, replies, clock, now }: OrdersOptions): DeskOrders {
  const phaseNow = (id: string): string | null =>
    sessions.open.find((session) => session.id === id)?.phase ?? null;

  /** Whether it was over within the time. What is not in memory is at rest. */
  async function settles(id: string, isOver: (phase: string) => boolean): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<boolean>();
    const timer: unknown = clock.setTimeout(() => resolve(false), WAIT_MS);
    let isGivenUp = false;
    const over = sessions.until(() => {
      const phase = phaseNow(id);
      return isGivenUp || phase === null || isOver(phase);
    });
    const isIn = await Promise.race([late, over.then(() => true)]);
    isGivenUp = true;
    clock.clearTimeout(timer);
    return isIn;
  }

  async function obey(view: SessionView, order: DeskOrder): Promise<OrderOutcome | null> {
    const { id, chatId, threadId } = view;
    const { event, isOver, tells } = RULES[order];
    const freedBytes = view.pid === null ? null : await residentBytes(view.pid);
    const told = await ofChat.tellOne(chatId, id, { type: event, at: now(), by: 'commandLine' });
    if (!told) return null;
    // One that could not start is at rest again, and why is in the chat; one that waits for room is at rest still.
    let wasLive = false;
    const isIn = await settles(id, (phase) => {
      wasLive ||= phase.startsWith('live');
      return isOver(phase) || (wasLive && isAtRest(phase));
    });
    const after = (await sessions.view(id)) ?? told;
    const text = tells(view);
    if (text) await replies.owe(chatId, owedReply({ messageId: idOfMoment(now()), threadId }, { text }));
    return {
      outcome: outcomeOf(order, isIn, after),
      before: view,
      after,
      freedBytes: after.pid === null ? freedBytes : null,
    };
  }

  return {
    order: async (id, order) => {
      const { isDone } = RULES[order];
      const underWay = order === 'end' ? ENDING : UNDER_WAY;
      await settles(id, (phase) => !underWay.test(phase));
      const view = await sessions.view(id);
      if (!view) return null;
      const nothing = { before: view, after: view, freedBytes: null };
      if (view.phase === 'terminated' && order !== 'end') return { outcome: 'ended', ...nothing };
      if (isDone(view.phase)) return { outcome: 'already', ...nothing };
      // What is lent to a terminal is not ended or woken under its hands.
      if (view.desk) return { outcome: 'atDesk', ...nothing };
      return obey(view, order);
    },
    setIdleTimeout: async (id, idleTimeoutMs) => {
      const view = await sessions.view(id);
      const event: UserEvent = { type: 'user.timeoutChanged', idleTimeoutMs, at: now(), by: 'commandLine' };
      return view && ofChat.tellOne(view.chatId, id, event);
    },
  };
}

function outcomeOf(order: DeskOrder, isIn: boolean, after: SessionView): OrderOutcome['outcome'] {
  if (!isIn) return 'underWay';
  return order === 'wake' && !isReady(after.phase) ? 'failed' : 'done';
}
