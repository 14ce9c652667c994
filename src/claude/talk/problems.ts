/** Which of Claude's errors a person can mend, and what Claude said about it. Pure. */
import { USAGE_LIMIT_ERROR_PREFIXES } from '@anthropic-ai/claude-agent-sdk';
import type { ClaudeProblem } from '../../../machines/session-record.ts';
import { redact } from '../../log/redact.ts';
import type { ResultMessage } from './messages.ts';

export interface Failure {
  problem: ClaudeProblem;
  /** One line for the chat: Claude's own words, without secrets; may be empty. */
  detail: string;
}

const LONGEST_DETAIL = 300;

/** Claude Code's own categories of API errors (`SDKAssistantMessageError`), as far as a person can mend them. */
const BY_CATEGORY: Record<string, ClaudeProblem> = {
  authentication_failed: 'notLoggedIn',
  oauth_org_not_allowed: 'notLoggedIn',
  account_on_hold: 'notLoggedIn',
  verification_required: 'notLoggedIn',
  cloud_credential_error: 'notLoggedIn',
  billing_error: 'outOfUsage',
  rate_limit: 'outOfUsage',
  overloaded: 'overloaded',
  // Also when the API can't be reached at all.
  server_error: 'overloaded',
};

/**
 * Why a turn failed, if a person can mend it; null for every other result, an answer included.
 * @param category the `error` of the synthetic assistant message before the result, if there was one
 */
export function failureOf(result: ResultMessage, category: string | null): Failure | null {
  const text = errorText(result);
  const unknown = result.errors?.find((error) => error.startsWith('No conversation found'));
  if (unknown) return failure('conversationUnknown', unknown);
  if (result.startup_failure_reason === 'cwd_unavailable') return failure('workspaceGone', text);
  if (result.startup_failure_reason !== undefined) return failure('startFailed', text);
  if (!result.is_error || result.subtype !== 'success') return null;
  if (USAGE_LIMIT_ERROR_PREFIXES.some((prefix) => text.startsWith(prefix)))
    return failure('outOfUsage', text);
  const problem = BY_CATEGORY[category ?? ''] ?? byStatus(result.api_error_status ?? 0);
  return problem ? failure(problem, text) : null;
}

/** Why Claude ended before it was ready. Its words may be on standard error only. */
export function startFailure(stderr: string): Failure {
  if (stderr.includes('No conversation found')) return failure('conversationUnknown', lastLine(stderr));
  return failure('startFailed', lastLine(stderr));
}

export function failure(problem: ClaudeProblem, detail: string): Failure {
  const line = redact(detail).replace(/\s+/g, ' ').trim();
  const short = line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL - 1)}…` : line;
  return { problem, detail: short };
}

/** What the result says went wrong, for people; empty if it says nothing. */
export function errorText({ result, errors }: ResultMessage): string {
  if (result !== undefined) return result;
  // "[ede_diagnostic] result_type=user …" is for Claude Code's own developers.
  return (errors ?? []).filter((error) => !error.startsWith('[')).join('\n');
}

function byStatus(status: number): ClaudeProblem | undefined {
  if (status === 401 || status === 403) return 'notLoggedIn';
  if (status === 429) return 'outOfUsage';
  return status >= 500 ? 'overloaded' : undefined;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
