/** The difference between two texts, line by line, as `diff` writes it: for changes that a person has to allow. */

/** Comparing takes room for this many pairs of lines at most; beyond, all old lines come before all new ones. */
const MOST_PAIRS = 1_000_000;

/** Each line behind a space (it stays), `-` (it goes) or `+` (it comes). No line is left out. */
export function lineDiff(before: string, after: string): string {
  const areClosed = [before, after].every((text) => text === '' || text.endsWith('\n'));
  const old = linesOf(before, areClosed);
  const fresh = linesOf(after, areClosed);
  const head = commonHead(old, fresh);
  const tail = commonHead(old.slice(head).reverse(), fresh.slice(head).reverse());
  return [
    ...old.slice(0, head).map((line) => ` ${line}`),
    ...middleDiff(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)),
    ...old.slice(old.length - tail).map((line) => ` ${line}`),
  ].join('\n');
}

/** @param isClosed whether the line break at the end of the text begins no further line, as in a file */
function linesOf(text: string, isClosed: boolean): string[] {
  if (text === '') return [];
  return (isClosed ? text.slice(0, -1) : text).split('\n');
}

function commonHead(a: readonly string[], b: readonly string[]): number {
  const differing = a.findIndex((line, index) => line !== b[index]);
  return differing < 0 ? a.length : differing;
}

function middleDiff(old: readonly string[], fresh: readonly string[]): string[] {
  const pairs = (old.length + 1) * (fresh.length + 1);
  if (pairs > MOST_PAIRS) return [...old.map((line) => `-${line}`), ...fresh.map((line) => `+${line}`)];
  const common = commonLengths(old, fresh);
  const width = fresh.length + 1;
  const diff: string[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < fresh.length) {
    const below = common[(i + 1) * width + j] ?? -1;
    const right = common[i * width + j + 1] ?? -1;
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      diff.push(` ${old[i]}`);
      i += 1;
      j += 1;
    } else if (j === fresh.length || (i < old.length && below >= right)) {
      diff.push(`-${old[i]}`);
      i += 1;
    } else {
      diff.push(`+${fresh[j]}`);
      j += 1;
    }
  }
  return diff;
}

/** At `i * width + j`: how many lines, in order, the texts from line `i` and line `j` on have in common. */
function commonLengths(old: readonly string[], fresh: readonly string[]): Uint32Array {
  const width = fresh.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      const longer = Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
      common[i * width + j] = old[i] === fresh[j] ? 1 + (common[(i + 1) * width + j + 1] ?? 0) : longer;
    }
  }
  return common;
}
