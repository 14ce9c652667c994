/**
 * A small process that outlives the daemon and ends what that one left, so that a kill -9 leaves no orphans for as long
 * as nobody starts the next daemon. It is a shell that waits at the end of a pipe, and becomes a Node only if the daemon
 * is gone without a word: 2 MB while it waits. It knows its daemon's mark and never the folder's, because a service
 * manager may have started the next daemon on the same folder by then.
 */
import { execPath, env } from 'node:process';
import type { ChildProcess } from 'node:child_process';
import { execa } from 'execa';
import { z } from 'zod';
import type { ProcessIdentity } from '../../../machines/session-record.ts';
import type { ClaudeLog } from '../log.ts';
import { ofDaemon } from './owner.ts';
import { systemProcessTable } from './system-process-table.ts';
import { ProcessTree } from './process-tree.ts';
import { settlesWithin } from './settles-within.ts';

type Root = Pick<ProcessIdentity, 'pid' | 'startTime'>;

/** One process under guard. */
export interface Guarded {
  /** Names the process itself, for systems that don't tell the environment of processes. */
  isRoot(root: Root): void;
  /** Nothing of it lives any more. Resolves when the guard has gone too, if it was the last one. */
  release(): Promise<void>;
}

export interface OrphanGuardOptions {
  /** Which daemon, as in the mark of its processes. */
  daemonId: string;
  /** From SIGTERM to SIGKILL, once the daemon has died. */
  graceMs: number;
  log: ClaudeLog;
  /** For tests. */
  shell?: string;
}

/** What it hears last from a daemon that has nothing left to guard. */
const FAREWELL = 'done';
/** It leaves within a few milliseconds of the farewell. */
const FAREWELL_MS = 1_000;

/**
 * $1: Node, $2: what Node runs, $3: the daemon, $4: the grace. Each line is the whole list of roots; the newest counts.
 * The kernel closes the pipe when the daemon dies, and nobody else holds its other end.
 */
const SCRIPT = `
trap '' HUP INT TERM
roots='[]'
while IFS= read -r line; do
  [ "$line" = ${FAREWELL} ] && exit 0
  roots=$line
done
exec "$1" --input-type=module --eval "$2" "$3" "$roots" "$4"
`;

/** Runs in the guard's Node. */
const PROGRAM = `
import { endLeftBehind } from ${JSON.stringify(import.meta.url)};
await endLeftBehind(...process.argv.slice(1));
`;

export class OrphanGuard {
  readonly #options: OrphanGuardOptions;
  /** What is guarded, each with its root once that is known. */
  readonly #guarded = new Map<symbol, Root | null>();
  #shell: ChildProcess | null = null;
  /** A list of roots is on its way to the shell. */
  #isTelling = false;
  /** And is not the newest any more. */
  #hasNews = false;

  constructor(options: OrphanGuardOptions) {
    this.#options = options;
  }

  /** To be called before the process is spawned. Never throws: without a guard, orphans wait for the next daemon. */
  guard(): Guarded {
    const key = Symbol();
    this.#guarded.set(key, null);
    if (!this.#shell) {
      this.#shell = this.#start();
      this.#tellRoots();
    }
    return {
      isRoot: ({ pid, startTime }) => {
        this.#guarded.set(key, { pid, startTime });
        this.#tellRoots();
      },
      release: async () => {
        this.#guarded.delete(key);
        if (this.#guarded.size === 0) await this.#dismiss();
        else this.#tellRoots();
      },
    };
  }

  #start(): ChildProcess {
    const { daemonId, graceMs, log, shell = '/bin/sh' } = this.#options;
    const subprocess = execa(
      shell,
      ['-c', SCRIPT, 'hibernaut-orphan-guard', execPath, PROGRAM, daemonId, String(graceMs)],
      {
        // A session of its own: what ends the daemon's terminal does not reach it.
        detached: true,
        cleanup: false,
        cwd: '/',
        env: { PATH: env['PATH'] ?? '' },
        extendEnv: false,
        reject: false,
        buffer: false,
        stdin: 'pipe',
        stdout: 'ignore',
        stderr: 'ignore',
      },
    );
    const child = subprocess.nodeChildProcess;
    void subprocess.then(({ exitCode, signal, code }) => {
      if (this.#shell !== child) return;
      this.#shell = null;
      log.warn({ exitCode, signal, code }, 'claude.orphanGuardLost');
    });
    return child;
  }

  /** A shell reads slowly: of lists that wait for it only the newest is written. */
  #tellRoots(): void {
    const shell = this.#shell;
    if (this.#isTelling) this.#hasNews = true;
    if (!shell?.stdin || this.#isTelling) return;
    this.#isTelling = true;
    this.#hasNews = false;
    const roots = [...this.#guarded.values()].filter((root) => root !== null);
    shell.stdin.write(`${JSON.stringify(roots)}\n`, () => {
      this.#isTelling = false;
      if (this.#hasNews) this.#tellRoots();
    });
  }

  async #dismiss(): Promise<void> {
    const shell = this.#shell;
    this.#shell = null;
    if (!shell || shell.exitCode !== null || shell.signalCode !== null || shell.pid === undefined) return;
    const exited = new Promise((resolve) => shell.once('exit', resolve));
    shell.stdin?.end(`${FAREWELL}\n`);
    await settlesWithin(exited, FAREWELL_MS);
  }
}

const rootsSchema = z.array(z.object({ pid: z.number().int().positive(), startTime: z.string() }));

/** Ends what a daemon that is gone has left: SIGTERM, and SIGKILL to what is still there after the grace. */
export async function endLeftBehind(daemonId: string, roots: string, graceMs: string): Promise<void> {
  const tree = new ProcessTree({
    table: systemProcessTable(),
    isOurs: ofDaemon(daemonId),
    roots: rootsSchema.parse(JSON.parse(roots)),
  });
  await tree.end(Number(graceMs));
}
