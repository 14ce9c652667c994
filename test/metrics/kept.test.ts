/** Costly looks are not made at every scrape. */
import { expect, it } from 'vitest';
import { kept } from '../../src/metrics/kept.ts';

function start(tookMs = 0) {
  let at = 0;
  let asked = 0;
  let error: Error | null = null;
  const look = kept(
    1_000,
    () => {
      asked += 1;
      at += tookMs;
      return error ? Promise.reject(error) : Promise.resolve(asked);
    },
    () => at,
  );
  return { look, pass: (ms: number) => (at += ms), fails: (with_: Error | null) => (error = with_) };
}

it('shares an answer for a while, and then asks anew', async () => {
  const { look, pass } = start();
  expect(await Promise.all([look(), look()])).toEqual([1, 1]);
  pass(999);
  expect(await look()).toBe(1);
  pass(1);
  expect(await look()).toBe(2);
});

it('asks the more seldom the longer an answer takes', async () => {
  // Its own clock moves while it is asked, before the answer is there.
  const { look, pass } = start(50);
  expect(await look()).toBe(1);
  pass(9_900);
  expect(await look()).toBe(1);
  pass(200);
  expect(await look()).toBe(2);
});

it('keeps no failure', async () => {
  const { look, fails } = start();
  fails(new Error('no'));
  await expect(look()).rejects.toThrow('no');
  fails(null);
  expect(await look()).toBe(2);
});
