/** Sessions as the desk shows them, for tests of the live page. */
import type { SessionView } from '../../../machines/session-view.ts';
import type { ViewsAsRead } from '../../../src/watch/live/board.ts';

const NOON = Date.UTC(2026, 10, 25, 12);

/** Suspended, unless it is said otherwise. */
export function aView(over: Partial<SessionView> = {}): SessionView {
  return {
    id: 's1',
    name: 'work',
    namedBy: 'person',
    chatId: 101,
    threadId: null,
    state: 'suspended',
    phase: 'suspended',
    roomPlace: null,
    pid: null,
    createdAt: NOON - 3_600_000,
    lastActivityAt: NOON,
    idleForMs: 0,
    idleTimeoutMs: 600_000,
    suspendsAt: null,
    suspendsInMs: null,
    workspace: '/home/anna/secret-client/work',
    model: null,
    effort: null,
    permissionMode: 'default',
    whileWorking: 'steer',
    claudeSessionId: '11111111-1111-4111-8111-111111111111',
    inbox: 0,
    outbox: 0,
    undeliverable: null,
    unconfirmed: null,
    approvals: 0,
    asks: [],
    lastEnd: null,
    desk: null,
    usage: { costUsd: 0, turns: 0 } as SessionView['usage'],
    ...over,
  };
}

/** As of a daemon that has all of them in memory. */
export function viewsAtOnce(views: SessionView[]): ViewsAsRead {
  return { total: views.length, batches: inBatches([views]) };
}

export async function* inBatches(batches: SessionView[][]): AsyncGenerator<SessionView[]> {
  for (const batch of batches) {
    // As from a disk.
    await new Promise((resolve) => setImmediate(resolve));
    yield batch;
  }
}
