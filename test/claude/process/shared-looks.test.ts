/** Looks that are shared: as few as can be, and none that began before somebody asked. */
import { expect, it } from 'vitest';
import { sharedLooks } from '../../../src/claude/process/shared-looks.ts';

function looks() {
  const under: PromiseWithResolvers<number>[] = [];
  const look = sharedLooks(() => {
    const one = Promise.withResolvers<number>();
    under.push(one);
    return one.promise;
  });
  return { look, under };
}

it('shares the next look among all who ask while one is under way, and does not give them that one', async () => {
  const { look, under } = looks();
  const first = look();
  const [second, third] = [look(), look()];
  expect(under).toHaveLength(1);

  under[0]?.resolve(1);
  expect(await first).toBe(1);
  await expect.poll(() => under.length).toBe(2);
  under[1]?.resolve(2);

  expect(await Promise.all([second, third])).toEqual([2, 2]);
  const fourth = look();
  await expect.poll(() => under.length).toBe(3);
  under[2]?.resolve(3);
  expect(await fourth).toBe(3);
});

it('looks again after a look that failed, which fails nobody who asked later', async () => {
  const { look, under } = looks();
  const first = look();
  const second = look();
  under[0]?.reject(new Error('no /proc'));
  await expect(first).rejects.toThrow('no /proc');
  await expect.poll(() => under.length).toBe(2);
  under[1]?.resolve(2);
  expect(await second).toBe(2);
});
