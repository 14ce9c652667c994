/** Putting files back, in words: /rewind. */
import type { FileChanges, RewindPoint } from '../../../machines/claude-reports.ts';
import { bold, code, join, rich, type RichText } from '../render/rich-text.ts';

/** What a phone shows of a button. */
const LONGEST_LABEL = 40;
const LISTED_FILES = 15;

export function rewindListText(points: readonly RewindPoint[]): RichText {
  return points.length === 0
    ? rich`There is nothing to put back: Claude's edit tools changed no file in the last messages of this conversation. What commands changed is not kept.`
    : rich`Put files back to how they were before which message? Only what Claude's edit tools changed is put back, not what commands did. The conversation stays as it is.`;
}

export function rewindLabel({ text, changes }: RewindPoint): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > LONGEST_LABEL ? `${line.slice(0, LONGEST_LABEL - 1)}…` : line;
  return `${short} (${filesWord(changes)})`;
}

export function rewindAskText({ text, changes }: RewindPoint): RichText {
  return join(
    [rich`Put back to before ${bold(quoted(text))}:`, ...fileLines(changes), counts(changes)],
    '\n',
  );
}

export function rewoundText(changes: FileChanges): RichText {
  return join(
    [
      rich`${filesWord(changes)} put back:`,
      ...fileLines(changes),
      rich`Claude is not told of it by itself: say so if it matters.`,
    ],
    '\n',
  );
}

export function rewindConfirmLabel(changes: FileChanges): string {
  return `Put ${filesWord(changes)} back`;
}

export const REWIND_CANCEL_LABEL = 'Cancel';
export const REWOUND_TOAST = 'Put back';
export const REWIND_CHANGED_TOAST = 'The files have changed since: look again.';

export function rewindCancelledText(): RichText {
  return rich`Nothing was put back.`;
}

function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

function fileLines({ files }: FileChanges): RichText[] {
  const more = files.length - LISTED_FILES;
  const shown = files.slice(0, LISTED_FILES).map((file) => code(file));
  return more > 0 ? [...shown, rich`and ${String(more)} more`] : shown;
}

function counts({ insertions, deletions }: FileChanges): RichText {
  return rich`${String(insertions)} lines come, ${String(deletions)} lines go. This can't be undone.`;
}

function filesWord({ files }: FileChanges): string {
  return files.length === 1 ? '1 file' : `${String(files.length)} files`;
}
