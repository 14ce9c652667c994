/** The benchmark against `claude -p`, in its small form. */
import { expect, test } from 'vitest';
import { measureOneShots } from '../../bench/one-shot.ts';

test('each turn is taken both as a process of its own and through Telegram', async () => {
  const { oneShot, bridged } = await measureOneShots({ turns: 1 });

  expect(oneShot).toHaveLength(1);
  expect(bridged).toHaveLength(1);
});
