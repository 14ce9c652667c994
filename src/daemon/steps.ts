/** What the daemon does in each step of its start and its stop: `machines/daemon.machine.ts` with its actors provided. */
import { fromPromise } from 'xstate';
import { daemonMachine } from '../../machines/daemon.machine.ts';
import type { ClaudePort } from '../claude/ports.ts';
import type { History } from '../store/history-files.ts';
import type { Store } from '../store/ports.ts';
import type { TelegramPort } from '../telegram/ports.ts';
import { drainSessions, killSessions, stopSessions } from './drain.ts';
import type { DaemonLog } from './log.ts';
import { replaceLostSessions } from './chats/lost-sessions.ts';
import { restoreChats, restoreSessions } from './restore.ts';
import type { DaemonsSessionsPort } from './session-port.ts';
import type { Sessions } from './sessions/sessions.ts';
import { sweepCopies } from './files/sweep-copies.ts';
import type { UndeliveredMail } from './chats/undelivered.ts';
import type { WorkspacePort } from '../workspace/ports.ts';

/** How long a stop waits for what Telegram has not taken yet; the rest stays in the records. */
const FLUSH_MS = 5_000;

export interface DaemonWiring {
  sessions: Sessions;
  /** Whether anybody who is allowed is in the chat. */
  isServed: (chatId: number) => boolean;
  telegram: TelegramPort;
  undelivered: UndeliveredMail;
  store: Store;
  workspace: WorkspacePort;
  claude: ClaudePort;
  replaceLost: DaemonsSessionsPort['replaceLost'];
  lanes: DaemonsSessionsPort['lanes'];
  finishMigrations: DaemonsSessionsPort['finishMigrations'];
  /** All that an earlier daemon left is back. */
  onRestored: () => void;
  history?: Pick<History, 'close'>;
  /** The owner is told nothing more. */
  lookForNoTroubles: () => void;
  log: DaemonLog;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

export function wireDaemon(wiring: DaemonWiring): typeof daemonMachine {
  const { log } = wiring;
  const steps = daemonSteps(wiring);
  return daemonMachine.provide({
    actors: {
      start: fromPromise(steps.start),
      finishTurns: fromPromise(steps.finishTurns),
      stopProcesses: fromPromise(steps.stopProcesses),
      killProcesses: fromPromise(steps.killProcesses),
      close: fromPromise(steps.close),
    },
    actions: {
      reportFailedStep: (_, { step, error }) => log.error({ step, err: error }, 'daemon.stepFailed'),
      reportSlowStep: (_, { step }) => log.warn({ step }, 'daemon.stepTooSlow'),
    },
  });
}

function daemonSteps({
  sessions,
  isServed,
  telegram,
  undelivered,
  store,
  workspace,
  claude,
  replaceLost,
  lanes,
  finishMigrations,
  onRestored,
  history,
  lookForNoTroubles,
  log,
  now,
}: DaemonWiring) {
  const restoring = new AbortController();
  let pollingStopped: Promise<void> | null = null;
  const stopPolling = (): Promise<void> => (pollingStopped ??= telegram.stopPolling());

  const startNothing = (): void => {
    restoring.abort();
    sessions.startNoMore();
  };

  /** An index that is missing is built first, which takes longer the more sessions there are. */
  const restoreUnquiet = async (): Promise<void> => {
    const unquiet = await store.unquietSessions();
    await Promise.all([
      replaceLostSessions({ store, replace: replaceLost, log }),
      restoreSessions({ unquiet, sessions, isServed, undelivered, log, signal: restoring.signal }),
    ]);
  };

  return {
    start: async () => {
      const orphans = await claude.endOrphans();
      if (orphans.length > 0) log.warn({ pids: orphans.map(({ pid }) => pid) }, 'orphans.ended');
      // Before anything can make new ones, which are in no record yet.
      await sweepCopies({ store, workspace, log });
      // Before a message can come to a chat whose sessions are on their way to it.
      await finishMigrations();
      // Proves the token before anything costly begins.
      await telegram.start();
      // Nobody waits for it: a message to a session that is not back yet brings it back.
      void Promise.all([restoreChats({ store, lanes, telegram, undelivered, log }), restoreUnquiet()]).then(
        onRestored,
        (error: unknown) => {
          if (!restoring.signal.aborted) log.error({ err: error }, 'sessions.notRestored');
        },
      );
    },

    finishTurns: async () => {
      startNothing();
      // Updates are still taken: a turn may wait for a tap, and what people write is kept for the next daemon.
      await drainSessions(sessions, now);
      await stopPolling();
      await lanes.stop();
    },

    stopProcesses: async () => {
      startNothing();
      await stopSessions(sessions, now);
    },

    killProcesses: async () => {
      startNothing();
      await killSessions(sessions, now);
    },

    close: async () => {
      lookForNoTroubles();
      await stopPolling().catch((error: unknown) => {
        log.error({ err: error }, 'telegram.pollingNotStopped');
      });
      await lanes.stop();
      await telegram.stop(FLUSH_MS);
      await Promise.all(sessions.open.map((session) => session.saved().catch(leftUnsaved(session.id))));
      sessions.end();
      await history?.close();
      await store.close();
    },
  };

  function leftUnsaved(sessionId: string): (error: unknown) => void {
    return (error) => log.error({ sessionId, err: error }, 'session.leftUnsaved');
  }
}
