/** What Claude Code's executable says of itself when it is asked with arguments, without a session. */
import { execa } from 'execa';
import { claudeExecutable } from './executable.ts';

export interface AskOptions {
  /** Another executable than the bundled one, or null. */
  command: string | null;
  /** The whole environment of a Claude process, allow-listed, as the daemon would give it. */
  environment: Readonly<Record<string, string>>;
  /** Absolute: the folder whose settings count, as a session's. Default: the current one. */
  cwd?: string;
  /** How long it may take, ms. Default: 20 s; it takes a quarter of a second on an idle machine. */
  timeoutMs?: number;
}

export type Said =
  | { executable: string; stdout: string; exitCode: number }
  /** A sentence or two with the repair. */
  | { why: string };

const REPAIR = 'Install Claude Code anew, or set CLAUDE_COMMAND to one that works.';
const NOT_BUNDLED =
  'Claude Code is not there: its package for this platform was not installed. Install Hibernaut again without ' +
  '--omit=optional, or set CLAUDE_COMMAND to a claude of yours.';

/** Never rejects: what kept it from an answer is one. Whatever its exit code, it is for the caller to judge. */
export async function askExecutable(args: readonly string[], options: AskOptions): Promise<Said> {
  const { command, environment, cwd, timeoutMs = 20_000 } = options;
  const executable = claudeExecutable(command);
  if (executable === null) return { why: NOT_BUNDLED };
  const { timedOut, exitCode, code, stdout } = await execa(executable, args, {
    env: environment,
    extendEnv: false,
    ...(cwd === undefined ? {} : { cwd }),
    stdin: 'ignore',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 1_000_000,
    reject: false,
  });
  if (timedOut) return inVain(executable, `did not answer within ${String(timeoutMs / 1_000)} s`);
  if (exitCode === undefined) return inVain(executable, `can't be run (${code ?? 'unknown error'})`);
  return { executable, stdout, exitCode };
}

/** It answered, or did not, and nobody is the wiser. @param what it did */
export function inVain(executable: string, what: string): { why: string } {
  return { why: `${executable} ${what}. ${REPAIR}` };
}
