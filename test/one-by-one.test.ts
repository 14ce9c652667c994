/** Tasks in turn. */
import { expect, it } from 'vitest';
import { OneByOne } from '../src/one-by-one.ts';

it('begins a task when the one before it under the same key has ended, well or not', async () => {
  const tasks = new OneByOne<string>();
  const seen: string[] = [];
  const first = Promise.withResolvers<void>();
  const running = [
    tasks.run('a', async () => {
      seen.push('a1 begins');
      await first.promise;
      seen.push('a1 fails');
      throw new Error('a1');
    }),
    tasks.run('a', () => {
      seen.push('a2');
      return Promise.resolve(2);
    }),
    tasks.run('b', () => {
      seen.push('b1');
      return Promise.resolve(3);
    }),
  ];
  expect(seen).toEqual(['a1 begins', 'b1']);
  first.resolve();
  const results = await Promise.allSettled(running);
  expect(seen).toEqual(['a1 begins', 'b1', 'a1 fails', 'a2']);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
});
