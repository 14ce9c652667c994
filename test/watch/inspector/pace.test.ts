/** How much of a rush is shown: counted, on a clock of its own. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createActor, createMachine, type AnyActor } from 'xstate';
import { Pace } from '../../../src/watch/inspector/pace.ts';

const AT_ONCE = 1_000;
const PER_WINDOW = 250;
const WINDOW_MS = 100;

let turns: AnyActor[];
let exempt: AnyActor | null;
let now: number;
let turnTakesMs: number;
let pace: Pace;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  [turns, exempt, now, turnTakesMs] = [[], null, 0, 0];
  pace = new Pace({
    isExempt: (root) => root === exempt,
    takeTurn: (root) => {
      now += turnTakesMs;
      turns.push(root);
      pace.spend(root);
    },
    now: () => now,
  });
});
afterEach(() => vi.useRealTimers());

const machine = createMachine({});

function roots(count: number): AnyActor[] {
  return Array.from({ length: count }, () => createActor(machine));
}

/** Events of this one until there is no room for its frames. */
function rush(root: AnyActor): number {
  let frames = 0;
  for (; pace.hasRoomFor(root) && frames < 10 * AT_ONCE; frames += 1) pace.spend(root);
  return frames;
}

it('shows everything in a calm, and who waits takes the turn at once', () => {
  const [one] = roots(1) as [AnyActor];
  pace.wait(one);
  expect(turns).toEqual([one]);
  expect(pace.hasRoomFor(one)).toBe(true);
});

it('shows so many frames of a rush and no more, then in each window as many turns, in order', () => {
  const [loud, ...others] = roots(601) as [AnyActor, ...AnyActor[]];
  expect(rush(loud)).toBe(AT_ONCE);
  for (const root of others) pace.wait(root);
  expect(turns).toEqual([]);

  vi.advanceTimersByTime(WINDOW_MS);
  expect(turns).toEqual(others.slice(0, PER_WINDOW));
  expect(pace.hasRoomFor(loud)).toBe(false);
  vi.advanceTimersByTime(2 * WINDOW_MS);
  expect(turns).toEqual(others);
  expect(rush(loud)).toBe(3 * PER_WINDOW - others.length);
});

it('gathers room for the next rush in a calm, up to a limit, and then sets no timer any more', () => {
  const [one] = roots(1) as [AnyActor];
  rush(one);
  vi.advanceTimersByTime(100 * WINDOW_MS);
  expect(vi.getTimerCount()).toBe(0);
  expect(rush(one)).toBe(AT_ONCE);
});

it('rests the longer, the longer the turns take', () => {
  const [loud, ...others] = roots(1 + 2 * PER_WINDOW) as [AnyActor, ...AnyActor[]];
  rush(loud);
  for (const root of others) pace.wait(root);
  turnTakesMs = 0.1;
  vi.advanceTimersByTime(WINDOW_MS);
  expect(turns).toHaveLength(PER_WINDOW);
  vi.advanceTimersByTime(1_400);
  expect(turns).toHaveLength(PER_WINDOW);
  vi.advanceTimersByTime(200);
  expect(turns).toHaveLength(2 * PER_WINDOW);
});

it('has room for one that is followed by itself, whatever the others do, which costs them nothing', () => {
  const [loud, followed, other] = roots(3) as [AnyActor, AnyActor, AnyActor];
  rush(loud);
  for (const root of [followed, other]) pace.wait(root);
  exempt = followed;
  pace.takeTurns();
  expect(turns).toEqual([followed]);
  for (let step = 0; step < 10 * AT_ONCE; step += 1) pace.spend(followed);
  expect(pace.hasRoomFor(followed)).toBe(true);
  vi.advanceTimersByTime(WINDOW_MS);
  expect(turns).toEqual([followed, other]);
});

it('gives no turn to one that is forgotten', () => {
  const [loud, gone] = roots(2) as [AnyActor, AnyActor];
  rush(loud);
  pace.wait(gone);
  pace.forget(gone);
  vi.advanceTimersByTime(10 * WINDOW_MS);
  expect(turns).toEqual([]);
});
