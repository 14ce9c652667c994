/** The torture run: rounds drawn from a seed, one life after the other, and the shortest schedule for what fails. */
import { runLife, type Failure, type LifeOptions } from './run.ts';
import { drawRound } from './draw.ts';
import type { Round, Step } from './schedule.ts';
import { shrink } from './shrink.ts';
import { addTo, newTally, type Tally } from './tally.ts';

export interface TortureOptions extends LifeOptions {
  rounds: number;
  seed: number;
  /** How many worlds at the same time. Default: 1. */
  jobs?: number;
  /** How long to look for a shorter schedule of what failed, ms. Default: 3 minutes. */
  shrinkMs?: number;
}

export interface TortureResult {
  tally: Tally;
  /** Null: the books balance after every round. */
  failure: (Failure & { schedule: readonly Round[] }) | null;
}

/** Rounds in one folder, so that later ones meet what earlier ones left. */
const LIFE = 10;
const SHRINK_MS = 180_000;
/** A schedule says when something is done, but not what the machine does meanwhile: what fails may not fail each time. */
const TRIES = 2;

/** Ends at the first round that fails. */
export async function torture(options: TortureOptions): Promise<TortureResult> {
  const lives = livesOf(options);
  const tally = newTally();
  let failed: { failure: Failure; rounds: Round[] } | null = null;
  const worker = async (): Promise<void> => {
    for (let rounds = lives.shift(); rounds && !failed; rounds = lives.shift()) {
      const outcome = await runLife(rounds, options);
      addTo(tally, outcome.tally);
      if (outcome.failure) failed ??= { failure: outcome.failure, rounds };
    }
  };
  await Promise.all(Array.from({ length: options.jobs ?? 1 }, worker));
  return { tally, failure: failed && (await withShortest(failed, options)) };
}

/** Plays rounds as they are given, in one life. */
export async function replay(rounds: readonly Round[], options: LifeOptions): Promise<TortureResult> {
  const { tally, failure } = await runLife(rounds, options);
  return { tally, failure: failure && { ...failure, schedule: rounds } };
}

function livesOf({ rounds, seed }: TortureOptions): Round[][] {
  const drawn = Array.from({ length: rounds }, (_, index) => drawRound(seed, index + 1));
  return Array.from({ length: Math.ceil(rounds / LIFE) }, (_, life) =>
    drawn.slice(life * LIFE, (life + 1) * LIFE),
  );
}

async function withShortest(
  { failure, rounds }: { failure: Failure; rounds: readonly Round[] },
  { bug = null, shrinkMs = SHRINK_MS }: TortureOptions,
): Promise<NonNullable<TortureResult['failure']>> {
  const deadline = performance.now() + shrinkMs;
  const isOver = (): boolean => performance.now() >= deadline;
  const fails = async (steps: readonly Numbered[]): Promise<boolean> => {
    for (let attempt = 0; attempt < TRIES && !isOver(); attempt += 1) {
      if ((await runLife(regroup(steps), { bug })).failure) return true;
    }
    return false;
  };
  const played = rounds.filter(({ number }) => number <= failure.round);
  const last = flatten(played.slice(-1));
  // Most often the rounds before it have nothing to do with it.
  const steps = !isOver() && (await fails(last)) ? last : flatten(played);
  return { ...failure, schedule: regroup(await shrink(steps, fails, isOver)) };
}

interface Numbered {
  round: number;
  step: Step;
}

function flatten(rounds: readonly Round[]): Numbered[] {
  return rounds.flatMap(({ number, steps }) => steps.map((step) => ({ round: number, step })));
}

function regroup(steps: readonly Numbered[]): Round[] {
  const rounds = Map.groupBy(steps, ({ round }) => round);
  return [...rounds].map(([number, those]) => ({ number, steps: those.map(({ step }) => step) }));
}
