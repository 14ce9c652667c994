/** Claude processes, and what they started, that outlived their daemon. */
import { ok, problem, warning, type Check, type Finding } from './check.ts';

export interface OrphanFacts {
  /** Those that no running daemon looks after. */
  find: () => Promise<{ pid: number }[]>;
  /** Whether a daemon runs on the folder. */
  mayDaemonRun: () => Promise<boolean>;
  /** Rejects if a daemon has started meanwhile. */
  end: () => Promise<void>;
}

export function orphansCheck(facts: OrphanFacts): Check {
  return { name: 'Orphans', timeoutMs: 15_000, probe: () => probe(facts) };
}

async function probe({ find, mayDaemonRun, end }: OrphanFacts): Promise<Finding[]> {
  const [orphans, runs] = await Promise.all([find(), mayDaemonRun()]);
  if (orphans.length === 0) return [ok('none: no process outlived its daemon')];
  const pids = orphans.map(({ pid }) => String(pid)).join(', ');
  const which = orphans.length === 1 ? `Process ${pids} of a session` : `Processes ${pids} of sessions`;
  if (runs) {
    return [
      warning(
        `${which} outlived an earlier daemon, while another one runs.`,
        'Restart the daemon: it ends them when it starts. Or end them by hand.',
      ),
    ];
  }
  return [
    problem(`${which} outlived the daemon.`, '--fix ends them, and so does the next start.', {
      done: `${which} ended.`,
      run: end,
    }),
  ];
}
