/** Words of others as part of a line of ours: names, titles, phone numbers. */

const MAX_LENGTH = 100;

/**
 * Without line ends, control and invisible characters (they could end our line, or turn it round), and without `<` and
 * `>`, which mark what is ours. Cut to `maxLength` characters.
 */
export function oneLine(text: string, maxLength = MAX_LENGTH): string {
  const clean = text
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .replace(/[<>]/g, '')
    .trim();
  return cut(clean, maxLength);
}

/** At most `maxLength` characters, the last of them `…` if some were left out; never half a surrogate pair. */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
