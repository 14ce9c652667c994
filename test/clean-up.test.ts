/** What was begun is ended: once, in the reverse order, and all of it. */
import { expect, it } from 'vitest';
import { CleanUp } from '../src/clean-up.ts';

it('ends what was begun, the newest first, each step after the one before', async () => {
  const ended: string[] = [];
  {
    await using all = new CleanUp();
    all.defer(() => ended.push('first'));
    all.use({ [Symbol.dispose]: () => void ended.push('second') });
    all.use({
      [Symbol.asyncDispose]: async () => {
        await Promise.resolve();
        ended.push('third');
      },
    });
  }
  expect(ended).toEqual(['third', 'second', 'first']);
});

it('leaves what was moved to its new owner', async () => {
  const ended: string[] = [];
  let owner: CleanUp;
  {
    await using all = new CleanUp();
    all.defer(() => ended.push('it'));
    owner = all.move();
  }
  expect(ended).toEqual([]);
  await owner[Symbol.asyncDispose]();
  await owner[Symbol.asyncDispose]();
  expect(ended).toEqual(['it']);
});

it('takes the other steps after one that failed, and says what failed', async () => {
  const ended: string[] = [];
  const all = new CleanUp();
  all.defer(() => ended.push('it'));
  all.defer(() => Promise.reject(new Error('no')));
  await expect(all[Symbol.asyncDispose]()).rejects.toThrow('no');
  expect(ended).toEqual(['it']);

  all.defer(() => Promise.reject(new Error('one')));
  all.defer(() => Promise.reject(new Error('two')));
  await expect(all[Symbol.asyncDispose]()).rejects.toMatchObject({
    errors: [{ message: 'two' }, { message: 'one' }],
  });
});
