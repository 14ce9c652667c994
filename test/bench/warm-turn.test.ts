/** The benchmark of a warm turn, in its small form. */
import { expect, test } from 'vitest';
import { measureWarmTurns } from '../../bench/warm-turn.ts';

test('each turn is taken both directly and through Telegram', async () => {
  const { direct, bridged } = await measureWarmTurns({ turns: 2 });

  expect(direct).toHaveLength(2);
  expect(bridged).toHaveLength(2);
  for (const ms of [...direct, ...bridged]) expect(ms).toBeGreaterThan(0);
});
