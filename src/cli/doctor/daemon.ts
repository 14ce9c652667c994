/** The daemon of the data folder: whether it runs, answers, and is of this version. */
import { z } from 'zod';
import type { FoundHolder } from '../../control/lock-holder.ts';
import { formatDuration } from '../../words/duration.ts';
import { ok, problem, warning, type Check, type Finding } from './check.ts';

/** What is looked at of a daemon's status, whichever version of it answered. */
export const seenStatusSchema = z.object({
  daemon: z.object({
    pid: z.number(),
    version: z.string(),
    state: z.string(),
    startedAt: z.number(),
    telegram: z.object({
      state: z.string(),
      lastError: z.string().nullable(),
      conflict: z.object({ count: z.number(), lastAt: z.number() }).nullable(),
    }),
  }),
});

export type DaemonSeen =
  | { state: 'answers'; status: z.infer<typeof seenStatusSchema> }
  /** Somebody listens, or holds the lock, and says nothing of use. */
  | { state: 'silent'; why: string }
  /** Nobody listens. */
  | { state: 'absent'; hasSocket: boolean };

export interface DaemonFacts {
  daemon: DaemonSeen;
  holder: () => Promise<FoundHolder>;
  dataDir: string;
  /** Of this command. */
  version: string;
  now: () => number;
}

export function daemonCheck(facts: DaemonFacts): Check {
  return { name: 'Daemon', timeoutMs: 5_000, probe: async () => [judge(facts, await facts.holder())] };
}

/** Whether a daemon is at work on the folder, or may be: then what is its own is left to it. */
export function mayRun(daemon: DaemonSeen, holder: FoundHolder): boolean {
  return daemon.state !== 'absent' || holder.isHeld === 'yes';
}

function judge({ daemon, dataDir, version, now }: DaemonFacts, holder: FoundHolder): Finding {
  switch (daemon.state) {
    case 'answers':
      return judgeStatus(daemon.status.daemon, version, now());
    case 'silent':
      return problem(`The daemon does not answer: ${daemon.why}`, stopAndStart(holder.pid));
    case 'absent':
      if (holder.isHeld === 'yes') {
        return problem(
          `A process${inWords(holder.pid)} holds the data folder ${dataDir}, and no daemon answers there.`,
          stopAndStart(holder.pid),
        );
      }
      return ok(
        daemon.hasSocket
          ? 'none runs; the last one was killed, and the next start clears up after it'
          : 'none runs ("hibernaut start" starts one)',
      );
  }
}

function judgeStatus(
  { pid, version, state, startedAt }: z.infer<typeof seenStatusSchema>['daemon'],
  ours: string,
  now: number,
): Finding {
  const found = `Hibernaut ${version} (pid ${String(pid)}) is ${state}, up ${formatDuration(now - startedAt)}`;
  if (version === ours) return ok(found);
  return warning(
    `${found}; this command is of ${ours}.`,
    'Restart the daemon, so that the installed version runs.',
  );
}

function stopAndStart(pid: number | null): string {
  const end = pid === null ? 'End it' : `End it (kill ${String(pid)})`;
  return `It may be starting: try again in a moment. If it stays so, its log says why. ${end}, and start it anew.`;
}

function inWords(pid: number | null): string {
  return pid === null ? '' : ` (pid ${String(pid)})`;
}
