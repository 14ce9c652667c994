/** Finds a short list that still fails, by leaving out ever smaller parts of it (delta debugging, Zeller's ddmin). */

/**
 * @param fails whether a shorter list, in the same order, still shows it
 * @param isOver asked before each try: when true, the shortest list found so far is the result
 */
export async function shrink<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => Promise<boolean>,
  isOver: () => boolean = () => false,
): Promise<readonly T[]> {
  let shortest = items;
  let size = Math.ceil(items.length / 2);
  while (size >= 1 && shortest.length > 1) {
    const shorter = await leaveOut(shortest, size, fails, isOver);
    if (shorter) shortest = shorter;
    else if (size === 1) break;
    if (isOver()) break;
    size = shorter ? Math.min(size, Math.ceil(shorter.length / 2)) : Math.ceil(size / 2);
  }
  return shortest;
}

/** The first list without `size` neighbours that still fails, or null. */
async function leaveOut<T>(
  items: readonly T[],
  size: number,
  fails: (items: readonly T[]) => Promise<boolean>,
  isOver: () => boolean,
): Promise<readonly T[] | null> {
  // From the end: what comes last matters least to what comes before it.
  for (let end = items.length; end > 0; end -= size) {
    if (isOver()) return null;
    const rest = [...items.slice(0, Math.max(0, end - size)), ...items.slice(end)];
    if (rest.length > 0 && (await fails(rest))) return rest;
  }
  return null;
}
