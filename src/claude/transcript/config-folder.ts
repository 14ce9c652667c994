/** Where Claude Code keeps what it remembers. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** @param environment the one that Claude's processes get */
export function configFolder(environment: Readonly<Record<string, string>>): string {
  return environment['CLAUDE_CONFIG_DIR'] ?? join(environment['HOME'] ?? homedir(), '.claude');
}
