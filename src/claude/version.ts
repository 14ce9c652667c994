/** Which version of Claude Code would be started, and which one the Agent SDK was made for. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { askExecutable, inVain, type AskOptions } from './ask-executable.ts';

export type ClaudeVersion =
  | { state: 'known'; executable: string; version: string }
  /** A sentence or two with the repair. */
  | { state: 'unknown'; why: string };

/** Asks the executable itself, with `--version`. Never rejects. */
export async function claudeVersion(options: Omit<AskOptions, 'cwd'>): Promise<ClaudeVersion> {
  const said = await askExecutable(['--version'], options);
  if ('why' in said) return { state: 'unknown', ...said };
  const { executable, stdout, exitCode } = said;
  const version = /^(\d+\.\d+\.\d+)\b/.exec(stdout)?.[1];
  if (version !== undefined) return { state: 'known', executable, version };
  return {
    state: 'unknown',
    ...inVain(executable, `did not say its version (exit code ${String(exitCode)})`),
  };
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
