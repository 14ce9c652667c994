/** What a result says about its time, tokens and money. Pure. */
import type { Spending } from '../../../machines/session-record.ts';
import type { UnstampedEvent } from './events.ts';
import type { ResultMessage } from './messages.ts';

/** @returns null if it says nothing about what it cost, or what can't be */
export function spendingOf({
  total_cost_usd: costUsd,
  duration_ms: durationMs,
  modelUsage,
}: ResultMessage): UnstampedEvent | null {
  if (costUsd === undefined || durationMs === undefined) return null;
  const models = Object.values(modelUsage ?? {});
  const sum = (figure: (model: (typeof models)[number]) => number): number =>
    models.reduce((total, model) => total + figure(model), 0);
  const total: Spending = {
    costUsd,
    inputTokens: sum((model) => model.inputTokens),
    outputTokens: sum((model) => model.outputTokens),
    cacheReadTokens: sum((model) => model.cacheReadInputTokens),
    cacheWriteTokens: sum((model) => model.cacheCreationInputTokens),
  };
  return { type: 'claude.spent', total, durationMs };
}
