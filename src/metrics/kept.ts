/** A costly look whose result is good for a while. */

/** A look may take up so much of the time at most: one that takes 0.4 s is good for 80 s. */
const SHARE = 1 / 200;

/**
 * Asks at most once within `keepMs`, and more seldom the longer an answer takes. Whoever asks meanwhile shares the last
 * one. A rejection is not kept.
 * @param monotonic ms, never jumps
 */
export function kept<T>(
  keepMs: number,
  ask: () => Promise<T>,
  monotonic: () => number = () => performance.now(),
): () => Promise<T> {
  let last: { until: number; answer: Promise<T> } | null = null;
  return () => {
    if (last && monotonic() < last.until) return last.answer;
    const askedAt = monotonic();
    const asked = { until: Infinity, answer: ask() };
    last = asked;
    asked.answer.then(
      () => {
        const answeredAt = monotonic();
        asked.until = answeredAt + Math.max(keepMs, (answeredAt - askedAt) / SHARE);
      },
      () => {
        if (last === asked) last = null;
      },
    );
    return asked.answer;
  };
}
