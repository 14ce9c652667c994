/** Many files without opening them all at once. */

/** Each open file is a descriptor, and a process often has no more than 1024. */
const AT_ONCE = 32;

/** The results in the order of the items. The first rejection ends it. */
export async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for await (const result of eachInBatches(items, work)) results.push(result);
  return results;
}

/** As `inBatches`, for more results than there is memory for. */
export async function* eachInBatches<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  for (let start = 0; start < items.length; start += AT_ONCE) {
    yield* await Promise.all(items.slice(start, start + AT_ONCE).map(work));
  }
}
