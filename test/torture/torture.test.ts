/** Thirty rounds of torture in CI; docs/development.md has the command for more. Invariants 1 to 5 and 8. */
import { expect, it } from 'vitest';
import { verdictOf } from './tally.ts';
import { torture } from './torture.ts';

const SEED = 20_261_124;

it(
  'nothing is lost, nothing doubled, nothing orphaned, whatever dies and whenever',
  { timeout: 400_000 },
  async () => {
    const { tally, failure } = await torture({ rounds: 30, seed: SEED, jobs: 2, shrinkMs: 60_000 });
    expect(failure).toBeNull();
    expect(tally.rounds).toBe(30);
    // What was not done was not endured.
    expect(tally.messages).toBeGreaterThan(60);
    expect(Object.keys(tally.deaths).length).toBeGreaterThan(3);
    process.stdout.write(`${verdictOf(tally)}\n`);
  },
);
