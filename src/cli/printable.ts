/** What a terminal must not obey: folders and people may be named anything. */
export function printable(line: string): string {
  // Control characters, and those that turn the direction of what follows.
  return line.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '?');
}
