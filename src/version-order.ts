/** Which of two versions, such as `22.18` and `24.21.0`, is the older one. */

/** Whether `version` comes before `other`; what one of them leaves out counts as 0. */
export function isOlder(version: string, other: string): boolean {
  const [ours, theirs] = [version, other].map((text) => text.split('.').map(Number));
  for (const [index, part] of (theirs ?? []).entries()) {
    const own = ours?.[index] ?? 0;
    if (own !== part) return own < part;
  }
  return false;
}
