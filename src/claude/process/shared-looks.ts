/** A costly look that many ask for at once is made for all of them together. */

/**
 * Each caller gets what a look found that began after it asked. While one is under way, all who come share the next one.
 * What it resolves with is shared too: nobody may change it.
 */
export function sharedLooks<T>(look: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> | null = null;
  let next: Promise<T> | null = null;

  const begin = (): Promise<T> => {
    const found = look();
    const over = found
      .catch(() => undefined)
      .then(() => {
        if (current === over) current = null;
      });
    current = over;
    return found;
  };

  return () => {
    if (!current) return begin();
    next ??= current.then(() => {
      next = null;
      return begin();
    });
    return next;
  };
}
