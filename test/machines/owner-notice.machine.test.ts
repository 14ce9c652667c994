/** When the owner is told of a trouble: once when it begins and once when it is over, and no more than once a day that it began. */
import fc from 'fast-check';
import { createActor, SimulatedClock } from 'xstate';
import { expect, it } from 'vitest';
import {
  ownerNoticeMachine,
  TOLD_AGAIN_AFTER_MS,
  type OwnerNews,
  type OwnerNoticeInput,
} from '../../machines/owner-notice.machine.ts';
import { NOON } from '../helpers/records.ts';

const HOUR_MS = 3_600_000;

function start(input: Partial<OwnerNoticeInput> = {}) {
  const clock = new SimulatedClock();
  const told: { news: OwnerNews; at: number }[] = [];
  const now = () => NOON + clock.now();
  const logic = ownerNoticeMachine.provide({
    actions: { tell: (_, { news }) => void told.push({ news, at: now() }) },
  });
  const actor = createActor(logic, { input: { toldAt: null, isOpen: false, now, ...input }, clock });
  actor.start();
  return {
    news: () => told.map(({ news }) => news),
    told,
    found: (isKnown = false) => actor.send({ type: 'trouble.found', isKnown }),
    gone: () => actor.send({ type: 'trouble.gone' }),
    pass: (ms: number) => clock.increment(ms),
  };
}

it('tells that it began and that it is over, however often it is found and not found', () => {
  const notice = start();
  notice.gone();
  for (const _ of [1, 2, 3]) notice.found();
  for (const _ of [1, 2, 3]) notice.gone();
  expect(notice.news()).toEqual(['begun', 'over']);
});

it('tells nothing of what the owner knows from where it happened', () => {
  const notice = start();
  notice.found(true);
  notice.found();
  notice.gone();
  expect(notice.news()).toEqual([]);
});

it('waits a day before it tells of it again, and then only if it is there', () => {
  const notice = start();
  notice.found();
  notice.gone();
  notice.pass(HOUR_MS);
  notice.found();
  notice.pass(HOUR_MS);
  notice.gone();
  notice.pass(TOLD_AGAIN_AFTER_MS);
  expect(notice.news()).toEqual(['begun', 'over']);
  notice.found();
  notice.gone();
  notice.found();
  notice.pass(TOLD_AGAIN_AFTER_MS - 1);
  expect(notice.news()).toEqual(['begun', 'over', 'begun', 'over']);
  notice.pass(1);
  expect(notice.news()).toEqual(['begun', 'over', 'begun', 'over', 'begun']);
});

it('goes on where an earlier daemon was: what it told is not told again, and is told to be over', () => {
  const notice = start({ toldAt: NOON - HOUR_MS, isOpen: true });
  notice.found();
  expect(notice.news()).toEqual([]);
  notice.gone();
  expect(notice.news()).toEqual(['over']);

  const flapping = start({ toldAt: NOON - HOUR_MS, isOpen: false });
  flapping.found();
  flapping.pass(23 * HOUR_MS - 1);
  expect(flapping.news()).toEqual([]);
  flapping.pass(1);
  expect(flapping.news()).toEqual(['begun']);
});

it('waits no longer than a day when the clock was set back meanwhile', () => {
  const notice = start({ toldAt: NOON + 1_000 * TOLD_AGAIN_AFTER_MS, isOpen: false });
  notice.found();
  notice.pass(TOLD_AGAIN_AFTER_MS);
  expect(notice.news()).toEqual(['begun']);
});

it('never tells more than once a day that it began, nor twice in a row the same', () => {
  const step = fc.oneof(
    fc.constant('found' as const),
    fc.constant('gone' as const),
    fc.integer({ min: 1, max: 30 * HOUR_MS }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const notice = start();
      for (const each of steps) {
        if (typeof each === 'number') notice.pass(each);
        else notice[each]();
      }
      const begun = notice.told.filter(({ news }) => news === 'begun').map(({ at }) => at);
      for (const [index, at] of begun.slice(1).entries()) {
        expect(at - (begun[index] ?? NaN)).toBeGreaterThanOrEqual(TOLD_AGAIN_AFTER_MS);
      }
      expect(notice.news().every((news, index, all) => news !== all[index - 1])).toBe(true);
    }),
    // The day was over while the machine slept: it is told late, and that counts.
    { examples: [[['found', 'gone', 'found', 30 * HOUR_MS, 'gone', 20 * HOUR_MS, 'found']]] },
  );
});
