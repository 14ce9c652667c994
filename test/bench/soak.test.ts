/** The soak, in its small form: one person does everything once, and what then is left is compared with itself. */
import { expect, test } from 'vitest';
import { ACTS } from '../../bench/soak/acts.ts';
import { growthOf, measureSoak } from '../../bench/soak.ts';

test('everything is done once, nobody waits in vain, and nothing is left under way', async () => {
  const soak = await measureSoak({ minutes: 0, people: 1, sampleSeconds: 1, isPatient: false });

  expect(soak.failures).toEqual([]);
  expect(soak.after).toMatchObject({ acts: Object.keys(ACTS).length, processes: 0, disk: { underWay: 0 } });
  const more = {
    ...soak.after,
    weight: { ...soak.after.weight, openFiles: soak.before.weight.openFiles + 1 },
  };
  expect(growthOf({ before: soak.before, after: more })).toContainEqual(expect.stringMatching(/^open files/));
});
