/** For whatever is told of a session's changes: a bug there must not become one of the session. */
import type { DaemonLog } from './log.ts';

/** What an observer throws would end the daemon: XState throws it again in a task of its own. So it is logged instead. */
export function guarded(log: DaemonLog, sessionId: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    log.error({ sessionId, err: error }, 'session.observerFailed');
  }
}
