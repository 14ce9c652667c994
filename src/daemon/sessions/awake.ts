/** Waking a session for something that only its process can tell. */
import type { KeptSession } from './kept-session.ts';
import type { ClockOfActors } from './saving.ts';
import type { Sessions } from './sessions.ts';

/** A start takes half a second; who waits longer is told that it does not get ready. */
const READY_WITHIN_MS = 10_000;

/** Starts the session's process if none lives, and waits until it is ready, has failed to get ready, or takes too long. */
export async function wake(
  session: KeptSession,
  { sessions, clock, at }: { sessions: Sessions; clock: ClockOfActors; at: number },
): Promise<void> {
  await session.tell({ type: 'user.wake', at });
  const { promise: timeout, resolve } = Promise.withResolvers<void>();
  const timer: unknown = clock.setTimeout(resolve, READY_WITHIN_MS);
  await Promise.race([timeout, sessions.until(() => isReady(session) || !session.isBusy)]);
  clock.clearTimeout(timer);
}

/** Its process has shaken hands. */
function isReady({ phase }: KeptSession): boolean {
  return /^live\.(idle|active)/.test(phase) && phase !== 'live.active.starting';
}
