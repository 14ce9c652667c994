/** Draws the schedule of a round from a seed: the same seed gives the same schedule. Pure. */
import type { CrashPoint } from './crash-points.ts';
import { drawTrouble } from './draw-trouble.ts';
import { randomOf, seedOf, type Random } from './random.ts';
import { HOST_ORDERS, PLACES, type Decision, type Deed, type Place, type Round } from './schedule.ts';

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
    if (trouble.do === 'crashAt') {
      deeds.splice(
        random.between(1, deeds.length),
        0,
        ...leadingTo(trouble.point, random.pick(places), `${String(number)}-x`),
      );
      // It is armed early, since most are come to while messages are on their way.
      deeds.splice(random.between(0, 1), 0, trouble);
    } else {
      deeds.splice(random.between(0, deeds.length), 0, trouble);
    }
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
    [6, () => [{ do: 'sendFile', place, key, text: `file ${key}` }]],
    [5, () => say('what did I say?')],
    [10, () => say(`slow ${String(random.between(5, 40))}`)],
    [3, () => say(`long ${String(random.between(30, 60))}`)],
    [
      12,
      () => say(`run: touch did-${key}`, random.pick(['allow', 'allow', 'deny', 'double', 'never'] as const)),
    ],
    [4, () => say(`run: mkdir did-${key}`, 'session')],
    [6, () => [...say(`note ${key}`), { do: 'edit', place, back: random.between(1, 2) }]],
    [4, () => command('/timeout 1s')],
    [2, () => command('/timeout 10m')],
    [4, () => command('/suspend')],
    [5, () => command('/stop')],
    [2, () => command('/end')],
    [2, () => command('/new')],
    [2, () => command('/clear')],
    [2, () => command('/status')],
    [4, () => [{ do: 'order', place, order: random.pick(HOST_ORDERS) }]],
    [3, () => [{ do: 'switch', place, button: random.between(0, 2) }]],
    [2, () => [{ do: 'strangerSays', text: `stranger ${key}` }]],
  ])();
}

/** What makes the daemon come to a crash point that most rounds do not come to. */
const LEADS: readonly (readonly [points: RegExp, text: string, decision?: Decision])[] = [
  [/^telegram\.partSent/, 'long 40'],
  [/^telegram\.liveMessage/, 'slow 30'],
  [/pproval/, 'run: touch did-KEY', 'allow'],
  [/^sessions\.created|^store\.saveChat/, '/new'],
  [/^sessions\.told/, '/timeout 1s'],
  [/^replies/, '/status'],
  [/^claude\.exited/, '/suspend'],
];

function leadingTo(point: CrashPoint, place: Place, key: string): Deed[] {
  if (point === 'sessions.selected') return [{ do: 'switch', place, button: 0 }];
  const [, text, decision] = LEADS.find(([points]) => points.test(point)) ?? [];
  if (text === undefined) return [];
  if (text.startsWith('/')) return [{ do: 'command', place, text }];
  return [{ do: 'say', place, key, text: text.replace('KEY', key), ...(decision && { decision }) }];
}
