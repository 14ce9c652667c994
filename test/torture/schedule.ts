/** What is done to the daemon in a round, and when: drawn from a seed, pure. The same seed gives the same schedule. */
import { CRASH_POINTS, type CrashPoint } from './crash-points.ts';
import { randomOf, seedOf, type Random } from './random.ts';

/** Who writes where; `places.ts` has the numbers. */
export const PLACES = ['anna', 'ben', 'topic 11', 'topic 22'] as const;
export type Place = (typeof PLACES)[number];

/** What a person does about an approval that a message brings. `never`: nothing, until the round is over. */
export type Decision = 'allow' | 'session' | 'deny' | 'double' | 'never';

export interface NetworkFault {
  method: string;
  times: number;
  error?: { code: number; description: string; retryAfter?: number };
  drop?: 'before' | 'after';
  delayMs?: number;
}

export type Deed =
  /** `key` is unique within a run of rounds; what the message must be answered with follows from `text`. */
  | { do: 'say'; place: Place; key: string; text: string; decision?: Decision }
  | { do: 'command'; place: Place; text: string }
  | { do: 'strangerSays'; text: string }
  /** `/sessions`, and a tap on the `button`th of its buttons. */
  | { do: 'switch'; place: Place; button: number }
  /** The `back`th last update comes once more, under a new number. */
  | { do: 'repeat'; back: number }
  /** An answered approval's button is pressed again, by forged data. */
  | { do: 'tapAgain'; back: number }
  | { do: 'killDaemon'; downMs: number }
  /** The `index`th of those that run. */
  | { do: 'killClaude'; index: number }
  | { do: 'killBoth'; index: number; downMs: number }
  /** SIGTERM, and a new start. */
  | { do: 'restart'; downMs: number }
  | { do: 'crashAt'; point: CrashPoint; hit: number; downMs: number }
  | { do: 'network'; fault: NetworkFault }
  /** Connections to Telegram are refused. */
  | { do: 'unplug'; forMs: number }
  | { do: 'disk'; code: 'ENOSPC' | 'EIO' | 'EROFS' | 'EMFILE'; times: number };

export type Step = { afterMs: number } & Deed;

export interface Round {
  number: number;
  steps: Step[];
}

/** The `number`th round of a seed (from 1). Depends on no other round. */
export function drawRound(seed: number, number: number): Round {
  const random = randomOf(seedOf(seed, number));
  const places = [random.pick(PLACES), random.pick(PLACES)];
  const deeds: Deed[] = [];
  const people = random.between(3, 6);
  for (let index = 0; index < people; index += 1) {
    deeds.push(...drawPersonsDeeds(random, random.pick(places), `${String(number)}-${String(index)}`));
  }
  for (const trouble of drawTrouble(random)) {
    // A crash point is armed early, since most are come to while messages are on their way.
    const latest = trouble.do === 'crashAt' ? 1 : deeds.length;
    deeds.splice(random.between(0, latest), 0, trouble);
  }
  return { number, steps: deeds.map((deed) => ({ afterMs: drawPause(random), ...deed })) };
}

/** Often none at all: what comes in one batch is another case than what comes one by one. */
function drawPause(random: Random): number {
  return random.weighted([
    [3, 0],
    [3, random.between(1, 60)],
    [3, random.between(60, 400)],
    [1, random.between(400, 1_000)],
  ]);
}

function drawPersonsDeeds(random: Random, place: Place, key: string): Deed[] {
  const say = (text: string, decision?: Decision): Deed[] => [
    { do: 'say', place, key, text, ...(decision && { decision }) },
  ];
  const command = (text: string): Deed[] => [{ do: 'command', place, text }];
  return random.weighted<() => Deed[]>([
    [38, () => say(`note ${key}`)],
    [8, () => say(`remember ${key}`)],
    [5, () => say('what did I say?')],
    [10, () => say(`slow ${String(random.between(5, 40))}`)],
    [3, () => say(`long ${String(random.between(30, 60))}`)],
    [
      12,
      () => say(`run: touch did-${key}`, random.pick(['allow', 'allow', 'deny', 'double', 'never'] as const)),
    ],
    [4, () => say(`run: mkdir did-${key}`, 'session')],
    [4, () => command('/timeout 1s')],
    [2, () => command('/timeout 10m')],
    [4, () => command('/suspend')],
    [5, () => command('/stop')],
    [2, () => command('/end')],
    [2, () => command('/new')],
    [2, () => command('/status')],
    [3, () => [{ do: 'switch', place, button: random.between(0, 2) }]],
    [2, () => [{ do: 'strangerSays', text: `stranger ${key}` }]],
  ])();
}

function drawTrouble(random: Random): Deed[] {
  const downMs = random.pick([0, 0, 50, 300]);
  const index = random.between(0, 2);
  const main = random.weighted<() => Deed | null>([
    [
      40,
      () => ({ do: 'crashAt', point: random.pick(CRASH_POINTS), hit: random.pick([1, 1, 1, 2, 3]), downMs }),
    ],
    [20, () => ({ do: 'killDaemon', downMs })],
    [10, () => ({ do: 'killClaude', index })],
    [8, () => ({ do: 'killBoth', index, downMs })],
    [12, () => ({ do: 'restart', downMs })],
    [10, () => null],
  ])();
  const deeds: Deed[] = main ? [main] : [];
  // A crash point of the stop is only come to by a daemon that stops.
  if (main?.do === 'crashAt' && /stop|close/i.test(main.point)) deeds.push({ do: 'restart', downMs });
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
