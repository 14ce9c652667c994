/** The bounded log of calls. */
import { expect, it } from 'vitest';
import { CallLog } from '../../../src/sandbox/bot-api/call-log.ts';

it('keeps the last 10,000 calls', () => {
  const log = new CallLog();
  for (let count = 1; count <= 10_001; count += 1) log.add('getMe', { count }, 0);
  expect(log.calls).toHaveLength(10_000);
  expect(log.calls[0]?.payload).toEqual({ count: 2 });
});
