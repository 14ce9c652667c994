/** The tool calls that wait for a person: between the SDK's `canUseTool` and the answers that come by id. */
import { randomBytes } from 'node:crypto';
import type { CanUseTool, PermissionResult } from '@anthropic-ai/claude-agent-sdk';
import type { Approval, ApprovalAnswer } from '../../../machines/session-record.ts';
import type { UnstampedEvent } from './events.ts';
import { subjectOf } from './approval-subject.ts';
import { projectRulesOf, sessionRulesOf, type SessionRule } from './session-rules.ts';

interface Pending {
  toolName: string;
  input: Record<string, unknown>;
  rules: SessionRule[];
  settle: (result: PermissionResult) => void;
}

const ACCEPT_EDITS = { type: 'setMode', mode: 'acceptEdits', destination: 'session' } as const;
const ASK_AGAIN = { type: 'setMode', mode: 'default', destination: 'session' } as const;
const PLAN_TOOL = 'ExitPlanMode';
const WITHDRAWN = 'The request is no longer open.';

export class Approvals {
  readonly #emit: (event: UnstampedEvent) => void;
  readonly #onProjectRules: (rules: readonly SessionRule[]) => void;
  readonly #pending = new Map<string, Pending>();

  /** @param onProjectRules told of what Claude Code is about to write into the folder's settings */
  constructor(
    emit: (event: UnstampedEvent) => void,
    onProjectRules: (rules: readonly SessionRule[]) => void,
  ) {
    this.#emit = emit;
    this.#onProjectRules = onProjectRules;
  }

  /** The SDK's callback: resolves when a person answered, or when Claude asks no longer. */
  readonly request: CanUseTool = (toolName, input, { signal, suggestions, suppressAlwaysAllowRule }) => {
    if (signal.aborted) return Promise.resolve({ behavior: 'deny', message: WITHDRAWN });
    // 128 bits: it travels on a button, and whoever guesses it could answer for the person.
    const id = randomBytes(16).toString('base64url');
    const rules = suppressAlwaysAllowRule ? [] : sessionRulesOf(suggestions ?? []);
    const { promise, resolve: settle } = Promise.withResolvers<PermissionResult>();
    this.#pending.set(id, { toolName, input, rules, settle });
    signal.addEventListener('abort', () => this.#withdraw(id), { once: true });
    this.#emit({
      type: 'claude.approvalRequested',
      approval: {
        id,
        toolName,
        input,
        suggestion: suggestionOf(rules),
        subject: subjectOf(toolName, input),
        awaits: 'tap',
        messageId: null,
        request: { state: 'open', id },
      },
    });
    return promise;
  };

  /** An answer to a request that is no longer open changes nothing. */
  answer(id: string, answer: ApprovalAnswer): void {
    const pending = this.#take(id);
    if (!pending) return;
    const { toolName, input, rules, settle } = pending;
    switch (answer.type) {
      case 'deny':
        return settle({ behavior: 'deny', message: denial(toolName, answer.why) });
      case 'answers':
        return settle({ behavior: 'allow', updatedInput: { ...input, answers: answer.answers } });
      case 'acceptEdits':
        return settle({ behavior: 'allow', updatedInput: input, updatedPermissions: [ACCEPT_EDITS] });
      case 'allow':
        return settle({
          behavior: 'allow',
          updatedInput: input,
          // By itself Claude returns to the mode before the plan's, which may ask for nothing (seen with 2.1.330).
          ...(toolName === PLAN_TOOL && { updatedPermissions: [ASK_AGAIN] }),
        });
      case 'allowForProject':
        this.#onProjectRules(rules);
        return settle({
          behavior: 'allow',
          updatedInput: input,
          updatedPermissions: projectRulesOf(rules),
        });
      case 'allowForSession':
        settle({ behavior: 'allow', updatedInput: input, updatedPermissions: rules });
        if (rules.length > 0) this.#emit({ type: 'claude.sessionRulesGranted', rules });
    }
  }

  /** Nobody needs an answer any more, and nobody is told: the end of the process says so. */
  close(): void {
    this.#pending.clear();
  }

  #withdraw(id: string): void {
    const pending = this.#take(id);
    if (!pending) return;
    this.#emit({ type: 'claude.approvalWithdrawn', id });
    pending.settle({ behavior: 'deny', message: WITHDRAWN });
  }

  #take(id: string): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
}

function suggestionOf(rules: readonly SessionRule[]): Approval['suggestion'] {
  if (rules.length === 0) return 'none';
  return rules.some(({ type }) => type === 'setMode') ? 'edits' : 'rules';
}

function denial(toolName: string, why: string | null): string {
  if (toolName === PLAN_TOOL) {
    return why === null
      ? 'The user wants to keep planning. Ask what should be different.'
      : `The user wants to keep planning, and says: ${why}`;
  }
  return why === null
    ? 'The user denied this tool call. Do not try it again in another way; ask what to do instead.'
    : `The user denied this tool call, and says: ${why}`;
}
