/** What a session uses, and where it works: /usage, /cost, /cwd. */
import type { ClaudeUsage, PlanLimit } from '../../../machines/claude-reports.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import { formatDuration } from '../../words/duration.ts';
import { bold, code, join, rich, type RichText } from '../render/rich-text.ts';
import { counted, dollars } from './amounts.ts';

/** @param now wall clock, ms since the epoch */
export function usageText(
  session: SessionView,
  said: { usage: ClaudeUsage; at: number } | null,
  now: number,
): RichText {
  if (!said) {
    return rich`Claude has not told me yet how full the conversation of ${bold(session.name)} is. Send a message, then /usage again.`;
  }
  const { usage, at } = said;
  const { contextTokens, contextLimit, limits } = usage;
  const ago = now - at < 1_000 ? '' : `, ${formatDuration(now - at)} ago`;
  const percent = Math.round((100 * contextTokens) / contextLimit);
  return join(
    [
      rich`Conversation of ${bold(session.name)}: ${String(percent)} % full, ${tokens(contextTokens)} of ${tokens(contextLimit)} tokens${ago}. /compact makes it shorter.`,
      ...limits.map((limit) => limitLine(limit, now)),
    ],
    '\n',
  );
}

function limitLine({ name, usedPercent, resetsAt }: PlanLimit, now: number): RichText {
  const reset = resetsAt !== null && resetsAt > now ? `, reset in ${formatDuration(resetsAt - now)}` : '';
  return rich`${name}: ${String(Math.round(usedPercent))} % used${reset}`;
}

export function costText({ name, usage }: SessionView): RichText {
  if (usage.turns === 0) return rich`${bold(name)} has cost nothing yet.`;
  const { costUsd, turns, durationMs, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  return join(
    [
      rich`${bold(name)} has cost ${bold(dollars(costUsd))} in ${counted(turns, 'turn', 'turns')}, ${formatDuration(durationMs)} in all.`,
      rich`Tokens: ${tokens(inputTokens)} in, ${tokens(outputTokens)} out, ${tokens(cacheReadTokens)} read from the cache, ${tokens(cacheWriteTokens)} written to it.`,
      rich`This is Claude Code's estimate at list prices; with a plan you don't pay it.`,
    ],
    '\n',
  );
}

function tokens(count: number): string {
  return count.toLocaleString('en');
}

export function folderText({ name, workspace }: SessionView): RichText {
  return rich`${bold(name)} works in ${code(workspace)}. ${code('/cwd folder')} goes on with this conversation in another one, ${code('/new folder')} starts a session there.`;
}

export function folderChangedText({ name, workspace }: SessionView): RichText {
  return rich`${bold(name)} goes on in ${code(workspace)} with your next message. What you allowed for the session is asked again there.`;
}
