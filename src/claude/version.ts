/** Which version of Claude Code would be started, and which one the Agent SDK was made for. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { claudeExecutable } from './executable.ts';
import type { CheckLoginOptions } from './login.ts';

export type ClaudeVersion =
  | { state: 'known'; executable: string; version: string }
  /** A sentence or two with the repair. */
  | { state: 'unknown'; why: string };

/** Asks the executable itself, with `--version`. Never rejects. Default of `timeoutMs`: 20 s. */
export async function claudeVersion(options: CheckLoginOptions): Promise<ClaudeVersion> {
  const executable = claudeExecutable(options.command);
  if (executable === null) return { state: 'unknown', why: NOT_THERE };
  const { timeoutMs = 20_000 } = options;
  const result = await execa(executable, ['--version'], {
    env: options.environment,
    extendEnv: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 1_000_000,
    reject: false,
  });
  const version = /^(\d+\.\d+\.\d+)\b/.exec(result.stdout ?? '')?.[1];
  if (version !== undefined) return { state: 'known', executable, version };
  return { state: 'unknown', why: `${executable} ${outcome(result, timeoutMs)}. ${REPAIR}` };
}

const REPAIR = 'Install Claude Code anew, or set CLAUDE_COMMAND to one that starts.';
const NOT_THERE =
  'Claude Code is not there: its package for this platform was not installed. Install Hibernaut again without ' +
  '--omit=optional, or set CLAUDE_COMMAND to a claude of yours.';

function outcome(
  {
    timedOut,
    exitCode,
    code,
  }: { timedOut: boolean; exitCode?: number | undefined; code?: string | undefined },
  timeoutMs: number,
): string {
  if (timedOut) return `did not say its version within ${String(timeoutMs / 1_000)} s`;
  if (exitCode === undefined) return `can't be run (${code ?? 'unknown error'})`;
  return `did not say its version (exit code ${String(exitCode)})`;
}

const sdkPackage = z.object({ claudeCodeVersion: z.string() });

/** As the installed Agent SDK states it; null if it does not. */
export function expectedClaudeVersion(): string | null {
  const entry = fileURLToPath(import.meta.resolve('@anthropic-ai/claude-agent-sdk'));
  try {
    const read: unknown = JSON.parse(readFileSync(join(dirname(entry), 'package.json'), 'utf8'));
    return sdkPackage.safeParse(read).data?.claudeCodeVersion ?? null;
  } catch {
    // Nothing depends on it but a word of advice.
    return null;
  }
}
