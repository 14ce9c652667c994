/** The difference between two texts, line by line, as `diff` writes it: for changes that a person has to allow. */
import { diffArrays } from 'diff';

/** Beyond this many differing lines the comparison would take seconds: all old lines come before all new ones. */
const MOST_EDITS = 2_000;

/** Each line behind a space (it stays), `-` (it goes) or `+` (it comes). No line is left out. */
export function lineDiff(before: string, after: string): string {
  const areClosed = [before, after].every((text) => text === '' || text.endsWith('\n'));
  const [old, fresh] = [linesOf(before, areClosed), linesOf(after, areClosed)];
  const changes = diffArrays(old, fresh, { maxEditLength: MOST_EDITS }) ?? [
    { value: old, added: false, removed: true },
    { value: fresh, added: true, removed: false },
  ];
  return changes
    .flatMap(({ value, added, removed }) => {
      const mark = removed ? '-' : added ? '+' : ' ';
      return value.map((line) => `${mark}${line}`);
    })
    .join('\n');
}

/** @param isClosed whether the line break at the end of the text begins no further line, as in a file */
function linesOf(text: string, isClosed: boolean): string[] {
  if (text === '') return [];
  return (isClosed ? text.slice(0, -1) : text).split('\n');
}
