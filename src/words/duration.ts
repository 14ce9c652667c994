/** Durations as people write them, in chat and in the environment, and as they read them. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The shortest duration that can be set. */
export const MIN_DURATION_MS = SECOND_MS;
/** The longest duration that can be set: 365 days. */
export const MAX_DURATION_MS = 365 * DAY_MS;

/** What a text means as a duration. `ms` is null for `off`. */
export type ParsedDuration = { ms: number | null } | { refused: BadDuration };

/** Why a text is no duration that can be set. */
export type BadDuration = 'unreadable' | 'tooShort' | 'tooLong';

/** Largest unit first, each at most once. ASCII digits only, and no sign, point or exponent. */
const DURATION = /^(?:(\d+) ?d)? ?(?:(\d+) ?h)? ?(?:(\d+) ?m(?:in)?)? ?(?:(\d+) ?s(?:ec)?)?$/i;
const SECONDS = /^\d+$/;

/**
 * Reads `600` (seconds), `90s`, `10m`, `36h`, `7d`, `1h30m`, what `formatDuration` writes, and `off`.
 * From one second to 365 days; anything else is refused.
 */
export function parseDuration(text: string): ParsedDuration {
  const trimmed = text.trim();
  if (trimmed.toLowerCase() === 'off') return { ms: null };
  const ms = trimmed === '' ? null : toMs(trimmed);
  if (ms === null) return { refused: 'unreadable' };
  if (ms < MIN_DURATION_MS) return { refused: 'tooShort' };
  if (ms > MAX_DURATION_MS) return { refused: 'tooLong' };
  return { ms };
}

function toMs(text: string): number | null {
  if (SECONDS.test(text)) return Number(text) * SECOND_MS;
  const match = DURATION.exec(text);
  if (!match) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((digits) => Number(digits ?? 0));
  return days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
}

const UNITS = [
  [DAY_MS, 'd'],
  [HOUR_MS, 'h'],
  [MINUTE_MS, 'min'],
  [SECOND_MS, 's'],
] as const;

/**
 * For people: `45 s`, `10 min`, `1 h 30 min`, `off` for null. Rounded to the second; of four units the two largest that
 * are not zero are shown and the rest is cut off.
 * @param durationMs milliseconds; a negative one is shown as `0 s`
 */
export function formatDuration(durationMs: number | null): string {
  if (durationMs === null) return 'off';
  let restMs = Math.round(Math.max(0, durationMs) / SECOND_MS) * SECOND_MS;
  const parts: string[] = [];
  for (const [unitMs, unit] of UNITS) {
    const count = Math.floor(restMs / unitMs);
    restMs -= count * unitMs;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}
