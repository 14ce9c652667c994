/** The benchmark of first frames, in its small form. */
import { expect, test } from 'vitest';
import { measureFirstFrames } from '../../bench/first-frame.ts';

test('the first words are in the chat after the model has said them, and long before the answer is whole', async () => {
  const taken = await measureFirstFrames({ turns: 1 });

  expect(taken).toHaveLength(1);
  for (const ms of taken) expect(ms).toBeGreaterThan(0);
});
