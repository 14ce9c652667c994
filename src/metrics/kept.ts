/** A costly look whose result is good for a while. */

/**
 * Asks at most once within `keepMs`, and whoever asks meanwhile shares the answer. A rejection is not kept.
 * @param monotonic ms, never jumps
 */
export function kept<T>(
  keepMs: number,
  ask: () => Promise<T>,
  monotonic: () => number = () => performance.now(),
): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | null = null;
  return () => {
    if (last && monotonic() - last.at < keepMs) return last.answer;
    const asked = { at: monotonic(), answer: ask() };
    last = asked;
    asked.answer.catch(() => {
      if (last === asked) last = null;
    });
    return asked.answer;
  };
}
