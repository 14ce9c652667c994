/** How Claude Code is opened in a person's terminal, where a session goes on: its arguments and its environment. */
import type { SessionRecord } from '../../../machines/session-record.ts';
import { OWNER_VARIABLE } from '../process/owner.ts';

export interface TerminalConversation extends Pick<SessionRecord, 'model' | 'effort' | 'permissionMode'> {
  claudeSessionId: string;
  /** Whether it is continued; else it is begun. */
  resumes: boolean;
  /** Whether it may bypass permissions. */
  allowBypass: boolean;
}

/** @param more the person's own, behind ours: they win */
export function terminalArguments(conversation: TerminalConversation, more: readonly string[]): string[] {
  const { claudeSessionId, resumes, model, effort, permissionMode, allowBypass } = conversation;
  const mode = permissionMode === 'bypassPermissions' && !allowBypass ? 'default' : permissionMode;
  return [
    resumes ? '--resume' : '--session-id',
    claudeSessionId,
    ...(model === null ? [] : ['--model', model]),
    ...(effort === null ? [] : ['--effort', effort]),
    // Said always: Claude Code's own default may let more through than the session does.
    ...['--permission-mode', mode],
    ...more,
  ];
}

/**
 * The person's whole environment, as if they had typed `claude` themselves, without what is ours: the bot's token, the
 * daemon's settings, and the mark by which leftovers of a daemon are found and ended.
 * @param fallback what their environment does not say, from the env file
 */
export function terminalEnvironment(
  environment: NodeJS.ProcessEnv,
  fallback: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const whole = { ...fallback, ...environment };
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !isOurs(name)));
}

function isOurs(name: string): boolean {
  return name === OWNER_VARIABLE || name.startsWith('HIBERNAUT_') || name.startsWith('TELEGRAM_');
}
