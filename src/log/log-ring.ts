/** The last lines of the log, in memory, for whoever asks the daemon for them; and those that come, at each one's own pace. */
import { LOG_LEVELS, type LogLevel } from './level.ts';

/** What is kept, whichever is reached first. */
export const LINES_KEPT = 2_000;
const CHARACTERS_KEPT = 2_000_000;
/** So many lines wait for somebody who reads slowly; of more, the oldest are left out, and counted. */
const WAITING_MOST = 1_000;

export interface LogWish {
  /** How many of those that there are. */
  last: number;
  /** Nothing below it. */
  level: LogLevel;
  /** Also those that come, until the signal is given. */
  follows: boolean;
}

export interface LogBatch {
  /** As they were written, without their line ends. */
  lines: string[];
  /** How many were left out before them, because they were not read in time. */
  leftOut: number;
}

interface Follower {
  level: LogLevel;
  waiting: string[];
  leftOut: number;
  wake: () => void;
}

export class LogRing {
  readonly #lines: string[] = [];
  readonly #followers = new Set<Follower>();
  #characters = 0;

  /** Never throws. @param line as the log writes it */
  readonly add = (line: string): void => {
    const text = line.trimEnd();
    this.#lines.push(text);
    this.#characters += text.length;
    while (this.#lines.length > LINES_KEPT || this.#characters > CHARACTERS_KEPT) {
      this.#characters -= this.#lines.shift()?.length ?? 0;
    }
    for (const follower of this.#followers) take(follower, text);
  };

  /** Ends with what there is, or, if it follows, once the signal is given. */
  async *read({ last, level, follows }: LogWish, signal: AbortSignal): AsyncGenerator<LogBatch> {
    const there = this.#lines.filter((line) => isAtLeast(line, level));
    const lines = last === 0 ? [] : there.slice(-last);
    const follower: Follower = { level, waiting: lines, leftOut: 0, wake: () => undefined };
    if (follows) this.#followers.add(follower);
    const wake = (): void => follower.wake();
    signal.addEventListener('abort', wake);
    try {
      do {
        const { waiting, leftOut } = follower;
        Object.assign(follower, { waiting: [], leftOut: 0 });
        if (waiting.length > 0) yield { lines: waiting, leftOut };
        else if (follows && !signal.aborted) await new Promise<void>((resolve) => (follower.wake = resolve));
      } while (follows && !signal.aborted);
    } finally {
      this.#followers.delete(follower);
      signal.removeEventListener('abort', wake);
    }
  }
}

function take(follower: Follower, line: string): void {
  if (!isAtLeast(line, follower.level)) return;
  follower.waiting.push(line);
  if (follower.waiting.length > WAITING_MOST) {
    follower.waiting.shift();
    follower.leftOut += 1;
  }
  follower.wake();
}

/** The level is the first field of each line (pino). What has none is shown. */
function isAtLeast(line: string, level: LogLevel): boolean {
  const found = /^\{"level":"(\w+)"/.exec(line)?.[1];
  const order: readonly (string | undefined)[] = LOG_LEVELS;
  return !order.includes(found) || order.indexOf(found) >= order.indexOf(level);
}
