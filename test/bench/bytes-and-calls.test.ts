/** What a turn costs in fsyncs and calls: few enough, and counted at all. */
import { expect, test } from 'vitest';
import { measureBytesAndCalls } from '../../bench/bytes-and-calls.ts';

test('a short answer takes one message, and no kind of turn replaces more than ten files', async () => {
  const costs = await measureBytesAndCalls();

  expect(costs['a short answer']?.telegram).toMatchObject({ sendMessage: 1 });
  for (const { disk } of Object.values(costs)) {
    const replaced = Object.values(disk.replaced).reduce((sum, count) => sum + count, 0);
    expect(replaced).toBeGreaterThan(0);
    expect(replaced).toBeLessThanOrEqual(10);
    expect(disk.syncs).toBeGreaterThanOrEqual(replaced);
  }
});
