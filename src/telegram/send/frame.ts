/** What a live message shows of a turn: the end of the answer so far, and below it what Claude does. Pure. */
import type { ShownProgress } from '../ports.ts';
import { limitEntities } from '../render/limits.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { slice, type RichText } from '../render/rich-text.ts';
import { tail } from '../render/tail.ts';
import {
  activityText,
  agentLines,
  elapsedText,
  paragraphs,
  thoughtText,
  todoLines,
  toolLines,
} from '../texts/turn.ts';

/** Below Telegram's 4,096, with room for what stands between. */
const FRAME_LIMIT = 3_900;
/** Of this, what is not the answer may take so much. */
const STATUS_LIMIT = 2_600;
/** A long answer is not parsed from its beginning for each frame. */
const MARKDOWN_LIMIT = 12_000;

export interface FrameOptions {
  /** Wall clock, ms since the epoch. */
  now: number;
  /** Every tool call, and what Claude thinks; not only what it does now. */
  isVerbose: boolean;
}

export function frameText(progress: ShownProgress, { now, isVerbose }: FrameOptions): RichText {
  const status = slice(statusText(progress, isVerbose), 0, STATUS_LIMIT);
  const elapsed = elapsedText(progress, Math.max(0, now - progress.startedAt));
  const answer = tail(renderMarkdown(endOf(progress.text)), FRAME_LIMIT - status.text.length);
  const isBlank = answer.text.trim() === '';
  return limitEntities(paragraphs([...(isBlank ? [] : [[answer]]), [status, elapsed]]));
}

function statusText(progress: ShownProgress, isVerbose: boolean): RichText {
  const around = [...todoLines(progress), ...agentLines(progress)];
  if (!isVerbose) return paragraphs([[activityText(progress), ...around]]);
  const thought = thoughtText(progress);
  // The tool at work is the last of the calls already.
  const isSaid = progress.phase === 'working' && progress.tools.latest.at(-1)?.state === 'running';
  const now = isSaid ? around : [activityText(progress), ...around];
  return paragraphs([thought ? [thought] : [], toolLines(progress), now]);
}

/** Cut where a paragraph begins, if one does. */
function endOf(text: string): string {
  if (text.length <= MARKDOWN_LIMIT) return text;
  const end = text.slice(-MARKDOWN_LIMIT);
  const paragraph = end.indexOf('\n\n');
  return `…${paragraph < 0 ? end : end.slice(paragraph)}`;
}
