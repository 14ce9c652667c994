/** How sessions come to rest that may not go on: those of a daemon that stops, or of a person who was shut out. */
import type { KeptSession } from './sessions/kept-session.ts';
import type { Sessions } from './sessions/sessions.ts';

/**
 * Lets running turns end, and suspends each session as soon as it is idle. Resolves when none is busy.
 * @param now wall clock, ms since the epoch
 */
export async function drainSessions(sessions: Sessions, now: () => number): Promise<void> {
  sessions.broadcast({ type: 'daemon.drain', at: now() });
  await sessions.until(() => {
    const busy = sessions.open.filter((session) => session.isBusy);
    // Those that recover, wait for room or have become idle since the first word.
    for (const session of busy.filter(goesNoFurther))
      session.tellIfRunning({ type: 'daemon.drain', at: now() });
    return busy.length === 0;
  });
}

/** Ends all turns and all processes, by their ladders. Resolves when none is busy. */
export async function stopSessions(sessions: Sessions, now: () => number): Promise<void> {
  sessions.broadcast({ type: 'daemon.stop', at: now() });
  await sessions.until(() => !sessions.open.some((session) => session.isBusy));
  await sessions.processes.allGone();
}

/** Kills what is left. Resolves when no process lives. */
export async function killSessions(sessions: Sessions, now: () => number): Promise<void> {
  // First the word, so that the machines take the exits for no crash and start nothing again.
  sessions.broadcast({ type: 'daemon.stop', at: now() });
  await sessions.processes.killAll();
  await sessions.processes.allGone();
}

/** Suspends whatever works in the chat, whose person is not allowed any more. Resolves when nothing does. */
export async function suspendChat(sessions: Sessions, chatId: number, now: () => number): Promise<void> {
  await sessions.until(() => {
    const busy = sessions.open.filter((session) => session.record.chatId === chatId && session.isBusy);
    // One that recovers is told once it lives.
    for (const session of busy) session.suspendIfLive(now());
    return busy.length === 0;
  });
}

function goesNoFurther({ phase }: KeptSession): boolean {
  return /^(live\.idle|live\.active\.starting|awaitingRoom|recovering)\b/.test(phase);
}
