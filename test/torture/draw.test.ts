import { describe, expect, it } from 'vitest';
import { CRASH_POINTS } from './crash-points.ts';
import { isAtStop } from './draw-trouble.ts';
import { drawRound } from './draw.ts';
import type { Deed } from './schedule.ts';

const rounds = Array.from({ length: 2_000 }, (_, index) => drawRound(7, index + 1));
const deeds: Deed[] = rounds.flatMap(({ steps }) => steps);

describe('a schedule', () => {
  it('is the same for the same seed, and another one for another seed', () => {
    expect(drawRound(7, 3)).toEqual(drawRound(7, 3));
    expect(drawRound(8, 3)).not.toEqual(drawRound(7, 3));
    expect(drawRound(7, 4).steps).not.toEqual(drawRound(7, 3).steps);
  });

  it('comes to every kind of deed and every crash point', () => {
    expect(new Set(deeds.map((deed) => deed.do)).size).toBe(17);
    const points = deeds.flatMap((deed) => (deed.do === 'crashAt' ? [deed.point] : []));
    expect(new Set(points)).toEqual(new Set(CRASH_POINTS));
  });

  it('gives each message a key of its own, so that its answer can be told from others', () => {
    const keys = deeds.flatMap((deed) => (deed.do === 'say' ? [deed.key] : []));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('stops a daemon that shall die while it stops', () => {
    for (const { steps } of rounds) {
      const isToDieThere = steps.some((step) => step.do === 'crashAt' && isAtStop(step.point));
      if (isToDieThere) expect(steps.map((step) => step.do)).toContain('restart');
    }
  });
});
