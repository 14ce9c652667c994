/** What a live message shows: the end of the answer so far, and the tool at work. Pure. */
import type { ShownProgress } from '../ports.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { concat, type RichText } from '../render/rich-text.ts';
import { tail } from '../render/tail.ts';
import { activityText } from '../texts/delivery.ts';

/** Room for the answer's end; with the activity below it stays under Telegram's 4,096. */
const TEXT_LIMIT = 3_500;
/** A long answer is not parsed from its beginning for each frame. */
const MARKDOWN_LIMIT = 12_000;

/** @returns null while there is nothing to show yet */
export function frameText({ text, activity }: ShownProgress): RichText | null {
  const answer = tail(renderMarkdown(endOf(text)), TEXT_LIMIT);
  const isBlank = answer.text.trim() === '';
  if (activity === null) return isBlank ? null : answer;
  return isBlank ? activityText(activity) : concat(answer, '\n\n', activityText(activity));
}

/** Cut where a paragraph begins, if one does. */
function endOf(text: string): string {
  if (text.length <= MARKDOWN_LIMIT) return text;
  const end = text.slice(-MARKDOWN_LIMIT);
  const paragraph = end.indexOf('\n\n');
  return `…${paragraph < 0 ? end : end.slice(paragraph)}`;
}
