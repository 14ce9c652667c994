/** The last lines of the log: bounded, and served to each reader at its own pace. */
import { expect, it } from 'vitest';
import { LINES_KEPT, LogRing, type LogBatch } from '../../src/log/log-ring.ts';

const line = (number: number, level = 'info') => `{"level":"${level}","n":${String(number)}}\n`;
const forever = new AbortController().signal;

async function all(reading: AsyncIterable<LogBatch>): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of reading) lines.push(...batch.lines);
  return lines;
}

it('gives the last lines, of a level and above', async () => {
  const ring = new LogRing();
  ring.add(line(1));
  ring.add(line(2, 'warn'));
  ring.add(line(3, 'error'));
  ring.add('not of pino\n');
  expect(await all(ring.read({ last: 2, level: 'trace', follows: false }, forever))).toEqual([
    line(3, 'error').trim(),
    'not of pino',
  ]);
  expect(await all(ring.read({ last: 10, level: 'warn', follows: false }, forever))).toHaveLength(3);
  expect(await all(ring.read({ last: 0, level: 'trace', follows: false }, forever))).toEqual([]);
});

it('keeps so many lines, and so many characters', async () => {
  const ring = new LogRing();
  for (let number = 0; number < 3_000; number++) ring.add(line(number));
  expect(await all(ring.read({ last: 9_999, level: 'trace', follows: false }, forever))).toHaveLength(
    LINES_KEPT,
  );
  for (let number = 0; number < 30; number++) ring.add('x'.repeat(100_000));
  expect(await all(ring.read({ last: 9_999, level: 'trace', follows: false }, forever))).toHaveLength(20);
});

it('follows what comes until it is told to stop', async () => {
  const ring = new LogRing();
  const stop = new AbortController();
  ring.add(line(1));
  const reading = all(ring.read({ last: 1, level: 'info', follows: true }, stop.signal));
  await nextTurn();
  ring.add(line(2));
  ring.add(line(3, 'debug'));
  await nextTurn();
  ring.add(line(4));
  await nextTurn();
  stop.abort();
  expect(await reading).toEqual([1, 2, 4].map((number) => line(number).trim()));
});

it('leaves out, and counts, what a slow reader does not read in time', async () => {
  const ring = new LogRing();
  const reading = ring.read({ last: 0, level: 'trace', follows: true }, forever);
  const first = reading.next();
  ring.add(line(0));
  expect((await first).value).toEqual({ lines: [line(0).trim()], leftOut: 0 });
  for (let number = 1; number <= 5_000; number++) ring.add(line(number));
  const value = (await reading.next()).value as LogBatch;
  expect(value).toMatchObject({ leftOut: 4_000 });
  expect(value.lines).toHaveLength(1_000);
  expect(value.lines.at(-1)).toBe(line(5_000).trim());
  await reading.return(undefined);
});

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
