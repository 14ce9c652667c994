/** The trouble of a round, drawn at random: what dies where, and what network and disk refuse. Pure. */
import { CRASH_POINTS, type CrashPoint } from './crash-points.ts';
import type { Random } from './random.ts';
import type { Deed, NetworkFault } from './schedule.ts';

export function drawTrouble(random: Random): Deed[] {
  const downMs = random.pick([0, 0, 50, 300]);
  const index = random.between(0, 2);
  const main = random.weighted<() => Deed | null>([
    [65, () => drawCrash(random, downMs)],
    [20, () => ({ do: 'killDaemon', downMs })],
    [10, () => ({ do: 'killClaude', index })],
    [8, () => ({ do: 'killBoth', index, downMs })],
    [12, () => drawRestart(random, downMs)],
    [5, () => null],
  ])();
  const deeds: Deed[] = main ? [main] : [];
  // A crash point of the stop is only come to by a daemon that stops.
  if (main?.do === 'crashAt' && isAtStop(main.point)) deeds.push(drawRestart(random, downMs));
  if (random.chance(0.35)) deeds.push({ do: 'network', fault: drawNetworkFault(random) });
  if (random.chance(0.08)) deeds.push({ do: 'unplug', forMs: random.between(50, 500) });
  if (random.chance(0.12)) {
    const code = random.pick(['ENOSPC', 'EIO', 'EROFS', 'EMFILE'] as const);
    deeds.push({ do: 'disk', code, times: random.between(1, 3) });
  }
  if (random.chance(0.15)) deeds.push({ do: 'repeat', back: random.between(1, 5) });
  if (random.chance(0.08)) deeds.push({ do: 'tapAgain', back: random.between(1, 2) });
  if (random.chance(0.1)) deeds.push({ do: 'killDaemon', downMs: 0 });
  return deeds;
}

function drawRestart(random: Random, downMs: number): Deed {
  return { do: 'restart', downMs, places: random.pick([null, null, 1, 2]) };
}

function drawCrash(random: Random, downMs: number): Deed {
  return {
    do: 'crashAt',
    point: random.pick(CRASH_POINTS),
    hit: random.pick([1, 1, 1, 2, 3]),
    victim: random.pick(['daemon', 'daemon', 'daemon', 'claude', 'both']),
    downMs,
    again: random.chance(0.3) ? random.pick(CRASH_POINTS) : null,
  };
}

const METHODS = ['sendMessage', 'sendMessage', 'sendMessage', 'editMessageText', 'getUpdates', '*'] as const;

function drawNetworkFault(random: Random): NetworkFault {
  const method = random.pick(METHODS);
  const times = random.between(1, 2);
  const error = (code: number, description: string): NetworkFault => ({
    method,
    times,
    error: { code, description },
  });
  return random.weighted<() => NetworkFault>([
    [
      3,
      () => ({
        method,
        times,
        error: { code: 429, description: 'Too Many Requests: retry after 1', retryAfter: 1 },
      }),
    ],
    [2, () => error(500, 'Internal Server Error')],
    [2, () => error(502, 'Bad Gateway')],
    [3, () => ({ method, times, drop: 'before' })],
    [3, () => ({ method, times: 1, drop: 'after' })],
    [2, () => ({ method, times, delayMs: random.between(100, 500) })],
    [1, () => ({ ...error(409, 'Conflict: terminated by other getUpdates request'), method: 'getUpdates' })],
  ])();
}

export function isAtStop(point: CrashPoint): boolean {
  return /stop|close/i.test(point);
}
