/**
 * Runs git in a folder that may be hostile: its repository's own configuration must not make us run anything, nothing
 * of it is changed, and neither time nor output is without bound.
 */
import { existsSync } from 'node:fs';
import { execa, ExecaError } from 'execa';

export interface GitCall {
  cwd: string;
  /** All that git may know of ours: where it is, whose configuration counts. */
  environment: Readonly<Record<string, string>>;
  /** Ends it. */
  signal: AbortSignal;
  /** Of this call only: `GIT_DIR` and the like. */
  variables?: Record<string, string>;
  input?: string;
  maxBytes?: number;
}

export interface GitOutput {
  bytes: Uint8Array;
  /** Longer than `maxBytes`; what is there is its beginning. */
  isCut: boolean;
}

/** Why git did not do it, in its own words or the system's. Nobody's secrets are in them, but paths. */
export class GitError extends Error {
  override name = 'GitError';
  readonly kind: 'notInstalled' | 'tookTooLong' | 'refused';

  constructor(kind: GitError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

const MAX_BYTES = 16 * 2 ** 20;

/** A file system monitor and hooks are programs that a repository's configuration names. */
const HARMLESS = ['fsmonitor=false', 'untrackedCache=false', 'hooksPath=/dev/null', 'quotePath=false'];

/** @throws GitError */
export async function git(args: readonly string[], call: GitCall): Promise<GitOutput> {
  const { cwd, environment, signal, variables = {}, input, maxBytes = MAX_BYTES } = call;
  try {
    const { stdout } = await execa(
      'git',
      ['--no-pager', '--literal-pathspecs', ...HARMLESS.flatMap((set) => ['-c', `core.${set}`]), ...args],
      {
        cwd,
        env: { ...environment, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', ...variables },
        extendEnv: false,
        cancelSignal: signal,
        forceKillAfterDelay: 500,
        encoding: 'buffer',
        maxBuffer: maxBytes,
        stripFinalNewline: false,
        ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
      },
    );
    return { bytes: stdout, isCut: false };
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const { stdout }: { stdout?: unknown } = error;
    if (error.isMaxBuffer && stdout instanceof Uint8Array) return { bytes: stdout, isCut: true };
    throw gitError(error, cwd);
  }
}

/** Its lines, without the last line's end. @throws GitError */
export async function gitLines(args: readonly string[], call: GitCall): Promise<string[]> {
  const { bytes } = await git(args, call);
  return Buffer.from(bytes).toString('utf8').replace(/\n$/, '').split('\n');
}

type Failure = Error & Pick<ExecaError, 'isCanceled'> & { code?: string | undefined; stderr?: unknown };

function gitError(error: Failure, cwd: string): GitError {
  if (error.isCanceled) return new GitError('tookTooLong', 'git took too long.', { cause: error });
  if (error.code === 'ENOENT' && !existsSync(cwd)) return new GitError('refused', 'the folder is gone');
  if (error.code === 'ENOENT') return new GitError('notInstalled', 'git is not found.', { cause: error });
  const { stderr } = error;
  const said = stderr instanceof Uint8Array ? Buffer.from(stderr).toString('utf8') : '';
  return new GitError('refused', said.trim().split('\n', 1)[0] ?? '', { cause: error });
}
