/** For a service manager or a monitor: `GET /healthz`, whether messages are being received; `GET /readyz`, whether the start is through. */
import type { HttpAnswer } from './http.ts';

/** What health depends on, read at each request. */
export interface HealthFacts {
  /** The daemon machine's state; only `serving` is healthy. */
  daemon: string;
  /** The poller's; only `polling` is healthy. */
  polling: string;
  /** When the last `getUpdates` was answered, ms since the epoch. */
  lastPollAt: number | null;
  /** What Telegram or the network last refused, without the token. */
  lastError: string | null;
  /** Another program that took updates over lately, or null. */
  conflict: unknown;
}

const DAEMON_PROBLEMS: Readonly<Record<string, string>> = {
  starting: 'Hibernaut is starting.',
  draining: 'Hibernaut is stopping.',
  stopped: 'Hibernaut has stopped.',
};

const POLLING_PROBLEMS: Readonly<Record<string, string>> = {
  starting: 'Telegram has not answered yet.',
  backingOff: 'Telegram can not be reached; it is tried again.',
  displaced: 'Another program polls with the same token. Stop it.',
  stopped: 'No updates are fetched any more.',
};

export function healthAnswer(facts: HealthFacts): HttpAnswer {
  const problem = findProblem(facts);
  const { daemon, polling, lastPollAt, lastError, conflict } = facts;
  const details = { daemon, polling, lastPollAt, lastError, conflict };
  return problem === null
    ? { status: 200, body: { status: 'ok', ...details } }
    : { status: 503, body: { status: 'unavailable', problem, ...details } };
}

function findProblem({ daemon, polling }: HealthFacts): string | null {
  if (daemon !== 'serving') return DAEMON_PROBLEMS[daemon] ?? `Hibernaut is ${daemon}.`;
  if (polling !== 'polling') return POLLING_PROBLEMS[polling] ?? `Polling is ${polling}.`;
  return null;
}

/** What readiness depends on, read at each request. */
export interface ReadyFacts extends Pick<HealthFacts, 'daemon' | 'lastPollAt'> {
  /** Whether the sessions that an earlier daemon left live, or owing something, are back. */
  isRestored: boolean;
}

/**
 * Ready once the start is through; not any more once it stops. A network that fails later does not change it: then
 * `/healthz` tells, and to wait, or to start anew, would mend nothing.
 */
export function readyAnswer({ daemon, lastPollAt, isRestored }: ReadyFacts): HttpAnswer {
  const checks = { daemon: daemon === 'serving', restored: isRestored, telegram: lastPollAt !== null };
  const problem = findObstacle(daemon, checks);
  return problem === null
    ? { status: 200, body: { status: 'ready', checks } }
    : { status: 503, body: { status: 'not ready', problem, checks } };
}

function findObstacle(daemon: string, checks: Record<'daemon' | 'restored' | 'telegram', boolean>) {
  if (!checks.daemon) return DAEMON_PROBLEMS[daemon] ?? `Hibernaut is ${daemon}.`;
  if (!checks.restored) return 'Sessions are being restored.';
  return checks.telegram ? null : 'Telegram has not answered yet.';
}
