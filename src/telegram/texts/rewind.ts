/** Putting files back, in words: /rewind. */
import type { FileChanges, RewindPoint } from '../../../machines/claude-reports.ts';
import { bold, code, join, rich, type RichText } from '../render/rich-text.ts';
import { counted, shortened } from './amounts.ts';

/** What a phone shows of a button. */
const LONGEST_LABEL = 40;
const LONGEST_QUOTE = 100;
const LISTED_FILES = 15;

export function rewindListText(points: readonly RewindPoint[]): RichText {
  return points.length === 0
    ? rich`There is nothing to put back: Claude edited no file in the last messages of this conversation. What its commands changed can't be put back.`
    : rich`Before which message? I put the files back to how they were then: those that Claude edited, not what its commands changed. The conversation stays as it is.`;
}

export function rewindLabel({ text, changes }: RewindPoint): string {
  return `${inOneLine(text, LONGEST_LABEL)} (${filesWord(changes)})`;
}

export function rewindAskText({ text, changes }: RewindPoint): RichText {
  return join(
    [
      rich`Put these files back to how they were before ${bold(inOneLine(text, LONGEST_QUOTE))}?`,
      ...fileLines(changes),
      counts(changes),
    ],
    '\n',
  );
}

export function rewoundText(changes: FileChanges): RichText {
  return join(
    [
      rich`${filesWord(changes)} put back:`,
      ...fileLines(changes),
      rich`Claude does not know of it: tell it if that matters.`,
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

function inOneLine(text: string, longest: number): string {
  return shortened(text.replace(/\s+/g, ' ').trim(), longest);
}

function fileLines({ files }: FileChanges): RichText[] {
  const more = files.length - LISTED_FILES;
  const shown = files.slice(0, LISTED_FILES).map((file) => code(file));
  return more > 0 ? [...shown, rich`… and ${String(more)} more`] : shown;
}

function counts({ insertions, deletions }: FileChanges): RichText {
  return rich`Lines: +${String(insertions)} −${String(deletions)}. This can't be undone.`;
}

function filesWord({ files }: FileChanges): string {
  return counted(files.length, 'file', 'files');
}
