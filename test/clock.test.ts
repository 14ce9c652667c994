/** The machines' clock, with the time in the test's hands. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WallClock, type TimeSource } from '../src/clock.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Runs along with Vitest's timers, and can be set off from them. */
class SteerableTime implements TimeSource {
  wallOffsetMs = 0;
  now = () => Date.now() + this.wallOffsetMs;
  monotonic = () => performance.now();
}

describe('WallClock', () => {
  let time: SteerableTime;
  let clock: WallClock;
  let rung: string[];
  const ring = (name: string) => () => void rung.push(name);

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    time = new SteerableTime();
    clock = new WallClock({ time });
    rung = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ends a delay when it is over and not before', () => {
    clock.setTimeout(ring('a'), 10 * MINUTE_MS);
    vi.advanceTimersByTime(10 * MINUTE_MS - 1);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual(['a']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends a delay of 40 days after 40 days, where setTimeout would end it at once', () => {
    clock.setTimeout(ring('a'), 40 * DAY_MS);
    vi.advanceTimersByTime(40 * DAY_MS - 1);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual(['a']);
  });

  it('ends a delay soon after the machine slept past its end, though the timers stood still', () => {
    clock.setTimeout(ring('a'), 60 * MINUTE_MS);
    vi.advanceTimersByTime(MINUTE_MS);
    time.wallOffsetMs += 8 * 60 * MINUTE_MS;
    vi.advanceTimersByTime(5_000);
    expect(rung).toEqual(['a']);
  });

  it('gives what the machine slept through a grace, counted while it is awake', () => {
    const kind = new WallClock({ time, graceMs: MINUTE_MS });
    kind.setTimeout(ring('long'), 60 * MINUTE_MS);
    kind.setTimeout(ring('not over'), DAY_MS);
    vi.advanceTimersByTime(MINUTE_MS);
    time.wallOffsetMs += 8 * 60 * MINUTE_MS;
    vi.advanceTimersByTime(5_000 + MINUTE_MS - 1);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual(['long']);
  });

  it('lets no grace make a wait longer than it would have been', () => {
    const kind = new WallClock({ time, graceMs: MINUTE_MS });
    kind.setTimeout(ring('short'), 20_000);
    vi.advanceTimersByTime(5_000);
    time.wallOffsetMs += DAY_MS;
    vi.advanceTimersByTime(14_999);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual(['short']);
  });

  it('counts the time slept for a delay that is not over yet', () => {
    clock.setTimeout(ring('a'), 60 * MINUTE_MS);
    time.wallOffsetMs += 50 * MINUTE_MS;
    vi.advanceTimersByTime(10 * MINUTE_MS - 1);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual(['a']);
  });

  it('is not held up when the wall clock is set back', () => {
    clock.setTimeout(ring('a'), 10 * MINUTE_MS);
    time.wallOffsetMs -= 365 * DAY_MS;
    vi.advanceTimersByTime(10 * MINUTE_MS - 1);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual(['a']);
  });

  it('never ends an infinite delay, and keeps no timer for it', () => {
    const id = clock.setTimeout(ring('a'), Infinity);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(DAY_MS);
    expect(rung).toEqual([]);
    clock.clearTimeout(id);
  });

  it('throws on a delay that is not a number', () => {
    expect(() => clock.setTimeout(ring('a'), NaN)).toThrow(/got NaN/);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([0, -1, -Infinity])('ends a delay of %d as soon as it can, and not within the call', (delayMs) => {
    clock.setTimeout(ring('a'), delayMs);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rung).toEqual(['a']);
  });

  it('does not ring what was cleared, and keeps no timer for it', () => {
    const a = clock.setTimeout(ring('a'), 1_000);
    const b = clock.setTimeout(ring('b'), 2_000);
    clock.clearTimeout(a);
    clock.clearTimeout(a);
    vi.advanceTimersByTime(1_500);
    clock.clearTimeout(b);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(DAY_MS);
    expect(rung).toEqual([]);
  });

  it('does not ring what was cleared by one that rang in the same moment', () => {
    clock.setTimeout(() => clock.clearTimeout(second), 1_000);
    const second = clock.setTimeout(ring('second'), 1_001);
    vi.advanceTimersByTime(500);
    time.wallOffsetMs += DAY_MS;
    vi.advanceTimersByTime(DAY_MS);
    expect(rung).toEqual([]);
  });

  it('rings in the order of the ends, also those that are all over at once', () => {
    for (const [name, delayMs] of [
      ['c', 3_000],
      ['a', 1_000],
      ['b', 2_000],
    ] as const) {
      clock.setTimeout(ring(name), delayMs);
    }
    time.wallOffsetMs += DAY_MS;
    vi.advanceTimersByTime(5_000);
    expect(rung).toEqual(['a', 'b', 'c']);
  });

  it('rings two with the same end in the order they were set', () => {
    clock.setTimeout(ring('a'), 1_000);
    clock.setTimeout(ring('b'), 1_000);
    vi.advanceTimersByTime(1_000);
    expect(rung).toEqual(['a', 'b']);
  });

  it('is set again by one that rings', () => {
    clock.setTimeout(() => {
      rung.push('first');
      clock.setTimeout(ring('second'), 1_000);
    }, 1_000);
    vi.advanceTimersByTime(2_000);
    expect(rung).toEqual(['first', 'second']);
  });

  it('rings a shorter delay that was set after a longer one in time', () => {
    clock.setTimeout(ring('long'), DAY_MS);
    vi.advanceTimersByTime(100);
    clock.setTimeout(ring('short'), 10);
    vi.advanceTimersByTime(10);
    expect(rung).toEqual(['short']);
  });

  it('needs one timer of Node for ten thousand delays', () => {
    for (let count = 0; count < 10_000; count += 1) clock.setTimeout(ring('x'), 1_000 * (1 + (count % 10)));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(5_000);
    expect(rung).toHaveLength(5_000);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(5_000);
    expect(rung).toHaveLength(10_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
