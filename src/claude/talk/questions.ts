/** What a running Claude process is asked about itself: how full it is, and what it could put back. */
import type { Query } from '@anthropic-ai/claude-agent-sdk';
import { z } from 'zod';
import type { ClaudeUsage, FileChanges, PlanLimit, RewindPoint } from '../../../machines/claude-reports.ts';
import { settlesWithin } from '../process/settles-within.ts';
import type { SaidPrompt } from '../transcript/transcript-prompts.ts';

/** The plan's limits are asked of Anthropic. */
const LIMITS_WITHIN_MS = 4_000;

const contextSchema = z.object({ totalTokens: z.number(), maxTokens: z.number().positive() });

const windowSchema = z.object({ utilization: z.number(), resets_at: z.string().nullable() });
const limitsSchema = z.object({ rate_limits: z.record(z.string(), z.unknown()).nullable() });

/** The windows that people know from Claude Code's own /usage. */
const WINDOWS: Record<string, string> = {
  five_hour: 'This session (5 hours)',
  seven_day: 'This week',
  seven_day_opus: 'This week, Opus',
  seven_day_sonnet: 'This week, Sonnet',
};

/** Null if it does not say. Costs no tokens: `summary` counts what is at hand. */
export async function askUsage(query: Query): Promise<ClaudeUsage | null> {
  const [context, limits] = await Promise.all([
    query.getContextUsage({ detail: 'summary' }).catch(() => null),
    askLimits(query),
  ]);
  const { data } = contextSchema.safeParse(context);
  return data ? { contextTokens: data.totalTokens, contextLimit: data.maxTokens, limits } : null;
}

/** The SDK's method may change its name; without it, or without a plan, there are no limits to tell. */
async function askLimits(query: Partial<Query>): Promise<PlanLimit[]> {
  const asked = query
    .usage_EXPERIMENTAL_MAY_CHANGE_DO_NOT_RELY_ON_THIS_API_YET?.({ skipBehaviors: true })
    .catch(() => null);
  if (!asked || !(await settlesWithin(asked, LIMITS_WITHIN_MS))) return [];
  const windows = limitsSchema.safeParse(await asked).data?.rate_limits ?? {};
  return Object.entries(WINDOWS).flatMap(([key, name]) => {
    const { data } = windowSchema.safeParse(windows[key]);
    if (!data) return [];
    const resetsAt = Date.parse(data.resets_at ?? '');
    return [{ name, usedPercent: data.utilization, resetsAt: Number.isNaN(resetsAt) ? null : resetsAt }];
  });
}

/** Those of the prompts before which files were changed since. */
export async function askRewindPoints(query: Query, prompts: readonly SaidPrompt[]): Promise<RewindPoint[]> {
  const points: RewindPoint[] = [];
  for (const { uuid, text } of prompts) {
    const changes = await changesSince(query, uuid);
    if (changes) points.push({ uuid, text, changes });
  }
  return points;
}

async function changesSince(query: Query, uuid: string): Promise<FileChanges | null> {
  const found = await query.rewindFiles(uuid, { dryRun: true }).catch(() => null);
  const files = found?.canRewind ? (found.filesChanged ?? []) : [];
  if (files.length === 0) return null;
  return { files, insertions: found?.insertions ?? 0, deletions: found?.deletions ?? 0 };
}

export async function rewindTo(query: Query, uuid: string): Promise<boolean> {
  const done = await query.rewindFiles(uuid).catch(() => null);
  return done?.canRewind ?? false;
}
