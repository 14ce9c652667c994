/**
 * Whether Claude Code is logged in, as it says itself: `claude auth status --json`. It looks at the credentials that it
 * would use, and asks nobody whether they are still good: a login that was revoked shows at the first turn only. For
 * `hibernaut init` and `hibernaut doctor`.
 */
import { execa } from 'execa';
import { z } from 'zod';
import { claudeExecutable } from './executable.ts';
import type { ClaudeLogin } from './ports.ts';

export interface CheckLoginOptions {
  /** Another executable than the bundled one, or null. */
  command: string | null;
  /** The whole environment of a Claude process, allow-listed, as the daemon would give it. */
  environment: Readonly<Record<string, string>>;
  /** Absolute: the folder whose settings count, as a session's. Default: the current one. */
  cwd?: string;
  /** How long it may take, ms. Default: 20 s; it takes a quarter of a second on an idle machine. */
  timeoutMs?: number;
}

/** As Claude Code 2.1.330 prints it; more of it than this is nobody's business. */
const statusSchema = z.object({
  loggedIn: z.boolean(),
  authMethod: z.string().max(100).catch('unknown'),
  apiProvider: z.string().max(100).catch('unknown'),
  email: z.string().max(320).nullish().catch(null),
  subscriptionType: z.string().max(100).nullish().catch(null),
});

/** Never rejects: what keeps it from knowing is part of the answer. */
export async function checkLogin(options: CheckLoginOptions): Promise<ClaudeLogin> {
  const executable = claudeExecutable(options.command);
  if (executable === null) return { state: 'unknown', why: NOT_BUNDLED };
  const { timeoutMs = 20_000 } = options;
  // It exits with 1 if nobody is logged in, and says so all the same.
  const result = await execa(executable, ['auth', 'status', '--json'], {
    env: options.environment,
    extendEnv: false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin: 'ignore',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 1_000_000,
    reject: false,
  });
  if (result.timedOut) return unknown(executable, `did not answer within ${String(timeoutMs / 1_000)} s`);
  if (result.exitCode === undefined)
    return unknown(executable, `can't be run (${result.code ?? 'unknown error'})`);
  const status = statusSchema.safeParse(parsed(result.stdout)).data;
  if (!status) return unknown(executable, 'does not know "auth status --json"; it may be too old');
  if (!status.loggedIn) return { state: 'loggedOut' };
  const { authMethod: method, apiProvider: provider, email, subscriptionType } = status;
  return { state: 'loggedIn', method, provider, email: email ?? null, plan: subscriptionType ?? null };
}

const NOT_BUNDLED =
  'Claude Code is not there: its package for this platform was not installed. Install Hibernaut again without ' +
  '--omit=optional, or set CLAUDE_COMMAND to a claude of yours.';

function unknown(executable: string, what: string): ClaudeLogin {
  return { state: 'unknown', why: `${executable} ${what}. Install Claude Code anew, or set CLAUDE_COMMAND.` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
