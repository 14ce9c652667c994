/** What the page says of each way that time leads. */
import type { AnyStateMachine } from 'xstate';
import { expect, it } from 'vitest';
import { MACHINES } from '../../../docs/charts/pictures.ts';
import { eventWords } from '../../../src/watch/page/event-words.js';
import { waitWords } from '../../../src/watch/page/wait-words.js';

const delaysOf = (machine: AnyStateMachine) => Object.keys(machine.implementations.delays);
const all = Object.entries(MACHINES).flatMap(([chart, { machine }]) =>
  delaysOf(machine).map((delay): [string, string] => [chart, delay]),
);

it.each(all)('%s: there are words for %s while it runs, and when it is over', (chart, delay) => {
  expect(waitWords(chart, delay)).not.toBe(`after ${delay}`);
  expect(eventWords(`xstate.after.${delay}.x`)).not.toBe(`after ${delay}`);
});
